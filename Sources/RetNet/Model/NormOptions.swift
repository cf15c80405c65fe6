/// The normalizations that a call can change: the paper's norms 1 to 3, the group norm and its ε.
public struct NormOptions: Sendable, Hashable, Codable {
  /// The group norm of Eq. 8, one group per head.
  public enum Group: String, Sendable, Hashable, Codable, CaseIterable {
    /// The group norm of the trained model, with its weights.
    case model
    /// No group norm, weights or bias.
    case off
    /// Root mean square, without weights.
    case rms
    /// LayerNorm, without weights.
    case layer
  }

  /// Norms 1 to 3.
  public var retention: RetentionNorms
  /// The group norm.
  public var group: Group
  /// ε of the group norm, 0 or more; nil is the model's.
  public var epsilon: Float?

  /// The normalizations of a call. The default is norm 1 and the group norm of the trained model.
  ///
  /// - Parameters:
  ///   - retention: norms 1 to 3.
  ///   - group: the group norm.
  ///   - epsilon: ε of the group norm, 0 or more; nil is the model's.
  public init(retention: RetentionNorms = RetentionNorms(), group: Group = .model, epsilon: Float? = nil) {
    self.retention = retention
    self.group = group
    self.epsilon = epsilon
  }

  /// - Throws: `RetNetError.value` if ε is negative or not finite.
  func validate() throws(RetNetError) {
    if let epsilon { try RetNetError.require(epsilon: epsilon) }
  }
}

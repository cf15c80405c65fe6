/// Every normalization that can be switched at a call: the paper's norms 1 to 3, the group norm and its ε.
public struct NormOptions: Sendable, Hashable, Codable {
  /// The group norm of Eq. 8, one group per head.
  public enum Group: String, Sendable, Hashable, Codable, CaseIterable {
    /// What the checkpoint was trained with, weights included.
    case model
    /// None: norm, weights and bias are left out.
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
  /// ε of the group norm; nil is the model's.
  public var epsilon: Float?

  /// By default, norm 1 and the group norm that the checkpoint was trained with.
  public init(retention: RetentionNorms = RetentionNorms(), group: Group = .model, epsilon: Float? = nil) {
    self.retention = retention
    self.group = group
    self.epsilon = epsilon
  }
}

/// The score normalizations of Section 2.2 that are applied. They are an argument of each call: the state is stored
/// without them, so a change applies to the whole past from the next token on.
public struct RetentionNorms: Sendable, Hashable, Codable {
  /// The divisor of norm 3 for row R_n of the scores.
  public enum Score: String, Sendable, Hashable, Codable, CaseIterable {
    /// No division.
    case off
    /// The paper's max(|Σ_m R_nm|, 1).
    case paper
    /// torchscale's clamp(Σ_m |R_nm|, 1, 5·10⁴). It has no finite state and needs the parallel form.
    case torchscale
  }

  /// Norm 1: QKᵀ is multiplied by d_k^(−1/2).
  public var norm1: Bool
  /// Norm 2: D_nm is divided by √(Σ_i D_ni).
  public var norm2: Bool
  /// Norm 3: R_n is divided by this divisor.
  public var norm3: Score

  /// The norms that are applied. The default is norm 1 only.
  ///
  /// - Parameters:
  ///   - norm1: whether QKᵀ is multiplied by d_k^(−1/2).
  ///   - norm2: whether D_nm is divided by √(Σ_i D_ni).
  ///   - norm3: the divisor of each row of the scores.
  public init(norm1: Bool = true, norm2: Bool = false, norm3: Score = .off) {
    self.norm1 = norm1
    self.norm2 = norm2
    self.norm3 = norm3
  }
}

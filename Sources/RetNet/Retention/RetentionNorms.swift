/// Which of the paper's three score normalizations are applied (Section 2.2). A plain value, passed at each call:
/// the state is stored without any of them, so a change acts on the whole history from the next token on.
public struct RetentionNorms: Sendable, Hashable, Codable {
  /// Norm 3: what divides a row of scores R_n.
  public enum Score: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing.
    case off
    /// The paper's max(|Σ_m R_nm|, 1).
    case paper
    /// torchscale's clamp(Σ_m |R_nm|, 1, 5·10⁴). It has no finite state: it exists in the parallel form only.
    case torchscale
  }

  /// Norm 1: QKᵀ is multiplied by d_k^(−1/2).
  public var norm1: Bool
  /// Norm 2: D_nm is divided by √(Σ_i D_ni).
  public var norm2: Bool
  /// Norm 3: R_nm is divided by the row's magnitude.
  public var norm3: Score

  /// By default, norm 1 alone.
  public init(norm1: Bool = true, norm2: Bool = false, norm3: Score = .off) {
    self.norm1 = norm1
    self.norm2 = norm2
    self.norm3 = norm3
  }
}

/// What one head held after a token.
public struct HeadStatistics: Sendable, Hashable {
  /// ‖S‖, the Frobenius norm.
  public var norm: Float
  /// How many directions S uses: (Σ σ²)² / Σ σ⁴ over its singular values σ, from 1 to min(d_k, d_v); 0 of an empty S.
  public var effectiveRank: Float
  /// How far the head's horizon is filled: c (1 − γ), which goes to 1.
  public var saturation: Float
  /// ‖o‖, what the token has read out of the state, before the group norm.
  public var energy: Float
}

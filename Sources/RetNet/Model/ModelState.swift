/// What a whole model remembers: one retention state per layer. A value: copying it is a snapshot.
public struct ModelState: Sendable, Hashable, Codable {
  public var layers: [RetentionState<Float>]

  /// Tokens seen so far.
  public var position: Int { layers.first?.position ?? 0 }
}

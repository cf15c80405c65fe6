import DequeModule
import RetNet

/// The last tokens with what each step left for a viewer: enough to say what the present token attends to.
struct TokenHistory: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    /// Place in the session, from 0.
    var index: Int
    var piece: String
    var role: Moment.Role
    /// Rotated keys per layer, `[heads, headDim]`.
    var keys: [[Float]]
  }

  /// Tokens kept at most; fewer where the keys of a large model take more than `bytes`.
  static let limit = 512
  static let bytes = 16 << 20

  private(set) var entries: Deque<Entry> = []

  mutating func append(_ fed: FedToken) {
    truncate(to: fed.position - 1)
    entries.append(
      Entry(index: fed.position - 1, piece: fed.piece, role: fed.role, keys: fed.trace.layers.map(\.key)))
    let each = fed.trace.layers.reduce(0) { $0 + $1.key.count } * MemoryLayout<Float>.stride
    let limit = min(Self.limit, max(Self.bytes / max(each, 1), 1))
    if entries.count > limit { entries.removeFirst(entries.count - limit) }
  }

  /// Forgets the tokens from `position` on.
  mutating func truncate(to position: Int) {
    while let last = entries.last, last.index >= position { entries.removeLast() }
  }

  /// How much each kept token weighs in the output of the present one: |γ^(n−m) q_n·k_m| as a share of their sum.
  ///
  /// The rotation is in q and k already; norms 1 to 3 multiply a whole row and leave the shares as they are.
  ///
  /// - Parameter query: rotated queries of the present token, `[heads, headDim]`.
  /// - Returns: one share per entry, their sum 1; empty where the traces do not fit.
  func shares(query: [Float], layer: Int, head: Int, heads: Int) -> [Double] {
    guard let now = entries.last?.index, heads > 0, head < heads, query.count.isMultiple(of: heads) else { return [] }
    let width = query.count / heads
    let slice = head * width..<(head + 1) * width
    let gamma = Decay(heads: heads).gammas[head]
    var weights: [Double] = []
    weights.reserveCapacity(entries.count)
    for entry in entries {
      guard layer < entry.keys.count, entry.keys[layer].count == query.count else { return [] }
      var score = 0.0
      for i in slice { score += Double(query[i]) * Double(entry.keys[layer][i]) }
      weights.append(abs(score) * Decay.power(gamma, now - entry.index))
    }
    let sum = weights.reduce(0, +)
    return sum > 0 && sum.isFinite ? weights.map { $0 / sum } : weights.map { _ in 0 }
  }
}

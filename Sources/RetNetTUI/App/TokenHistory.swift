import DequeModule
import RetNet

/// The tokens around now with what each step left for a viewer: enough to say what the present token attends to. Those
/// behind the present moment stay, as far as the session has them on record.
struct TokenHistory: Sendable, Hashable {
  struct Entry: Sendable, Hashable, RecordedStep {
    /// Place in the session, from 0.
    var index: Int
    var token: Int
    var piece: String
    var role: Moment.Role
    var logProbability: Float?
    /// Entropy of the distribution that the token stood in, in nats.
    var entropyBefore: Float?
    /// What the step did in each layer.
    var layers: [StepTrace.Layer]
    var conditions: StepConditions
  }

  /// Tokens kept at most; fewer where what a large model leaves takes more than `bytes`.
  static let limit = 512
  static let bytes = 64 << 20

  private(set) var entries: Deque<Entry> = []
  /// Tokens up to now.
  var position = 0

  /// The kept tokens up to now.
  var past: Deque<Entry>.SubSequence {
    entries.prefix(entries.first.map { max(position - $0.index, 0) } ?? 0)
  }

  /// The last token up to now is this one. What is kept behind it stays where it is what was there before.
  mutating func append(_ fed: FedToken) {
    position = fed.position
    let index = fed.position - 1
    if let first = entries.first?.index, index >= first, index < first + entries.count {
      let kept = entries[index - first]
      if kept.token == fed.token, kept.conditions == fed.conditions, kept.logProbability == fed.logProbability {
        return
      }
    }
    truncate(to: index)
    // Tokens in one piece: what lies further back is of no use behind a gap.
    if let last = entries.last, last.index != index - 1 { entries.removeAll() }
    entries.append(
      Entry(
        index: index, token: fed.token, piece: fed.piece, role: fed.role, logProbability: fed.logProbability,
        entropyBefore: fed.entropyBefore, layers: fed.trace.layers, conditions: fed.conditions))
    let numbers = fed.trace.layers.reduce(0) { $0 + 2 * $1.key.count + $1.value.count + $1.output.count }
    let each = numbers * MemoryLayout<Float>.stride
    let limit = min(Self.limit, max(Self.bytes / max(each, 1), 1))
    if entries.count > limit { entries.removeFirst(entries.count - limit) }
  }

  /// Forgets the tokens from `position` on.
  mutating func truncate(to position: Int) {
    while let last = entries.last, last.index >= position { entries.removeLast() }
  }

  /// Where a text begins, upper and lower case alike: the indices of the tokens in which it does, in their order.
  ///
  /// - Parameter text: in lower case.
  func places(of text: String) -> [Int] {
    let pieces = entries.map { $0.piece.replacing("▁", with: " ").lowercased() }
    return pieces.indices.filter { start in
      var joined = pieces[start]
      var next = start + 1
      while joined.count < pieces[start].count + text.count, next < pieces.count {
        joined += pieces[next]
        next += 1
      }
      guard let range = joined.firstRange(of: text) else { return false }
      return joined.distance(from: joined.startIndex, to: range.lowerBound) < pieces[start].count
    }.map { entries[$0].index }
  }

  /// How much each kept token weighs in the output of the present one: |γ^(n−m) q_n·k_m| as a share of their sum.
  ///
  /// The rotation is in q and k already; norms 1 to 3 multiply a whole row and leave the shares as they are.
  ///
  /// - Parameter query: rotated queries of the present token, `[heads, headDim]`.
  /// - Returns: one share per token up to now, their sum 1; empty where the traces do not fit.
  func shares(query: [Float], layer: Int, head: Int, heads: Int) -> [Double] {
    let now = position - 1
    guard heads > 0, head < heads, query.count.isMultiple(of: heads) else { return [] }
    let width = query.count / heads
    let slice = head * width..<(head + 1) * width
    let gamma = Decay(heads: heads).gammas[head]
    var weights: [Double] = []
    weights.reserveCapacity(past.count)
    for entry in past {
      guard layer < entry.layers.count, entry.layers[layer].key.count == query.count else { return [] }
      var score = 0.0
      for i in slice { score += Double(query[i]) * Double(entry.layers[layer].key[i]) }
      weights.append(abs(score) * Decay.power(gamma, now - entry.index))
    }
    let sum = weights.reduce(0, +)
    return sum > 0 && sum.isFinite ? weights.map { $0 / sum } : weights.map { _ in 0 }
  }
}

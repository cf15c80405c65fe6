import RetNet

/// The row of attention scores that is equivalent to a step of Eq. 6 in one head: how much the last token reads of each
/// token.
///
///     a_m = f_n w_m q_n·k_m,   o_n = Σ_m a_m v_m
///
/// with w_m = γ^(n−m), unless experiments changed it (`TokenAttribution`), and f_n = s r_n / divisor_n of norms 1 to 3.
package struct AttentionRow: Sendable, Hashable {
  /// One token's entry.
  package struct Entry: Sendable, Hashable {
    /// Position in the session, from 0.
    package var token: Int
    /// The head that computed the key: another one if the state is a copy.
    package var place: HeadIndex
    /// a_m, with its sign.
    package var score: Double
    /// |a_m| / Σ |a|; 0 if the sum is 0.
    package var share: Double
  }

  /// One token's mean share over heads.
  package struct MeanShare: Sendable, Hashable {
    /// Position in the session, from 0.
    package var token: Int
    package var share: Double
  }

  /// Oldest first.
  package var entries: [Entry]
  /// f_n
  package var factor: Double
  /// Whether the state holds nothing of older tokens.
  package var isComplete: Bool

  /// - Parameter steps: the steps that `attribution` was computed from; the last one reads.
  package init(of attribution: TokenAttribution, steps: [RecordedStep]) {
    isComplete = attribution.isComplete
    entries = []
    factor = 1
    guard let reader = steps.last else { return }
    let (head, layer) = (attribution.place.head, reader.layers[attribution.place.layer])
    let query = layer.query(head: head)
    let scale = reader.options.norms.retention.norm1 ? 1 / Double(query.count).squareRoot() : 1
    factor = scale * layer.rowScale(head: head) / layer.divisor(head: head)
    let scores = attribution.terms.map { term in
      factor * term.weight
        * steps[term.token - attribution.first].layers[term.place.layer].score(of: query, head: term.place.head)
    }
    let sum = scores.reduce(0) { $0 + abs($1) }
    entries = zip(attribution.terms, scores).map { term, score in
      Entry(token: term.token, place: term.place, score: score, share: sum > 0 ? abs(score) / sum : 0)
    }
  }

  /// The mean of the heads' shares, oldest token first. Heads that read nothing do not count, so the sum is 1 or 0.
  package static func mean(_ rows: [AttentionRow]) -> [MeanShare] {
    let reading = rows.filter { row in row.entries.contains { $0.share > 0 } }
    var shares: [Int: Double] = [:]
    for row in rows { for entry in row.entries { shares[entry.token, default: 0] += entry.share } }
    return shares.sorted { $0.key < $1.key }.map {
      MeanShare(token: $0.key, share: $0.value / Double(max(reading.count, 1)))
    }
  }
}

import RetNet

/// The row of attention that a step of Eq. 6 stands for in one head: how much the last token reads of every token before it.
///
///     a_m = f_n w_m q_n·k_m,   o_n = Σ_m a_m v_m
///
/// with w_m = γ^(n−m), or what experiments have made of it (`TokenAttribution`), and f_n = s r_n / divisor_n of norms 1 to 3.
package struct AttentionRow: Sendable, Hashable {
  /// One token's entry.
  package struct Entry: Sendable, Hashable {
    /// Place in the session, from 0.
    package var token: Int
    /// Whose key is read: another head's where the state is a copy.
    package var place: HeadIndex
    /// a_m, with its sign.
    package var score: Double
    /// |a_m| / Σ |a|; 0 where the sum is.
    package var share: Double
  }

  /// One token in a mean over heads.
  package struct MeanShare: Sendable, Hashable {
    /// Place in the session, from 0.
    package var token: Int
    package var share: Double
  }

  /// Oldest first.
  package var entries: [Entry]
  /// f_n
  package var factor: Double
  /// Whether nothing of older tokens is left to be read.
  package var isComplete: Bool

  /// - Parameter steps: those that `provenance` was made of; the last one reads.
  package init(of provenance: TokenAttribution, steps: [RecordedStep]) {
    isComplete = provenance.isComplete
    entries = []
    factor = 1
    guard let reader = steps.last else { return }
    let (head, layer) = (provenance.place.head, reader.layers[provenance.place.layer])
    let query = layer.query(head: head)
    let scale = reader.options.norms.retention.norm1 ? 1 / Double(query.count).squareRoot() : 1
    factor = scale * layer.rowScale(head: head) / layer.divisor(head: head)
    let scores = provenance.terms.map { term in
      let written = steps[term.token - provenance.first].layers[term.place.layer]
      return factor * term.weight * query.dot(written.key(head: term.place.head))
    }
    let sum = scores.reduce(0) { $0 + abs($1) }
    entries = zip(provenance.terms, scores).map { term, score in
      Entry(token: term.token, place: term.place, score: score, share: sum > 0 ? abs(score) / sum : 0)
    }
  }

  /// The mean of the heads' shares, oldest token first. Heads that read nothing are left out, so the sum is 1 or 0.
  package static func mean(_ rows: [AttentionRow]) -> [MeanShare] {
    let reading = rows.filter { row in row.entries.contains { $0.share > 0 } }
    var shares: [Int: Double] = [:]
    for row in rows { for entry in row.entries { shares[entry.token, default: 0] += entry.share } }
    return shares.sorted { $0.key < $1.key }.map {
      MeanShare(token: $0.key, share: $0.value / Double(max(reading.count, 1)))
    }
  }
}

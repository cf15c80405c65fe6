import RetNet
import RetNetAnalysis
import RetNetSession

/// The tokens around the current position with the traces that attribution and attention need. Later recorded tokens of
/// the session stay.
struct TokenHistory: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    /// Index in the session, from 0.
    var index: Int
    var token: Int
    var piece: String
    var role: StepResult.Role
    var logProbability: Float?
    /// Entropy of the distribution from which the token came, in nats.
    var entropyBefore: Float?
    var step: RecordedStep
  }

  /// Largest number of tokens; fewer if the traces of a large model take more than `bytes`.
  static let limit = 512
  static let bytes = 64 << 20

  private(set) var entries = SlidingWindow<Entry>()
  /// The current position.
  var position = 0

  /// The stored tokens before `position`.
  var past: Slice<SlidingWindow<Entry>> {
    entries.prefix(entries.first.map { max(position - $0.index, 0) } ?? 0)
  }

  /// Makes this the last token before `position`. Later entries stay if the token is already recorded here.
  mutating func append(_ record: TokenRecord) {
    position = record.position
    let index = record.position - 1
    if let first = entries.first?.index, index >= first, index < first + entries.count {
      let kept = entries[index - first]
      if kept.token == record.token, kept.step.options == record.options, kept.logProbability == record.logProbability {
        return
      }
    }
    truncate(to: index)
    // Entries are contiguous. A gap makes the earlier ones useless.
    if let last = entries.last, last.index != index - 1 { entries.removeAll() }
    entries.append(
      Entry(
        index: index, token: record.token, piece: record.piece, role: record.role,
        logProbability: record.logProbability,
        entropyBefore: record.entropyBefore, step: RecordedStep(options: record.options, layers: record.trace.layers)),
      keeping: Self.limit(record.trace.layers))
  }

  private static func limit(_ layers: [StepTrace.Layer]) -> Int {
    let each = layers.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
    return min(limit, max(bytes / max(each, 1), 1))
  }

  /// Adds the tokens before the first stored one. Does nothing if another token is between them.
  mutating func prepend(_ records: [TokenRecord]) {
    guard let first = entries.first?.index, records.last?.position == first else { return }
    let (kept, here) = (Array(entries), position)
    entries.removeAll()
    for record in records { append(record) }
    for entry in kept { entries.append(entry, keeping: Self.limit(entry.step.layers)) }
    position = here
  }

  /// Removes the tokens from `position` on.
  mutating func truncate(to position: Int) {
    while let last = entries.last, last.index >= position { entries.removeLast() }
  }

  /// The indices of the tokens in which a text begins, in order, without regard to case.
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
}

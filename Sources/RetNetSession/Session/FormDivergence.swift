import RetNet

/// The difference between the chunkwise form and the recurrent steps, measured per chunk.
package struct FormDivergence: Sendable {
  package static let chunkLength = 16

  /// The state before the chunk.
  private var start: ModelState

  package init(from state: ModelState) { start = state }

  /// At the end of a chunk, the largest difference of the last token's logits, as a share of the largest magnitude. Nil
  /// inside a chunk, and if steps of the chunk differ in options or have experiments on heads.
  package mutating func share(at current: Snapshot, of conversation: Conversation, _ inference: Inference) throws
    -> Float?
  {
    let chunk = start.position..<max(current.position, start.position)
    guard chunk.count >= Self.chunkLength || chunk.isEmpty else { return nil }
    defer { start = current.state }
    guard chunk.count == Self.chunkLength, let next = current.next else { return nil }
    let options = conversation.options[chunk]
    guard let first = options.first, first.changes.isEmpty, first.edits.isEmpty,
      options.allSatisfy({ $0 == first })
    else { return nil }
    var state = start
    let logits = try inference.logits(
      [Array(conversation.recorded[chunk])], form: .chunkwise(length: Self.chunkLength), norms: first.norms,
      state: &state,
      rows: .last)
    let largest = logits.reduce(Float(0)) { max($0, abs($1)) }
    return zip(logits, next.logits).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) } / max(largest, .leastNormalMagnitude)
  }
}

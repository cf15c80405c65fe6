import RetNet

/// A computation of the records of earlier tokens, which a visit does not pass.
package struct Recall: Sendable {
  /// The records so far, in order.
  package fileprivate(set) var records: [TokenRecord] = []
  package let branch: Int
  fileprivate let first: Int
  fileprivate let end: Int
  fileprivate var conversation: Conversation
  fileprivate var state: ModelState
  fileprivate var next: NextToken?

  package var isComplete: Bool { state.position >= end }
}

extension Engine {
  /// The records of the current branch's tokens from `start` to `end`, which `extend` computes.
  package func recall(_ range: Range<Int>) -> Recall {
    let end = min(range.upperBound, conversation.recorded.count)
    // The probability of the first token needs the step before it.
    let first = max(range.lowerBound - 1, 0)
    let nearest = snapshot(atMost: min(first, end))
    return Recall(
      branch: branches.id, first: range.lowerBound, end: end, conversation: conversation,
      state: nearest?.state ?? firstState)
  }

  /// The records after more steps, for `duration`.
  ///
  /// - Throws: `ModelError`.
  package func extend(_ recall: Recall, for duration: Duration) throws -> Recall {
    defer { inference.rest() }
    var recall = recall
    let end = ContinuousClock.now + duration
    repeat {
      guard !recall.isComplete else { break }
      let index = recall.state.position
      let (token, options) = (recall.conversation.recorded[index], recall.conversation.options[index])
      var trace = StepTrace()
      let next = NextToken(try inference.step(token, options, state: &recall.state, trace: &trace))
      if index >= recall.first {
        recall.records.append(record(at: index, of: recall.conversation, drawnFrom: recall.next, trace))
      }
      recall.next = next
    } while ContinuousClock.now < end
    return recall
  }
}

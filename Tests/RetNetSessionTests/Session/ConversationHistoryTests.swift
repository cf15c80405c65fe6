import RetNet
import RetNetText
import Testing

@testable import RetNetSession

/// The compressed history of a conversation, compared with plain arrays.
@Suite("Conversation history")
struct ConversationHistoryTests {
  @Test("A run-length array equals the array of its elements after random changes", arguments: 0..<20 as Range<UInt64>)
  func runs(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var expected: [Int] = []
    var found = RunLengthArray<Int>()
    for _ in 0..<200 {
      if random.next() % 8 == 0 {
        let count = Int(random.next() % UInt64(expected.count + 2))
        expected.removeLast(max(expected.count - count, 0))
        found.truncate(to: count)
      } else {
        let element = Int(random.next() % 3)
        expected.append(element)
        found.append(element)
      }
      #expect(Array(found) == expected)
    }
    #expect(Array(RunLengthArray(expected)) == expected)
  }

  @Test("Every state is the one that was appended", arguments: 0..<20 as Range<UInt64>)
  func states(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var expected: [ConversationState] = []
    var found = ConversationStates()
    var current = ConversationState(isReplying: false, generator: SeededGenerator(seed: seed))
    for _ in 0..<300 {
      switch random.next() % 12 {
      case 0:  // a message
        let tokens = (0..<Int(random.next() % 6)).map { ConversationFormat.TurnToken(token: $0, opens: nil) }
        (current.pending, current.isReplying) = (tokens[...], true)
      case 1 where !expected.isEmpty:  // a step back and another continuation
        let count = Int(random.next() % UInt64(expected.count))
        current = found[count]
        expected.removeLast(expected.count - count)
        found.truncate(to: count)
      case 2:
        current.isReplying.toggle()
      case 3:
        current.generator = SeededGenerator(seed: random.next())
      default:
        expected.append(current)
        found.append(current)
        if current.pending.popFirst() == nil, random.next() % 4 > 0 { _ = current.generator.next() }
      }
      #expect(found.count == expected.count)
      for (index, state) in expected.enumerated() {
        #expect(found[index].pending.map(\.token) == state.pending.map(\.token))
        #expect(found[index].isReplying == state.isReplying)
        #expect(found[index].generator == state.generator)
      }
    }
  }
}

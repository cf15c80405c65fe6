import RetNetText
import Synchronization

/// How much of a pattern a reply has matched, and which tokens may follow.
struct PatternPlace: Sendable {
  private let pattern: ReplyPattern
  private let tokenizer: Tokenizer
  private var state: PatternAutomaton.State
  /// Whether the next piece starts a text, so that its space is removed.
  private var isAtStart: Bool
  /// The states from which pieces of the vocabulary reach a match; nil for all.
  private let open: [Bool]?

  /// The start of a reply.
  init(_ pattern: ReplyPattern, _ tokenizer: Tokenizer, isAtStart: Bool) {
    self.pattern = pattern
    self.tokenizer = tokenizer
    self.isAtStart = isAtStart
    state = PatternAutomaton.start
    open = tokenizer.hasAllBytes ? nil : OpenStates.shared.states(of: pattern, tokenizer)
  }

  /// Whether a token of the format's reply may come next. A token that ends the reply needs a match.
  func allows(_ token: Int, _ format: ConversationFormat) -> Bool {
    if format.endsReply(token) { return pattern.automaton.accepts(state) }
    if tokenizer.isControl(token) { return false }
    let bytes = tokenizer.bytes(of: token, atStart: isAtStart)
    // A piece without text would not bring the reply nearer to its end.
    if bytes.isEmpty { return isAtStart }
    let next = pattern.automaton.next(state, bytes)
    return next != PatternAutomaton.dead && open?[Int(next)] ?? true
  }

  mutating func append(_ token: Int) {
    state = pattern.automaton.next(state, tokenizer.bytes(of: token, atStart: isAtStart))
    isAtStart = false
  }
}

/// The states of a pattern from which a vocabulary without all bytes reaches a match. Keeps the last result.
private final class OpenStates: Sendable {
  static let shared = OpenStates()

  private struct Entry: Sendable {
    var pattern: ReplyPattern
    var tokenizer: ObjectIdentifier
    var states: [Bool]
  }

  private let last = Mutex<Entry?>(nil)

  func states(of pattern: ReplyPattern, _ tokenizer: Tokenizer) -> [Bool] {
    last.withLock { last in
      if let last, last.pattern == pattern, last.tokenizer == tokenizer.identity { return last.states }
      let states = Self.compute(pattern.automaton, tokenizer)
      last = Entry(pattern: pattern, tokenizer: tokenizer.identity, states: states)
      return states
    }
  }

  private static func compute(_ automaton: PatternAutomaton, _ tokenizer: Tokenizer) -> [Bool] {
    let pieces = Set(
      (0..<tokenizer.vocabularySize).filter { !tokenizer.isControl($0) }
        .map { Array(tokenizer.bytes(of: $0, atStart: false)) })
    let states = (0..<automaton.stateCount).map { PatternAutomaton.State($0) }
    var sources: [[Int]] = Array(repeating: [], count: states.count)
    for state in states where state != PatternAutomaton.dead {
      for target in Set(pieces.filter { !$0.isEmpty }.map { automaton.next(state, $0) }) where target != 0 {
        sources[Int(target)].append(Int(state))
      }
    }
    return PatternAutomaton.reaching(states.map(automaton.accepts), sources)
  }
}

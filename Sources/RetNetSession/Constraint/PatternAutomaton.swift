/// A deterministic automaton over bytes. A match can be reached from each of its states but `dead`.
final class PatternAutomaton: Sendable {
  typealias State = UInt16

  /// No text that continues from here matches.
  static let dead: State = 0
  static let start: State = 1

  /// The next state for each state and byte, `[states, 256]`.
  private let transitions: [State]
  private let accepting: [Bool]

  /// The number of states with `dead`.
  var stateCount: Int { accepting.count }

  static let mostStates = 4096
  /// Bounds the time of the construction: the sum of the sizes of its sets of states.
  static let mostWork = 2_000_000

  func accepts(_ state: State) -> Bool { accepting[Int(state)] }

  func next(_ state: State, _ byte: UInt8) -> State { transitions[Int(state) << 8 | Int(byte)] }

  func next(_ state: State, _ bytes: some Sequence<UInt8>) -> State {
    var state = state
    for byte in bytes {
      state = next(state, byte)
      if state == Self.dead { return state }
    }
    return state
  }

  /// - Throws: `PatternError` if the automaton is too large, or if no text matches.
  init(_ node: PatternNode) throws(PatternError) {
    let graph = try PatternGraph(node)
    var sets = [[], graph.closure([graph.start])]
    var ids: [[Int]: Int] = [sets[0]: 0]
    ids[sets[1]] = 1
    guard !sets[1].isEmpty else { throw Self.matchesNothing }
    var table: [State] = Array(repeating: Self.dead, count: 256)
    var work = 0
    var state = 1
    while state < sets.count {
      table += Array(repeating: Self.dead, count: 256)
      for (bytes, targets) in graph.moves(from: sets[state]) {
        let target = graph.closure(targets)
        work += target.count + 1
        let id = ids[target] ?? sets.count
        if id == sets.count {
          guard id < Self.mostStates, work <= Self.mostWork else { throw Self.tooLarge }
          ids[target] = id
          sets.append(target)
        }
        for byte in bytes { table[state << 8 | Int(byte)] = State(id) }
      }
      state += 1
    }
    accepting = sets.map { $0.contains(graph.end) }
    let alive = Self.alive(table, accepting)
    guard alive[1] else { throw Self.matchesNothing }
    transitions = table.map { alive[Int($0)] ? $0 : Self.dead }
  }

  static let tooLarge = PatternError(
    reason: "it needs more than \(mostStates) states; use smaller counts or fewer alternatives")
  private static let matchesNothing = PatternError(reason: "no text matches it")

  /// The states from which a match can be reached.
  private static func alive(_ table: [State], _ accepting: [Bool]) -> [Bool] {
    var sources: [[Int]] = Array(repeating: [], count: accepting.count)
    for state in accepting.indices {
      for target in Set(table[state << 8..<(state + 1) << 8]) { sources[Int(target)].append(state) }
    }
    return reaching(accepting, sources)
  }

  /// The states from which one of `goals` can be reached.
  ///
  /// - Parameter sources: the states with a move to each state.
  static func reaching(_ goals: [Bool], _ sources: [[Int]]) -> [Bool] {
    var reached = goals
    var open = goals.indices.filter { goals[$0] }
    while let state = open.popLast() {
      for source in sources[state] where !reached[source] {
        reached[source] = true
        open.append(source)
      }
    }
    return reached
  }
}

/// A nondeterministic automaton over bytes (Thompson's construction).
private struct PatternGraph {
  private struct Move {
    var bytes: ClosedRange<UInt8>
    var target: Int
  }

  private(set) var start = 0
  private(set) var end = 0
  private var moves: [[Move]] = []
  /// Moves without a byte.
  private var jumps: [[Int]] = []

  private static let mostStates = 20_000

  init(_ node: PatternNode) throws(PatternError) {
    start = try add()
    end = try build(node, from: start)
  }

  private mutating func add() throws(PatternError) -> Int {
    guard moves.count < Self.mostStates else { throw PatternAutomaton.tooLarge }
    moves.append([])
    jumps.append([])
    return moves.count - 1
  }

  /// Adds the states of a part. Returns its last one.
  private mutating func build(_ node: PatternNode, from start: Int) throws(PatternError) -> Int {
    switch node {
    case .character(let set):
      let end = try add()
      for range in set.ranges {
        for sequence in UTF8Ranges.sequences(range) {
          var state = start
          for (index, bytes) in sequence.enumerated() {
            let target = index == sequence.count - 1 ? end : try add()
            moves[state].append(Move(bytes: bytes, target: target))
            state = target
          }
        }
      }
      return end
    case .sequence(let parts):
      // A state of its own, so that the size of nested repetitions of an empty part is limited too.
      var end = try add()
      jumps[start].append(end)
      for part in parts { end = try build(part, from: end) }
      return end
    case .alternatives(let parts):
      let end = try add()
      for part in parts {
        let first = try add()
        jumps[start].append(first)
        let last = try build(part, from: first)
        jumps[last].append(end)
      }
      return end
    case .repeated(let part, let least, let most):
      var last = try add()
      jumps[start].append(last)
      for _ in 0..<least { last = try build(part, from: last) }
      let end = try add()
      jumps[last].append(end)
      guard let most else {
        let first = try add()
        jumps[last].append(first)
        let again = try build(part, from: first)
        jumps[again].append(last)
        return end
      }
      for _ in least..<most {
        // A state of its own: the part may lead back to its first state.
        let first = try add()
        jumps[last].append(first)
        last = try build(part, from: first)
        jumps[last].append(end)
      }
      return end
    }
  }

  /// The states that are reached without a byte and that have moves or accept, in order.
  func closure(_ states: [Int]) -> [Int] {
    var seen = Set(states)
    var open = states
    while let state = open.popLast() {
      for target in jumps[state] where seen.insert(target).inserted { open.append(target) }
    }
    return seen.filter { !moves[$0].isEmpty || $0 == end }.sorted()
  }

  /// The states that each range of bytes leads to. Ranges do not overlap.
  func moves(from states: [Int]) -> [(bytes: ClosedRange<UInt8>, targets: [Int])] {
    let all = states.flatMap { moves[$0] }
    let cuts = Set(all.flatMap { [Int($0.bytes.lowerBound), Int($0.bytes.upperBound) + 1] }).sorted()
    return zip(cuts, cuts.dropFirst()).compactMap { low, high in
      let targets = all.filter { Int($0.bytes.lowerBound) <= low && Int($0.bytes.upperBound) >= high - 1 }
      return targets.isEmpty ? nil : (UInt8(low)...UInt8(high - 1), targets.map(\.target))
    }
  }
}

/// The UTF-8 forms of a range of characters.
enum UTF8Ranges {
  /// Sequences of byte ranges that together match the characters, without surrogates.
  static func sequences(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
    [0...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...ScalarSet.last].flatMap { part in
      part.overlaps(range) ? sameLength(range.clamped(to: part)) : []
    }
  }

  /// - Parameter range: characters with the same number of bytes.
  private static func sameLength(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
    let (low, high) = (range.lowerBound, range.upperBound)
    for bits: UInt32 in [6, 12, 18] where high >= 0x80 {
      let mask: UInt32 = (1 << bits) - 1
      guard low & ~mask != high & ~mask else { continue }
      if low & mask != 0 { return sameLength(low...(low | mask)) + sameLength((low | mask) + 1...high) }
      if high & mask != mask { return sameLength(low...(high & ~mask) - 1) + sameLength(high & ~mask...high) }
    }
    return [zip(bytes(low), bytes(high)).map { $0...$1 }]
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    // No range contains a surrogate.
    Unicode.Scalar(value).map { Array(UTF8.encode($0) ?? UTF8.EncodedScalar()) } ?? []
  }
}

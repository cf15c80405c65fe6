import RetNetText
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Sequences of changes of turns")
struct TurnSequenceTests {
  private static let texts = ["where is the cat?", "who saw the dog", "the cat", "all dogs saw the cat"]

  @Test("After any sequence of changes, every branch equals a run that never went back", arguments: 1...8)
  func anySequence(seed: UInt64) async throws {
    let engine = try TimeTravelTests.engine(snapshots: [1, 6, 40][Int(seed % 3)])
    let drawn: UInt64 = 4  // of `TimeTravelTests.engine`
    var random = SeededGenerator(seed: seed)
    func number(_ count: Int) -> Int { Int(random.next() % UInt64(max(count, 1))) }
    var scripts: [Int: TurnScript] = [0: TurnScript()]
    var (id, turnId) = (0, 0)
    func fresh(_ speaker: Turn.Speaker, _ text: String = "") -> TurnScript.Turn {
      turnId += 1
      return TurnScript.Turn(id: turnId, speaker: speaker, text: text)
    }
    /// Draws tokens of the reply at the end of the script.
    func run() async throws {
      let count = 1 + number(7)
      while await engine.hasTyped { _ = try await engine.step() }
      for try await _ in engine.run(maximumTokens: count) {}
      let last = (scripts[id]?.turns.count ?? 0) - 1
      scripts[id]?.turns[last].runs.append(count)
    }
    /// Keeps the branch, and begins another one with its first turns.
    func branch(_ turns: [TurnScript.Turn]) {
      id = (scripts.keys.max() ?? 0) + 1
      scripts[id] = TurnScript(turns: turns)
    }

    for _ in 0..<24 {
      let turns = scripts[id]?.turns ?? []
      let turn = number(turns.count)
      let text = Self.texts[number(Self.texts.count)]
      switch number(9) {
      case 0, 1:
        guard turns.last?.speaker != .user else { continue }
        try await engine.submit(text)
        scripts[id]?.turns += [fresh(.user, text), fresh(.reply)]
        try await run()
      case 2:
        let reply = turn % 2 == 0 ? turn + 1 : turn
        guard reply < turns.count else { continue }
        let message = turns[reply - 1].id
        let count = scripts.values.count { $0.turns.count > reply && $0.turns[reply - 1].id == message }
        let prefix = number(2) == 0 ? text : ""
        _ = try await engine.change(turn: turn, .regenerate(prefix: prefix.isEmpty ? nil : prefix))
        var other = fresh(.reply, prefix)
        other.attempt = count
        branch(turns[..<reply] + [other])
        try await run()
      case 3:
        guard turn < turns.count, turns[turn].speaker == .reply else { continue }
        _ = try await engine.change(turn: turn, .resume)
        if turn + 1 < turns.count { branch(Array(turns[...turn])) }
        try await run()
      case 4:
        guard turn < turns.count, turns[turn].speaker == .user else { continue }
        _ = try await engine.change(turn: turn, .replaceMessage(text))
        branch(turns[..<turn] + [fresh(.user, text), fresh(.reply)])
        try await run()
      case 5:
        guard turn < turns.count, turns[turn].speaker == .reply else { continue }
        _ = try await engine.change(turn: turn, .replaceReply(text))
        while try await engine.step() != nil {}
        var edited = fresh(.reply, text)
        edited.isEdited = true
        branch(turns[..<turn] + [edited])
      case 6:
        // Only after replies, so that every script ends with one.
        guard turn < turns.count, turns[turn].speaker == .reply else { continue }
        _ = try await engine.change(turn: turn, .fork)
        if await engine.session.branch != id { branch(Array(turns[...turn])) }
      case 7:
        let ids = scripts.keys.sorted()
        id = ids[number(ids.count)]
        _ = try await engine.select(branch: id)
        _ = try await engine.go(to: .max)
      default:
        _ = try await engine.go(to: number(await engine.session.length + 1))
        _ = try await engine.step()
        _ = try await engine.go(to: .max)
      }
      #expect(await engine.session.branch == id)
      let expected = try #require(scripts[id]).outcome(engine, seed: drawn)
      #expect(await engine.tokens == expected.tokens)
      #expect(await engine.current.state == expected.state)
      #expect(await engine.conversation.turns.map(\.index) == expected.starts)
    }
    #expect(await engine.session.branches.map(\.id) == scripts.keys.sorted())
    for (id, script) in scripts {
      _ = try await engine.select(branch: id)
      _ = try await engine.go(to: .max)
      let expected = try script.outcome(engine, seed: drawn)
      #expect(await engine.tokens == expected.tokens)
      #expect(await engine.current.state == expected.state)
    }
  }
}

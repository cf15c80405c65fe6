import RetNetText
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Changes of turns")
struct TurnChangeTests {
  /// Reads typed tokens, then draws up to `count` tokens. A reply that is then open is ended.
  private func run(_ engine: Engine, _ count: Int) async throws {
    while await engine.hasTyped { _ = try await engine.step() }
    for try await _ in engine.run(maximumTokens: count) {}
  }

  private func tokens(_ engine: Engine) async -> [Int] { await engine.conversation.recorded }

  /// An engine with two messages and replies of up to 9 tokens.
  private func conversation(snapshots: Int = 40) async throws -> Engine {
    let engine = try TimeTravelTests.engine(snapshots: snapshots)
    for text in ["where is the cat?", "who saw the dog"] {
      try await engine.submit(text)
      try await run(engine, 9)
    }
    return engine
  }

  @Test("Another reply uses other random numbers, the same ones in every run; the first reply stays as a branch")
  func regenerate() async throws {
    var runs: [[[Int]]] = []
    for _ in 0..<2 {
      let engine = try await conversation()
      var texts = [await tokens(engine)]
      for _ in 0..<3 {
        let (result, turns) = try await engine.change(turn: 3, .regenerate())
        #expect(turns == 3)
        #expect(result?.turn == 2)
        try await run(engine, 9)
        texts.append(await tokens(engine))
      }
      for (id, text) in texts.enumerated() {
        _ = try await engine.select(branch: id)
        _ = try await engine.go(to: .max)
        #expect(await engine.tokens == text)
        #expect(try await TimeTravelTests.replayed(engine) == engine.current.state)
      }
      runs.append(texts)
    }
    #expect(Set(runs[0]).count == 4)
    #expect(runs[0] == runs[1])
  }

  @Test("The random numbers of another reply do not depend on the reply that is shown")
  func siblings() async throws {
    let (one, other) = (try await conversation(), try await conversation())
    for engine in [one, other] {
      _ = try await engine.change(turn: 3, .regenerate())
      try await run(engine, 9)
    }
    _ = try await other.select(branch: 0)
    _ = try await other.go(to: .max)
    for engine in [one, other] {
      _ = try await engine.change(turn: 3, .regenerate())
      try await run(engine, 9)
    }
    #expect(await one.tokens == (await other.tokens))
  }

  @Test("What follows an edited reply, or a branch after a message, does not depend on the reply that was shown")
  func independent() async throws {
    for change in [TurnChange.replaceReply("the cat"), .fork] {
      let (one, other) = (try await conversation(), try await conversation())
      _ = try await other.change(turn: 3, .regenerate())
      try await run(other, 9)
      for engine in [one, other] {
        _ = try await engine.change(turn: change == .fork ? 2 : 3, change)
        try await run(engine, 5)
        try await engine.submit("all dogs")
        try await run(engine, 9)
      }
      #expect(await one.tokens == (await other.tokens))
    }
  }

  @Test("A stopped reply, continued, equals one that was not stopped")
  func resumeStopped() async throws {
    let (stopped, plain) = (try TimeTravelTests.engine(), try TimeTravelTests.engine())
    for engine in [stopped, plain] { try await engine.submit("where is the cat?") }
    try await run(stopped, 4)
    #expect(await stopped.isReplying == false)
    _ = try await stopped.change(turn: 1, .resume)
    try await run(stopped, 8)
    try await run(plain, 12)
    #expect(await stopped.tokens == (await plain.tokens))
    #expect(await stopped.current.state == (await plain.current.state))
    #expect(await stopped.session.branches.count == 1, "nothing was replaced")
  }

  @Test("A reply that the model has ended gets at least one more token; one in the middle forks")
  func resumeEnded() async throws {
    let engine = try await conversation()
    let eos = try #require(engine.tokenizer.eos)
    _ = try await engine.change(turn: 3, .resume)
    await #expect(throws: EngineError.endsReply) { try await engine.pick(eos) }
    let before = await engine.tokens
    _ = try await engine.change(turn: 3, .resume)
    #expect(await engine.conversation.isAllowed(eos) == false)
    _ = try #require(try await engine.step())
    #expect(await engine.conversation.isAllowed(eos))
    #expect(await engine.tokens.dropLast() == before[...])

    let length = await engine.session.length
    let end = await engine.conversation.end(ofTurn: 1)
    _ = try await engine.change(turn: 1, .resume)
    try await run(engine, 3)
    #expect(await engine.session.branches.map(\.fork) == [0, end])
    #expect(await engine.conversation.turnCount == 2)
    _ = try await engine.select(branch: 0)
    #expect(try await engine.go(to: .max)?.position == length)
  }

  @Test("An edited message is sent from the state before it; the old one stays as a branch")
  func editMessage() async throws {
    let engine = try await conversation()
    let old = await tokens(engine)
    let fresh = try TimeTravelTests.engine()
    try await fresh.submit("where is the cat?")
    try await run(fresh, 9)
    try await fresh.submit("the cat saw")
    try await run(fresh, 9)
    _ = try await engine.change(turn: 2, .replaceMessage("the cat saw"))
    try await run(engine, 9)
    #expect(await engine.tokens == (await fresh.tokens))
    #expect(await engine.current.state == (await fresh.current.state))
    _ = try await engine.select(branch: 0)
    _ = try await engine.go(to: .max)
    #expect(await engine.tokens == old)

    // The first message begins with the symbol that opens the conversation.
    let (start, turns) = try await engine.change(turn: 0, .replaceMessage("the cat saw"))
    #expect(start == nil)
    #expect(turns == 0)
    try await run(engine, 1)
    #expect(await engine.tokens.first == engine.tokenizer.bos)
  }

  @Test("An edited reply is typed text in the model's turn, ended, and can be continued")
  func editReply() async throws {
    let engine = try await conversation()
    let text = "the dog saw the cat"
    _ = try await engine.change(turn: 1, .replaceReply(text))
    while let result = try await engine.step() { #expect(result.turn == 1) }
    #expect(await engine.isReplying == false)
    let last = try #require(await engine.current.result)
    #expect(last.role == .reply)
    #expect(last.turnText.trimmingPrefix(" ") == text)
    let typed = await engine.tokens
    let format = try ChatFormat(engine.tokenizer)
    #expect(typed.suffix(engine.tokenizer.encode(text).count + 1) == format.turn(Turn(.reply, text))[...])
    _ = try await engine.change(turn: 1, .resume)
    try await run(engine, 3)
    #expect(await engine.tokens.starts(with: typed))
    #expect(await engine.tokens.count > typed.count)
    #expect(await engine.conversation.turnCount == 2)
    try await engine.submit("who saw the dog")
    try await run(engine, 2)
    #expect(await engine.conversation.turnCount == 4)
  }

  @Test("A prefix begins one reply, after a message and in place of another reply")
  func prefix() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    await engine.beginReply(with: "the cat")
    try await run(engine, 5)
    let prefix = engine.tokenizer.encode("the cat")
    let start = await engine.conversation.start(ofTurn: 1)
    #expect(await Array(engine.tokens[(start + 1)...].prefix(prefix.count)) == prefix)
    #expect(await engine.conversation.turnCount == 2)
    _ = try await engine.change(turn: 1, .regenerate())
    #expect(await engine.conversation.pending.count == 1, "only the symbol of the reply is typed")
    _ = try await engine.change(turn: 0, .regenerate(prefix: "the dog"))
    try await run(engine, 5)
    let other = engine.tokenizer.encode("the dog")
    #expect(await Array(engine.tokens[(start + 1)...].prefix(other.count)) == other)
    #expect(await engine.tokens.count > start + 1 + other.count)
  }

  @Test("A branch after a turn keeps the turns after it; after a message, its reply follows")
  func fork() async throws {
    let engine = try await conversation()
    let (all, states) = (await tokens(engine), try await TimeTravelTests.replayed(engine))
    let (_, turns) = try await engine.change(turn: 1, .fork)
    #expect(turns == 2)
    #expect(await engine.isReplying == false)
    #expect(try await engine.step() == nil)
    #expect(await engine.session.branches.count == 2)
    _ = try await engine.change(turn: 1, .fork)
    #expect(await engine.session.branches.count == 2, "an empty branch is not forked again")
    let message = try await engine.change(turn: 0, .fork)
    #expect(message.turns == 1)
    #expect(try await engine.step()?.turn == 1)
    _ = try await engine.select(branch: 0)
    _ = try await engine.go(to: .max)
    #expect(await engine.tokens == all)
    #expect(await engine.current.state == states)
    // At the end there is nothing to keep, but a branch begins all the same.
    let count = await engine.session.branches.count
    _ = try await engine.change(turn: 3, .fork)
    #expect(await engine.session.branches.count == count + 1)
  }

  @Test("A turn that does not fit is refused, and nothing changes")
  func refused() async throws {
    let engine = try await conversation()
    let before = await engine.session
    for (turn, change, error) in [
      (4, TurnChange.regenerate(), EngineError.noTurn(number: 4, count: 4)),
      (-1, .fork, .noTurn(number: -1, count: 4)), (2, .resume, .notAReply(turn: 2)),
      (0, .replaceReply("a"), .notAReply(turn: 0)), (1, .replaceMessage("a"), .notAMessage(turn: 1)),
      (0, .replaceMessage(" "), .emptyMessage), (1, .replaceReply("\n"), .emptyMessage),
    ] {
      await #expect(throws: error) { try await engine.change(turn: turn, change) }
    }
    #expect(await engine.session == before)
    let empty = try TimeTravelTests.engine()
    await #expect(throws: EngineError.noTurn(number: 0, count: 0)) { try await empty.change(turn: 0, .fork) }
  }

  @Test("A cancelled recomputation reports its progress and leaves the session as it is")
  func cancelled() async throws {
    let engine = try await conversation(snapshots: 1)
    let (before, state) = (await engine.session, await engine.current.state)
    await engine.observe(RecomputationObserver(isCancelled: { true }, report: { _, _ in }))
    await #expect(throws: CancellationError.self) { try await engine.change(turn: 1, .regenerate()) }
    #expect(await engine.session == before)
    #expect(await engine.current.state == state)
    #expect(await engine.current.result?.turn == 3)
    await engine.observe(nil)
    #expect(try await engine.change(turn: 1, .regenerate()).turns == 1)
  }

  @Test("Reset leaves nothing of the session, and the same seed then draws the same tokens")
  func reset() async throws {
    let engine = try await conversation()
    let first = await tokens(engine)
    _ = try await engine.change(turn: 1, .regenerate(prefix: "the dog"))
    await engine.add(Experiment(.freeze(true), at: HeadIndex(layer: 0, head: 1)))
    await engine.reset()
    #expect(await engine.snapshots.count == 0)
    #expect(await engine.session == SessionSummary(norms: engine.norms))
    #expect(await engine.conversation.savedStates.count == 0)
    #expect(await engine.conversation.turns.isEmpty)
    #expect(await engine.hasTyped == false)
    for text in ["where is the cat?", "who saw the dog"] {
      try await engine.submit(text)
      try await run(engine, 9)
    }
    #expect(await engine.tokens == first)
  }
}

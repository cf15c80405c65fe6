import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession

/// Sessions that are recorded and replayed.
@Suite("Recorded sessions")
struct RecordingTests {
  private let name = SessionFile.Model(name: "tiny", sha256: "0")

  /// A session of two messages with an undone experiment, an active one, and a token chosen by hand.
  private func recorded() async throws -> (engine: Engine, file: SessionFile) {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    for _ in 0..<12 { _ = try await engine.step() }
    await engine.add(Experiment(.freeze(true), at: HeadIndex(layer: 0, head: 1)))
    for _ in 0..<3 { _ = try await engine.step() }
    _ = try await engine.undoExperiment()
    await engine.add(Experiment(.gamma(0.25), at: HeadIndex(layer: 1, head: 0)))
    await engine.add(Experiment(.copy(from: HeadIndex(layer: 0, head: 0)), at: HeadIndex(layer: 1, head: 1)))
    for _ in 0..<3 { _ = try await engine.step() }
    await engine.endReply()
    try await engine.submit("who saw the dog")
    for _ in 0..<14 { _ = try await engine.step() }
    let result = try #require(try await engine.go(to: 18))
    let other = try #require(result.candidates.last { $0.token > 8 && $0.token < engine.tokenizer.vocabularySize })
    _ = try await engine.pick(other.token)
    return (engine, try SessionFile(json: await engine.recording(name).json()))
  }

  @Test("Every branch of a session is replayed from its file, with the same bits at every step")
  func again() async throws {
    let (engine, file) = try await recorded()
    let other = try TimeTravelTests.engine()
    try await other.submit("something else")
    _ = try await other.step()
    try await other.open(file, sha256: name.sha256)
    #expect(await other.current.position == 0)
    var (old, new) = (await engine.session, await other.session)
    (old.position, new.position) = (0, 0)
    (old.experiments, new.experiments) = ([], [])
    #expect(old == new)
    #expect(old.branches.count == 3)
    for id in old.branches.map(\.id) {
      _ = try await engine.select(branch: id)
      _ = try await other.select(branch: id)
      for position in 0...(await engine.session.length) {
        let (a, b) = (try await engine.go(to: position), try await other.go(to: position))
        #expect(a?.state == b?.state)
        #expect(a?.turnText == b?.turnText)
        #expect(a?.role == b?.role)
        #expect(a?.turn == b?.turn)
        let (before, after) = (await engine.session.experiments, await other.session.experiments)
        #expect(before == after)
      }
    }
  }

  @Test("A token outside of the vocabulary and another model are refused; the session is unchanged")
  func strangers() async throws {
    let (engine, file) = try await recorded()
    let before = await engine.session
    let size = engine.tokenizer.vocabularySize
    var strange = file
    strange.branches[0].tokens[2] = size
    let wrong = strange
    await #expect(
      throws: SessionFileError.tokenOutsideVocabulary(branch: 0, index: 2, token: size, vocabularySize: size)
    ) {
      try await engine.open(wrong, sha256: "0")
    }
    await #expect(throws: SessionFileError.otherModel(name: "tiny", expected: "0", found: "1")) {
      try await engine.open(file, sha256: "1")
    }
    #expect(await engine.session == before)
  }

  @Test("A stopped reply is recorded as such, in the file too; one that the model ended or that continues is not")
  func stopped() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    while await engine.hasTyped { _ = try await engine.step() }
    for _ in 0..<3 { _ = try await engine.step() }
    await engine.endReply()
    let end = await engine.session.position
    try await engine.submit("who saw the dog")
    // Stopped before a token of the reply, so the user's turn is the last.
    _ = try await engine.step()
    await engine.endReply()
    let file = try SessionFile(json: await engine.recording(name).json())
    let branch = file.branches[0]
    #expect(branch.turns.map(\.speaker) == [.user, .reply, .user])
    #expect(branch.turns.map(\.isStopped) == [false, true, false])
    #expect(branch.stoppedTurns(until: end) == [1])
    #expect(branch.stoppedTurns(until: end - 1) == [])
    #expect(String(decoding: try file.json(), as: UTF8.self).contains(#""speaker":"reply","stopped":true"#))

    let other = try TimeTravelTests.engine()
    try await other.open(file, sha256: name.sha256)
    #expect(await other.recording(name).branches[0].turns == branch.turns)
    // Back in the reply, another token continues it.
    let result = try #require(try await other.go(to: end - 1))
    let drawn = branch.tokens[end - 1]
    let another = try #require(result.candidates.first { $0.token != drawn && $0.token > 8 && $0.token < 285 })
    _ = try await other.pick(another.token)
    #expect(await other.conversation.recordedTurns.map(\.isStopped) == [false, false])
  }

  @Test("Typed text that is not read yet is recorded, and its message continues", arguments: [0, 1, 4])
  func waiting(read: Int) async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    for _ in 0..<read { _ = try await engine.step() }
    let other = try TimeTravelTests.engine()
    try await other.open(try SessionFile(json: await engine.recording(name).json()), sha256: name.sha256)
    // From its first step, and from its last.
    for start in [0, read] {
      _ = try await other.go(to: start)
      #expect(await other.hasTyped)
    }
    while await engine.hasTyped { _ = try await engine.step() }
    while await other.hasTyped { _ = try await other.step() }
    let (typed, found) = (await engine.conversation, await other.conversation)
    #expect(found.recorded == typed.recorded)
    #expect(found.recordedTurns == typed.recordedTurns)
    #expect(await other.current.state == engine.current.state)
    #expect(try await other.step() != nil)
    #expect(try await other.undoTurn().result == nil)
  }

  @Test("A pending token of a session file must be in the vocabulary")
  func strangeWaiting() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    var file = await engine.recording(name)
    file.branches[0].pending[1].token = engine.tokenizer.vocabularySize
    let strange = file
    await #expect(throws: SessionFileError.self) { try await engine.open(strange, sha256: name.sha256) }
  }

  @Test("An opened session continues: typed text is pending, a message follows, experiments are undone")
  func goingOn() async throws {
    let (engine, file) = try await recorded()
    let other = try TimeTravelTests.engine()
    try await other.open(file, sha256: name.sha256)
    // At each of its tokens, the rest of the typed text is pending, as it was when recorded.
    for position in [0, 2, 5, 17] {
      _ = try await engine.go(to: position)
      _ = try await other.go(to: position)
      let (typed, found) = (await engine.conversation.hasTyped, await other.conversation.hasTyped)
      #expect(typed == found, "at \(position)")
      let (between, same) = (await engine.conversation.isBetweenTurns, await other.conversation.isBetweenTurns)
      #expect(between == same)
    }
    _ = try await other.go(to: .max)
    let count = await other.session.experiments.count
    _ = try await other.undoExperiment()
    #expect(await other.session.experiments.count == count - 1)
    try await other.submit("where is the dog?")
    #expect(try await other.step() != nil)
    #expect(try await TimeTravelTests.replayed(other) == other.current.state)
  }

  @Test("A session with one message of 40,000 tokens opens in memory that grows with its length")
  func longMessage() async throws {
    let engine = try TimeTravelTests.engine()
    try await engine.submit("where is the cat?")
    while await engine.hasTyped { _ = try await engine.step() }
    var file = await engine.recording(name)
    let (count, options) = (40_000, file.branches[0].options[2])
    file.branches[0].tokens.insert(contentsOf: Array(repeating: file.branches[0].tokens[2], count: count), at: 2)
    file.branches[0].options.insert(contentsOf: Array(repeating: options, count: count), at: 2)
    file.branches[0].turns[1].index += count
    file.position = 0
    // A copy of the unread text for each token would have 800 million entries.
    try await engine.open(file, sha256: name.sha256)
    _ = try await engine.go(to: 3)
    #expect(await engine.hasTyped)
    #expect(await engine.session.length == file.branches[0].tokens.count)
  }
}

import Synchronization
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Selected turns")
struct TurnUpdateTests {
  private func press(_ key: Key, _ state: inout AppState) -> [Effect] { update(&state, .key(key)) }

  /// A finished reply, with the focus on the panes.
  private func ready(columns: Int = 80, rows: Int = 24) -> AppState {
    var state = Fixtures.speaking(columns: columns, rows: rows)
    _ = update(&state, .replyEnded)
    _ = press(.escape, &state)
    return state
  }

  @Test("V selects the last turn, ↑ and ↓ move the selection, Esc ends it; the screen shows it")
  func selection() {
    var state = ready()
    _ = press("V", &state)
    #expect(state.selectedTurn == 1)
    expectScreen(state, "app/turn-selected")
    _ = press(.up, &state)
    _ = press(.up, &state)
    #expect(state.selectedTurn == 0)
    #expect(render(state).text.contains("turn 0 of 0–1"))
    _ = press(.down, &state)
    #expect(state.selectedTurn == 1)
    _ = press(.escape, &state)
    #expect(state.selectedTurn == nil)
    #expect(!render(state).text.contains("turn 1"))
    var empty = Fixtures.ready()
    _ = press(.escape, &empty)
    #expect(press("V", &empty) == [])
    #expect(empty.notice?.text == "There is no turn yet: type a message first.")
  }

  @Test("A click selects the turn under the mouse, and only its lines are marked")
  func mouse() {
    var state = ready()
    let area = state.layout.conversation
    _ = press(.mouse(MouseEvent(row: area.row + 1, column: 8, kind: .press)), &state)
    #expect(state.selectedTurn == 0)
    let grid = render(state)
    let marked = (area.row..<area.endRow).filter { grid[$0, 1].style.reverse }
    #expect(marked == [area.row + 1])
    _ = press(.mouse(MouseEvent(row: area.row + 2, column: 8, kind: .press)), &state)
    #expect(state.selectedTurn == 1)
  }

  @Test("Keys on the selected turn ask the engine; a running reply stops first")
  func keys() {
    for (key, change) in [
      (Key.character("r"), TurnChange.regenerate()), ("c", .resume), ("b", .fork),
    ] {
      var state = ready()
      _ = press("V", &state)
      #expect(press(key, &state) == [.engine(.changeTurn(1, change))])
      #expect(state.phase == .running)
    }
    var state = Fixtures.speaking()
    _ = press(.escape, &state)
    _ = press("V", &state)
    #expect(press("r", &state) == [.engine(.stop), .engine(.changeTurn(1, .regenerate()))])
    state = ready()
    for key in ["V", .up, "c"] as [Key] { _ = press(key, &state) }
    #expect(state.notice?.text == "Turn 0 is yours. Select a turn of the model.")
  }

  @Test("A changed turn drops the later text, then the reply runs; its prefix is used once")
  func changed() {
    let results = Fixtures.conversation()
    var state = ready()
    let end = results[6]
    #expect(end.turn == 0)
    _ = Fixtures.enter(":prefix Well", &state)
    #expect(state.session.prefix == "Well")
    #expect(Fixtures.enter(":regenerate", &state) == [.engine(.changeTurn(1, .regenerate(prefix: "Well")))])
    #expect(update(&state, .turnChanged(.regenerate(prefix: "Well"), turns: 1, result: end)) == [])
    #expect(state.transcript.turns.map(\.text) == [end.turnText])
    #expect(state.position == end.position)
    #expect(state.tokens.entries.count == end.position)
    #expect(state.session.prefix == nil)
    #expect(update(&state, .typedRead(endsReply: false)) == [state.run])

    // An edited reply is typed, and runs no further.
    state = ready()
    #expect(Fixtures.enter(":edit 1 No.", &state) == [.engine(.changeTurn(1, .replaceReply("No.")))])
    _ = update(&state, .turnChanged(.replaceReply("No."), turns: 1, result: end))
    #expect(update(&state, .typedRead(endsReply: true)) == [])
    #expect(state.phase == .ready)
  }

  @Test("Typed text of a reply does not count towards its length")
  func length() {
    let results = Fixtures.conversation()
    var state = ready()
    state.settings.maximumTokens = 2
    _ = Fixtures.enter(":edit 1 Yes, I love them.", &state)
    _ = update(&state, .turnChanged(.replaceReply("Yes, I love them."), turns: 1, result: results[6]))
    for result in results[7..<12] { #expect(update(&state, .result(result, seconds: 0)) == []) }
    #expect(state.phase == .running)
    _ = update(&state, .typedRead(endsReply: true))
    #expect(state.transcript.turns.last?.ending == .finished)
  }

  @Test("e edits the text on the input line, Enter sends it, and the draft returns; Ctrl-C leaves the turn")
  func edit() {
    var state = ready()
    _ = press("i", &state)
    Fixtures.type("a draft", &state)
    for key in [.escape, "V", .up, "e"] as [Key] { _ = press(key, &state) }
    #expect(state.input.text == "Do you like old films?")
    #expect(state.focus == .input)
    _ = press(.control("c"), &state)
    #expect(state.input.text == "a draft")
    #expect(state.session.edit == nil)
    for key in [.escape, "e", .control("u")] as [Key] { _ = press(key, &state) }
    let change = TurnChange.replaceMessage("Why?")
    #expect(Fixtures.enter("Why?", &state) == [.engine(.changeTurn(0, change))])
    #expect(state.input.text == "a draft")
    #expect(update(&state, .turnChanged(change, turns: 0, result: nil)) == [])
    #expect(state.transcript.turns.map(\.typed) == ["Why?"])
    #expect(update(&state, .typedRead(endsReply: false)) == [state.run])
  }

  @Test("p replaces the selected reply by one that begins with a text; without a selection it waits")
  func prefix() {
    var state = ready()
    for key in ["V", "p"] as [Key] { _ = press(key, &state) }
    #expect(state.line.text == ":prefix ")
    #expect(Fixtures.enter("Well", &state) == [.engine(.changeTurn(1, .regenerate(prefix: "Well")))])
    state = ready()
    #expect(Fixtures.enter(":prefix Well", &state) == [])
    _ = press("i", &state)
    #expect(Fixtures.enter("Why?", &state) == [.engine(.submit("Why?")), .engine(.beginReply("Well"))])
    #expect(state.session.prefix == nil)
    _ = Fixtures.enter(":prefix Well", &state)
    _ = Fixtures.enter(":prefix off", &state)
    #expect(state.session.prefix == nil)
  }

  @Test("A long recomputation is shown; Ctrl-C cancels it, and the session stays")
  func recomputation() {
    var state = ready()
    _ = press("V", &state)
    _ = press("r", &state)
    _ = update(&state, .recomputing(Recomputation(done: 1200, total: 5000)))
    #expect(render(state).text.contains("Recomputing the state: 1,200 of 5,000 tokens. Ctrl-C cancels."))
    let before = state.transcript
    #expect(press(.control("c"), &state) == [.engine(.pause)])
    _ = update(&state, .recomputationCancelled)
    #expect(state.transcript == before)
    #expect(state.phase == .ready)
    #expect(state.notice?.text == "Cancelled. The session stays where it was.")
  }

  @Test("Reset clears the queue, the prefix, the edit, the selection and the breakpoints")
  func reset() {
    var state = Fixtures.speaking()
    _ = Fixtures.enter("Why?", &state)
    _ = Fixtures.enter(":prefix Well", &state)
    _ = Fixtures.enter(":break entropy 3", &state)
    for key in [.escape, "V", "e"] as [Key] { _ = press(key, &state) }
    _ = press(.control("u"), &state)
    #expect(
      Fixtures.enter(":reset", &state) == [
        .engine(.stop), .engine(.set(.breakpoints([]))), .engine(.reset),
      ])
    _ = update(&state, .wasReset)
    #expect(state.queue.isEmpty)
    #expect(state.input.isEmpty)
    #expect(state.session.prefix == nil)
    #expect(state.session.edit == nil)
    #expect(state.selectedTurn == nil)
    #expect(state.explorer.breakpoints.isEmpty)
    #expect(state.transcript.isEmpty)
    #expect(state.tokens.entries.isEmpty)
    #expect(state.explorer.session == SessionSummary())
  }

  @Test(
    "Commands of turns are parsed",
    arguments: [
      (":regenerate", Command.regenerate(nil)), (":regenerate 3", .regenerate(3)), (":continue", .continueReply(nil)),
      (":edit 2 Why not?", .editTurn(2, "Why not?")), (":prefix Well, off", .prefix("Well, off")),
      (":prefix off", .prefix(nil)), (":branch", .fork(nil)), (":branch turn 4", .fork(4)), (":branch 2", .branch(2)),
    ])
  func parsed(line: String, command: Command) throws { #expect(try CommandTable.parse(line) == command) }

  @Test(
    "A command without a valid turn names what it takes",
    arguments: [":regenerate x", ":continue -1", ":edit 2", ":edit a b", ":branch turn", ":branch 1 2", ":prefix"])
  func refused(line: String) { #expect(throws: CommandError.self) { try CommandTable.parse(line) } }
}

@Suite("Changes of turns with an engine")
@MainActor struct TurnEngineTests {
  /// The lines of a session, of which each changes it.
  private static let script = [
    ":max-tokens 6", "where is the cat?", "who saw the dog", ":regenerate", ":continue", ":edit 0 the cat",
    ":branch 0", ":prefix all dogs", ":regenerate 1", ":edit 1 the dog saw", ":continue", ":branch turn 0", ":step",
    ":regenerate",
  ]

  private func model() throws -> LoadedModel {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let small = RetNetModel.small(tokenizer)
    let engine = try Engine(model: small, tokenizer: tokenizer, norms: small.norms, sampling: SamplingOptions())
    let shape = engine.model.configuration
    let info = ModelInfo(
      name: "small", layers: shape.layers, heads: shape.heads, headDim: shape.headDim, valueDim: shape.headValueDim)
    return LoadedModel(info: info, engine: engine)
  }

  @Test("The same lines give the same turns in plain mode and in the app")
  func bothModes() async throws {
    let streams = PlainChat.Streams(write: { _ in }, message: { _ in })
    let loader: ModelLoader = { name, _ in throw ModelCatalogError.unknown(name: name, bundled: []) }
    let chat = PlainChat(try model(), settings: ChatSettings(), streams: streams, loader: loader)
    var settings = ChatSettings()
    settings.speed = nil
    let core = AppCore(AppState(columns: 80, rows: 24, settings: settings), model: try model(), loader: loader)
    for line in Self.script {
      _ = await chat.run(line: line)
      for character in line { core.receive(.key(.character(character))) }
      core.receive(.key(.enter))
      await core.finish()
      #expect(core.failure == nil, "\(line): \(core.failure ?? "")")
      #expect(core.state.transcript.turns.map(\.text) == chat.state.transcript.turns.map(\.text), "\(line)")
      #expect(core.state.explorer.session == chat.state.explorer.session, "\(line)")
      #expect(core.state.phase == chat.state.phase, "\(line)")
    }
    let branches = core.state.explorer.session.branches
    #expect(branches.count == 7)
    #expect(core.state.transcript.turns.count == 2)
  }

  @Test("A reply with a prefix is its length limit longer; the whole reply is written in plain mode")
  func prefix() async throws {
    let written = Mutex("")
    let streams = PlainChat.Streams(write: { text in written.withLock { $0 += text } }, message: { _ in })
    let chat = PlainChat(try model(), settings: ChatSettings(), streams: streams) { name, _ in
      throw ModelCatalogError.unknown(name: name, bundled: [])
    }
    for line in [":max-tokens 3", ":prefix the dog saw the cat", "where is the cat?"] { _ = await chat.run(line: line) }
    #expect(written.withLock { $0 }.hasPrefix("the dog saw the cat"))
    #expect(chat.state.replyTokens == 3)
    let before = written.withLock { $0 }
    _ = await chat.run(line: ":continue")
    #expect(written.withLock { $0 }.dropFirst(before.count).hasPrefix(before.dropLast()))
  }
}

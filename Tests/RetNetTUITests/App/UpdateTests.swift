import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Keys and commands change the state")
struct UpdateTests {
  private func press(_ key: Key, _ state: inout AppState) -> [Effect] { update(&state, .key(key)) }

  private func panes(_ state: AppState = Fixtures.speaking()) -> AppState {
    var state = state
    _ = update(&state, .key(.escape))
    return state
  }

  // MARK: Sending and stopping

  @Test("Enter sends the typed text and starts the reply")
  func send() {
    var state = Fixtures.ready()
    #expect(Fixtures.enter("  Hello  ", &state) == [.engine(.submit("Hello")), .engine(.run(maximumReply: 256))])
    #expect(state.phase == .running)
    #expect(state.input.isEmpty)
    #expect(state.transcript.turns.map(\.typed) == ["Hello"])
  }

  @Test("A blank line sends nothing")
  func blank() {
    var state = Fixtures.ready()
    #expect(Fixtures.enter("   ", &state) == [])
    #expect(state.phase == .ready)
  }

  @Test("Ctrl-C stops a reply and keeps its text; without a reply it clears the line and says how to quit")
  func interrupt() {
    var state = Fixtures.speaking()
    let text = state.transcript.lastReply
    #expect(press(.control("c"), &state) == [.engine(.stop)])
    #expect(state.phase == .ready)
    #expect(state.transcript.lastReply == text)
    Fixtures.type("abc", &state)
    #expect(press(.control("c"), &state) == [])
    #expect(state.input.isEmpty)
    #expect(state.notice?.text.contains("Ctrl-D") == true)
    #expect(update(&state, .interrupted) == [])
  }

  @Test("Stopping removes text from the transcript that the model has not read")
  func stopBeforeRead() {
    var state = Fixtures.ready()
    _ = Fixtures.enter("Do you like old films?", &state)
    _ = update(&state, .result(Fixtures.conversation()[0], seconds: 0.001))
    _ = press(.control("c"), &state)
    // The engine has not confirmed the stop, so the next message waits.
    #expect(Fixtures.enter("Again", &state) == [])
    _ = update(&state, .stopped)
    #expect(state.transcript.isEmpty)
    #expect(update(&state, .settled) == [.engine(.submit("Again")), .engine(.run(maximumReply: 256))])
    #expect(state.transcript.turns.map(\.typed) == ["Again"])
  }

  @Test("Ctrl-D quits if the line is empty, from any focus; otherwise it deletes a character")
  func endOfInput() {
    var state = Fixtures.ready()
    Fixtures.type("ab", &state)
    _ = press(.home, &state)
    #expect(press(.control("d"), &state) == [])
    #expect(state.input.text == "b")
    _ = press(.escape, &state)
    #expect(press(.control("d"), &state) == [])
    _ = press(.control("c"), &state)
    #expect(press(.control("d"), &state) == [.app(.quit(0))])
    _ = press(.tab, &state)
    #expect(press(.control("d"), &state) == [.app(.quit(0))])
    #expect(Fixtures.enter(":quit", &state) == [.app(.quit(0))])
  }

  // MARK: Stepping

  @Test("Space pauses and resumes while the input is empty; otherwise it types a space")
  func pause() {
    var state = Fixtures.speaking()
    #expect(press(.character(" "), &state) == [.engine(.pause)])
    #expect(state.phase == .paused)
    #expect(press(.right, &state) == [.engine(.steps(1))])
    #expect(press(.left, &state) == [.engine(.back)])
    #expect(press(.character(" "), &state) == [.engine(.run(maximumReply: 239))])
    #expect(press(.right, &state) == [])
    Fixtures.type("a b", &state)
    #expect(state.input.text == "a b")
    #expect(press(.left, &state) == [])
    #expect(state.input.cursor == 2)
  }

  @Test("Going back truncates tokens and text; the unread part of a message stays visible")
  func back() {
    var state = Fixtures.speaking()
    let results = Fixtures.conversation()
    _ = press(.character(" "), &state)
    _ = update(&state, .wentBack(results[10]))
    #expect(state.position == 11)
    #expect(state.tokens.past.last?.index == 10)
    #expect(state.transcript.lastReply == "Yes, I love")
    #expect(state.phase == .paused)
    _ = update(&state, .wentBack(results[4]))
    #expect(state.transcript.turns.map(\.text) == ["Do you like"])
    #expect(state.transcript.turns[0].unread == " old films?")
    _ = update(&state, .wentBack(nil))
    #expect(state.transcript.turns.map(\.unread) == ["Do you like old films?"])
    #expect(state.position == 0)
    _ = update(&state, .wentBack(nil))
    #expect(state.notice?.text.contains("start") == true)
  }

  @Test("Going back before the second message removes it")
  func backBeforeSecondMessage() {
    var state = Fixtures.speaking()
    let results = Fixtures.conversation()
    _ = update(&state, .replyEnded)
    _ = Fixtures.enter("And books?", &state)
    let next = Fixtures.result(25, piece: "<|user|>", role: .control, turn: 2, text: "")
    _ = update(&state, .result(next, seconds: 0.001))
    _ = update(&state, .wentBack(results[24]))
    #expect(state.transcript.turns.map(\.typed) == ["Do you like old films?", "", "And books?"])
    _ = update(&state, .wentBack(results[23]))
    #expect(state.transcript.turns.count == 2)
  }

  @Test("A reply ends at the length limit")
  func lengthLimit() {
    var state = Fixtures.ready()
    _ = Fixtures.enter(":max-tokens 3", &state)
    _ = Fixtures.enter("Do you like old films?", &state)
    var effects: [[Effect]] = []
    for result in Fixtures.conversation().prefix(11) { effects.append(update(&state, .result(result, seconds: 0.001))) }
    #expect(effects.last == [.engine(.stop)])
    #expect(effects.dropLast().joined().isEmpty)
    #expect(state.phase == .ready)
  }

  @Test("An engine error ends the reply and becomes the notice")
  func failure() {
    var state = Fixtures.speaking()
    #expect(update(&state, .failed("A logit is NaN.")) == [.engine(.stop)])
    #expect(state.phase == .ready)
    #expect(state.notice == AppState.Notice(text: "A logit is NaN.", isError: true))
  }

  @Test("Steps without a time, such as those of a lesson's text, do not change the speed")
  func speed() throws {
    var state = Fixtures.ready()
    let results = Fixtures.conversation()
    for result in results.prefix(5) { _ = update(&state, .result(result, seconds: 0)) }
    #expect(state.secondsPerStep == nil)
    #expect(!render(state).line(0).contains("tok/s"))
    _ = update(&state, .result(results[5], seconds: 0.5))
    for result in results[6..<20] { _ = update(&state, .result(result, seconds: 0)) }
    #expect(state.secondsPerStep == 0.5)
    #expect(render(state).line(0).contains("2 tok/s"))
  }

  @Test("A session that is opened again shows which replies were stopped")
  func openedStopped() {
    var state = Fixtures.speaking()
    _ = update(&state, .opened("a.json is open.", wordsWait: false, stopped: [1, 7]))
    #expect(state.transcript.turns.map(\.ending) == [.open, .stopped])
    #expect(render(state).text.contains("(stopped)"))
  }

  // MARK: Selection

  @Test("Brackets and braces select head and layer, clamped to the model")
  func selection() {
    var state = panes()
    for _ in 0..<20 { _ = press(.character("]"), &state) }
    #expect(state.settings.head == 7)
    for _ in 0..<20 { _ = press(.character("["), &state) }
    #expect(state.settings.head == 0)
    for _ in 0..<20 { _ = press(.character("}"), &state) }
    #expect(state.settings.layer == 5)
    for _ in 0..<20 { _ = press(.character("{"), &state) }
    #expect(state.settings.layer == 0)
  }

  @Test("The probe moves within the state and jumps to the largest entry")
  func probe() {
    var state = panes()
    for key in "LLLLLLLLLLJJJJJJlj" { _ = press(.character(key), &state) }
    #expect(state.probe == Position(row: 31, column: 63))
    for key in "hk" { _ = press(.character(key), &state) }
    #expect(state.probe == Position(row: 30, column: 62))
    _ = press(.character("x"), &state)
    #expect(state.probe == Position(row: 24, column: 35))
    #expect(Fixtures.enter(":probe 32 0", &state).isEmpty)
    #expect(state.probe == Position(row: 24, column: 35))
  }

  @Test("s cycles the scale: 99th percentile, square root, linear, fixed, symlog")
  func scale() {
    var state = panes()
    #expect(state.settings.scale == .percentile)
    _ = press(.character("s"), &state)
    #expect(state.settings.scale == .root)
    _ = press(.character("s"), &state)
    #expect(state.settings.scale == .linear)
    _ = press(.character("s"), &state)
    guard case .fixed(let limit) = state.settings.scale else {
      Issue.record("the scale is \(state.settings.scale)")
      return
    }
    #expect(limit == state.reading?.largest.value)
    _ = press(.character("s"), &state)
    #expect(state.settings.scale == .symlog)
    _ = press(.character("s"), &state)
    #expect(state.settings.scale == .percentile)
  }

  @Test(":theme changes the colours and keeps the terminal's background; :theme auto restores them")
  func theme() {
    var state = Fixtures.ready(traits: ScreenTraits(theme: Theme(.auto, terminalBackground: RGB(0xFDF6E3))))
    Fixtures.type(":theme dark", &state)
    _ = press(.enter, &state)
    #expect(!state.traits.theme.isLight)
    Fixtures.type(":theme monochrome", &state)
    _ = press(.enter, &state)
    #expect(state.traits.depth == .monochrome)
    Fixtures.type(":theme auto", &state)
    _ = press(.enter, &state)
    #expect(state.traits == ScreenTraits(theme: Theme(.auto, terminalBackground: RGB(0xFDF6E3))))
    #expect(state.traits.theme.isLight)
    Fixtures.type(":theme pink", &state)
    _ = press(.enter, &state)
    #expect(
      state.notice?.text == ":theme got 'pink', it takes auto, dark, light, high-contrast or monochrome.")
  }

  @Test("An unbound key in the panes gives a notice")
  func strangeKey() {
    var state = panes()
    _ = press(.character("Q"), &state)
    #expect(state.notice?.text.contains("'Q'") == true)
  }

  // MARK: Norms

  @Test("The norms panel toggles each norm; the notice for torchscale's norm 3 says that its divisor is left out")
  func norms() {
    var state = panes()
    _ = press(.character("n"), &state)
    var wanted = NormOptions()
    wanted.retention.norm1 = false
    #expect(press(.character("1"), &state) == [.engine(.set(.norms(wanted)))])
    wanted.retention.norm2 = true
    #expect(press(.character("2"), &state) == [.engine(.set(.norms(wanted)))])
    wanted.retention.norm3 = .paper
    #expect(press(.character("3"), &state) == [.engine(.set(.norms(wanted)))])
    #expect(state.notice?.text.contains("next token") == true)
    wanted.retention.norm3 = .torchscale
    #expect(press(.character("3"), &state) == [.engine(.set(.norms(wanted)))])
    #expect(state.notice?.text.contains("omits") == true)
    wanted.group = .off
    #expect(press(.character("g"), &state) == [.engine(.set(.norms(wanted)))])
    wanted.epsilon = 0
    #expect(press(.character("e"), &state) == [.engine(.set(.norms(wanted)))])
    #expect(press(.character("r"), &state) == [.engine(.set(.norms(NormOptions())))])
    _ = press(.escape, &state)
    #expect(state.overlay == nil)
  }

  @Test("A norm set by command gives the same notice and survives a change of model")
  func normCommands() {
    var state = Fixtures.ready()
    var wanted = NormOptions()
    wanted.retention.norm3 = .torchscale
    #expect(Fixtures.enter(":norm3 torchscale", &state) == [.engine(.set(.norms(wanted)))])
    #expect(state.notice?.text.contains("omits") == true)
    var other = Fixtures.model
    other.norms.retention.norm2 = true
    other.sampling.temperature = 0.3
    let effects = update(&state, .modelLoaded(other))
    wanted.retention.norm2 = true
    #expect(effects == [.engine(.set(.norms(wanted))), .engine(.set(.sampling(other.sampling)))])
  }

  @Test("The header shows a chosen ε beside the group norm")
  func epsilon() {
    var state = Fixtures.ready()
    #expect(!render(state).line(0).contains("ε"))
    _ = Fixtures.enter(":eps 0", &state)
    #expect(render(state).line(0).contains("norms 1··│model ε 0"))
    _ = Fixtures.enter(":eps 1e-3", &state)
    #expect(render(state).line(0).contains("norms 1··│model ε 0.001"))
    _ = Fixtures.enter(":eps model", &state)
    #expect(!render(state).line(0).contains("ε"))
  }

  @Test("A norm that no step has used survives going back and is set before the next step")
  func keptNorms() {
    var state = Fixtures.speaking()
    let results = Fixtures.conversation()
    _ = press(.character(" "), &state)
    let trained = NormOptions()
    var wanted = trained
    wanted.retention.norm3 = .paper
    _ = Fixtures.enter(":norm3 paper", &state)
    _ = press(.left, &state)
    _ = update(&state, .wentBack(results[23]))
    _ = update(&state, .session(SessionSummary(position: 24, length: 25, norms: trained)))
    #expect(state.settings.norms == wanted)
    #expect(press(.right, &state) == [.engine(.set(.norms(wanted))), .engine(.steps(1))])
    let next = Fixtures.conversation(norms: wanted)[24]
    _ = update(&state, .result(next, seconds: 0.001))
    _ = update(&state, .session(SessionSummary(position: 25, length: 25, norms: wanted)))
    // A used norm belongs to the record: an earlier step has its own norms, and a notice names them.
    state.notice = nil
    _ = update(&state, .wentBack(results[23]))
    _ = update(&state, .session(SessionSummary(position: 24, length: 25, norms: trained)))
    #expect(state.settings.norms == trained)
    #expect(state.notice?.text.hasPrefix("The norms at this position: norm 1 on") == true)
  }

  @Test("Replaying the record never ends the reply, whatever its length")
  func replyLength() {
    var state = Fixtures.speaking()
    state.settings.maximumTokens = 4
    let results = Fixtures.conversation()
    _ = update(&state, .replyEnded)
    _ = update(&state, .wentBack(results[8]))
    #expect(state.replyTokens == 1)
    for result in results[9..<24] { #expect(update(&state, .result(result, seconds: 0.001)) == []) }
    #expect(state.replyTokens == 16)
  }

  // MARK: Commands

  @Test("A wrong command stays on the line with its error; a valid one runs")
  func commandErrors() {
    var state = Fixtures.ready()
    #expect(Fixtures.enter(":top-p 2", &state) == [])
    #expect(state.line.text == ":top-p 2")
    #expect(state.notice?.isError == true)
    _ = press(.control("u"), &state)
    var sampling = SamplingOptions()
    sampling.topP = 0.5
    #expect(Fixtures.enter(":top-p 0.5", &state) == [.engine(.set(.sampling(sampling)))])
    #expect(Fixtures.enter(":layer 6", &state) == [])
    #expect(state.notice?.text == ":layer got 6, tiny has layers 0 to 5.")
    _ = Fixtures.enter(":layer 2", &state)
    #expect(state.settings.layer == 2)
    #expect(Fixtures.enter(":sampling default", &state) == [.engine(.set(.sampling(SamplingOptions())))])
  }

  @Test("A command that changes the whole session first stops the running reply")
  func wholeSession() {
    for (line, effect) in [
      (":reset", EngineRequest.reset), (":undo", .undoTurn), (":model other", .loadModel("other", for: .conversation)),
    ] {
      var state = Fixtures.speaking()
      #expect(Fixtures.enter(line, &state) == [.engine(.stop), .engine(effect)])
      #expect(state.phase == .ready)
    }
  }

  @Test("Reset clears text, tokens and step result; undo keeps the remaining turns")
  func resetAndUndo() {
    var state = Fixtures.speaking()
    _ = update(&state, .undone(result: nil, turns: 0))
    #expect(state.transcript.isEmpty)
    #expect(state.tokens.entries.isEmpty)
    #expect(state.position == 0)
    state = Fixtures.speaking()
    _ = update(&state, .wasReset)
    #expect(state.transcript.isEmpty)
    #expect(state.result == nil)
    #expect(state.phase == .ready)
  }

  @Test("If a model cannot be opened, the previous one stays; without one, the screen shows the error")
  func models() {
    var state = Fixtures.speaking()
    _ = update(&state, .modelLoading("other"))
    #expect(Fixtures.enter("Hello", &state) == [])
    _ = update(&state, .modelFailed("There is no model 'other'."))
    #expect(state.model?.name == "tiny")
    #expect(state.phase == .ready)
    #expect(state.notice?.isError == true)
    var empty = AppState(columns: 80, rows: 24)
    _ = update(&empty, .modelFailed("There is no model 'chat'."))
    #expect(empty.phase == .noModel("There is no model 'chat'."))
    #expect(Fixtures.enter("Hello", &empty) == [])
    _ = press(.control("c"), &empty)
    #expect(Fixtures.enter(":model x", &empty) == [.engine(.loadModel("x", for: .conversation))])
  }

  @Test("Tab completes a command; on the message line it changes the focus")
  func tab() {
    var state = Fixtures.ready()
    Fixtures.type(":temp", &state)
    _ = press(.tab, &state)
    #expect(state.line.text == ":temperature ")
    _ = press(.control("u"), &state)
    Fixtures.type(":nor", &state)
    _ = press(.tab, &state)
    #expect(state.line.text == ":norm")
    _ = press(.control("u"), &state)
    _ = press(.tab, &state)
    #expect(state.focus == .panes)
    _ = press(.tab, &state)
    #expect(state.focus == .input)
    _ = press(.escape, &state)
    _ = press(.character("i"), &state)
    #expect(state.focus == .input)
    _ = press(.escape, &state)
    _ = press(.character(":"), &state)
    #expect(state.focus == .input)
    #expect(state.line.text == ":")
  }

  @Test("Paste goes to the input line, with its line breaks")
  func paste() {
    var state = panes(Fixtures.ready())
    _ = press(.paste("two\nlines"), &state)
    #expect(state.focus == .input)
    #expect(state.input.text == "two\nlines")
  }

  // MARK: Mouse and scrolling

  @Test("A click selects the head, the entry of S, the layer or the input line under it")
  func mouse() {
    var state = Fixtures.speaking(columns: 160, rows: 40)
    let layout = state.layout
    func click(_ row: Int, _ column: Int) {
      _ = update(&state, .key(.mouse(MouseEvent(row: row, column: column, kind: .press))))
    }
    click(layout.memory.row + 1 + 2, layout.memory.column + 4)
    #expect(state.settings.head == 2)
    #expect(state.focus == .panes)
    click(layout.state.row + 1 + 3, StatePane.mapColumn + 10)
    #expect(state.probe == Position(row: 6, column: 10))
    let memory = LivePlan(state).memory
    click(layout.memory.row + 1 + 4, memory.column(of: 20))
    #expect(state.settings.head == 4)
    #expect(state.session.selectedToken == 20)
    click(layout.input.row, InputPlan.prompt)
    #expect(state.focus == .input)
    click(layout.tokens.row, TokenPlan.labelColumns)
    #expect(state.notice?.text.hasPrefix("Token 0 <s>: ") == true)
    for row in -1...50 { for column in stride(from: -1, through: 160, by: 7) { click(row, column) } }
  }

  @Test("The transcript scrolls back to its start, and the visible lines stay in place while text arrives")
  func scrolling() {
    var state = Fixtures.speaking(columns: 40, rows: 12)
    #expect(state.maximumScroll > 0)
    for _ in 0..<20 { _ = press(.pageUp, &state) }
    #expect(state.scroll == state.maximumScroll)
    let shown = render(state).line(2)
    let result = Fixtures.result(
      25, piece: "x", role: .reply, turn: 1, text: String(repeating: "word ", count: 40))
    _ = update(&state, .result(result, seconds: 0.001))
    #expect(render(state).line(2) == shown)
    for _ in 0..<20 { _ = press(.pageDown, &state) }
    #expect(state.scroll == 0)
  }

  @Test("Help opens, scrolls to its last line, and closes")
  func help() {
    var state = panes()
    _ = press(.character("?"), &state)
    #expect(render(state).text.contains("Conversation"))
    for _ in 0..<40 { _ = press(.pageDown, &state) }
    #expect(render(state).text.contains(":quit"))
    _ = press(.escape, &state)
    #expect(state.overlay == nil)
  }

  @Test("Going back in a large model shows a notice, and a held key queues no further steps")
  func largeModelBack() {
    var model = Fixtures.model
    model.stepsKept = 1
    var state = Fixtures.speaking(model: model)
    _ = update(&state, .key(.character(" ")))
    #expect(state.phase == .paused)
    #expect(update(&state, .key(.left)) == [.engine(.back)])
    #expect(state.notice?.text.hasPrefix("Going back") == true)
    #expect(update(&state, .key(.left)) == [])
    _ = update(&state, .wentBack(Fixtures.conversation(model: model).dropLast().last))
    #expect(state.notice == nil)
    _ = update(&state, .settled)
    #expect(update(&state, .key(.left)) == [.engine(.back)])
    state = Fixtures.speaking()
    _ = update(&state, .key(.character(" ")))
    #expect(update(&state, .key(.left)) == [.engine(.back)])
    #expect(state.notice == nil)
    #expect(update(&state, .key(.left)) == [.engine(.back)])
  }

  @Test("A notice explains a model without chat symbols, and another one an empty reply")
  func continuesText() {
    var model = Fixtures.model
    model.continuesText = true
    var state = Fixtures.ready(model: model)
    #expect(state.notice?.text == "tiny has no chat symbols: it continues the text that you type.")
    #expect(render(state).text.contains("Type the beginning of a text"))
    _ = Fixtures.enter("the cat", &state)
    _ = update(&state, .result(Fixtures.result(0, piece: "▁the", role: .user, turn: 0, text: "the"), seconds: 0.1))
    #expect(state.transcript.turns.map(\.hasBegun) == [true], "a session may begin without <s>")
    _ = update(&state, .replyEnded)
    #expect(state.notice?.text == "The model ends the text here. Type more text.")
    _ = Fixtures.enter("saw", &state)
    _ = update(&state, .result(Fixtures.result(1, piece: "▁dogs", role: .reply, turn: 2, text: " dogs"), seconds: 0.1))
    #expect(render(state).text.contains("bot   dogs"))
  }
}

import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// How keys, mouse and commands of the forms laboratory change the state, and which effects they return.
@Suite("Laboratory: keys and commands")
struct LabUpdateTests {
  /// Paused at the 25th token, on the panes of the live view.
  private func paused() -> AppState {
    var state = LabFixtures.speaking
    _ = update(&state, .key(.character(" ")))
    _ = update(&state, .session(SessionSummary(position: 25, length: 40)))
    _ = update(&state, .key(.escape))
    return state
  }

  private func press(_ keys: String, _ state: inout AppState) -> [Effect] {
    keys.flatMap { update(&state, .key(.character($0))) }
  }

  private func mouse(_ kind: MouseEvent.Kind, _ row: Int, _ column: Int, _ state: inout AppState) -> [Effect] {
    update(&state, .key(.mouse(MouseEvent(row: row, column: column, kind: kind))))
  }

  private func requests(_ effects: [Effect]) -> [AnalysisRequest] {
    effects.compactMap { if case .analysis(.laboratory(let request)) = $0 { request } else { nil } }
  }

  @Test("3 opens the laboratory, every page has a key, and ( and ) cycle through the pages of both views")
  func pages() {
    var state = paused()
    _ = press("3", &state)
    #expect(state.view == .forms)
    #expect(state.lab.page == .forms)
    for page in Lab.Page.allCases {
      _ = press("1\(page.key)", &state)
      #expect(state.view == .forms)
      #expect(state.lab.page == page)
    }
    _ = press("T(", &state)
    #expect(state.lab.page == .costs)
    for page in Lab.Page.allCases {
      _ = press(")", &state)
      #expect(state.lab.page == page)
    }
    _ = press("o(", &state)
    #expect(state.view == .explorer)
    #expect(state.explorer.page == .branches)
    _ = press(")))", &state)
    #expect(state.explorer.page == .cell)
    _ = press("D", &state)
    _ = update(&state, .key(.escape))
    #expect(state.view == .forms)
    #expect(state.lab.page == .forms)
    _ = press("1(", &state)
    #expect(state.view == .live)
    #expect(state.notice?.text.contains("pages") == true)
  }

  @Test("A page sends its request once, and again for another layer, head, chunk length, norms or step")
  func asked() {
    var state = paused()
    #expect(requests(press("3", &state)) == [.forms(layer: 3, head: 5, chunkLength: 16)])
    #expect(requests(press("jl?", &state)).isEmpty, "no second request while one is pending")
    _ = update(&state, .key(.escape))
    #expect(requests(press("]", &state)).isEmpty)
    let effects = update(&state, .laboratory(.forms(LabFixtures.forms())))
    #expect(requests(effects) == [.forms(layer: 3, head: 6, chunkLength: 16)], "the head has changed since")
    _ = update(&state, .laboratory(.forms(LabFixtures.forms())))
    #expect(requests(press("hjklxvB", &state)).isEmpty)
    #expect(requests(press("{", &state)) == [.forms(layer: 2, head: 6, chunkLength: 16)])
    _ = update(&state, .laboratory(.forms(LabFixtures.forms())))
    #expect(requests(press(".", &state)) == [.forms(layer: 2, head: 6, chunkLength: 17)])
    _ = update(&state, .laboratory(.forms(LabFixtures.forms())))
    var norms = NormOptions()
    norms.retention.norm2 = true
    state.focus = .input
    let changed = Fixtures.enter(":norm2 on", &state)
    #expect(changed.first == .engine(.set(.norms(norms))), "before the request that uses them")
    #expect(requests(changed) == [.forms(layer: 2, head: 6, chunkLength: 17)])
    _ = update(&state, .laboratory(.forms(LabFixtures.forms())))
    _ = update(&state, .wentBack(Fixtures.conversation()[20]))
    #expect(state.lab.pending[.forms]?.position == 21)
  }

  @Test(
    "Only its page requests precision, again at another step; costs depend on layer and chunk length alone")
  func slowPages() {
    var state = paused()
    #expect(requests(press("3", &state)).count == 1)
    #expect(requests(press("E", &state)) == [.precision(layer: 3, head: 5)])
    _ = update(&state, .laboratory(.precision(LabFixtures.precision)))
    #expect(requests(press(",", &state)).isEmpty)
    #expect(requests(update(&state, .wentBack(Fixtures.conversation()[20]))) == [.precision(layer: 3, head: 5)])
    _ = update(&state, .laboratory(.precision(LabFixtures.precision)))
    #expect(requests(press("[", &state)) == [.precision(layer: 3, head: 4)])
    #expect(requests(press("C", &state)) == [.costs(layer: 3, chunkLength: 15)])
    _ = update(&state, .laboratory(.costs(LabFixtures.costs)))
    #expect(requests(update(&state, .wentBack(Fixtures.conversation()[10]))).isEmpty)
    #expect(requests(press("]", &state)).isEmpty)
    #expect(requests(press("D", &state)).isEmpty)
    #expect(requests(press("G", &state)) == [.norms(state.settings.norms, layer: 3)])
  }

  @Test("While a reply runs there are no requests; the last result stays and names its token")
  func running() {
    var state = LabFixtures.state(.forms)
    _ = update(&state, .key(.character("i")))
    _ = update(&state, .key(.character(" ")))
    state.focus = .panes
    #expect(state.phase == .running)
    let next = Fixtures.result(25, piece: "▁again", role: .reply, turn: 1, text: "again")
    #expect(requests(update(&state, .result(next, seconds: 0.001))).isEmpty)
    #expect(state.lab.forms != nil)
    #expect(LabStatus(state).long.contains("of token 24"))
    #expect(requests(press(" ", &state)) == [.forms(layer: 3, head: 5, chunkLength: 8)])
    #expect(LabStatus(state).long == "computing …")
  }

  @Test("A failed request gives a notice and ends no reply; opening its page again repeats it")
  func failure() {
    var state = paused()
    _ = press("3", &state)
    let request = AnalysisRequest.forms(layer: 3, head: 5, chunkLength: 16)
    #expect(update(&state, .laboratoryFailed(request, "There is no memory for it.")).isEmpty)
    #expect(state.phase == .paused)
    #expect(state.notice?.text == "There is no memory for it.")
    #expect(render(state).text.contains("There is no memory for it."))
    #expect(requests(press("jk", &state)).isEmpty)
    #expect(requests(press("3", &state)) == [request])
  }

  @Test("A result for a reset session is dropped; Ctrl-C cancels the request before it stops a reply")
  func forgotten() {
    var state = paused()
    _ = press("3", &state)
    _ = update(&state, .wasReset)
    _ = update(&state, .laboratory(.forms(LabFixtures.forms())))
    #expect(state.lab.forms == nil)
    #expect(!state.lab.isWaiting)

    state = paused()
    state.phase = .ready
    _ = press("E", &state)
    #expect(state.lab.isWaiting)
    #expect(update(&state, .interrupted) == [.engine(.cancelLaboratory)])
    #expect(!state.lab.isWaiting)
    #expect(state.phase == .ready)
    #expect(update(&state, .interrupted).isEmpty, "the second one clears the line")
  }

  @Test("Keys and :chunk set the chunk length: less, more, half, double, by number, from 1 to the longest text")
  func chunk() {
    var state = paused()
    _ = press("3", &state)
    for (keys, length) in [(",", 15), ("..", 17), ("<", 8), (">", 16), ("<<<<<<", 1), (",", 1)] {
      _ = press(keys, &state)
      #expect(state.lab.chunkLength == length, "\(keys)")
    }
    _ = press(">>>>>>>>>>>", &state)
    #expect(state.lab.chunkLength == FormComparison.longestText)
    state.focus = .input
    _ = Fixtures.enter(":chunk 12", &state)
    #expect(state.lab.chunkLength == 12)
    for text in ["0", "513", "-3", "8.5", "many", ""] {
      _ = Fixtures.enter(":chunk \(text)", &state)
      #expect(state.lab.chunkLength == 12)
      #expect(state.notice?.isError == true)
      #expect(state.notice?.text.contains("a whole number from 1 to 512") == true)
      state.line.clear()
    }
    // The first closes the command line.
    for _ in 0..<2 { _ = update(&state, .key(.escape)) }
    _ = press("1.", &state)
    #expect(state.lab.chunkLength == 13, "a notice, as this view does not show it")
    #expect(state.notice?.text.contains("13 tokens") == true, "a notice, as this view does not show it")
  }

  @Test("h j k l x move over D and R, and v and B change what is shown")
  func probe() {
    var state = LabFixtures.state(.forms)
    let held = state.probe
    state.lab.probe = Position(row: 0, column: 0)
    _ = press("jjlL", &state)
    #expect(state.lab.probe == Position(row: 2, column: 9))
    _ = press("JJJJJ", &state)
    #expect(state.lab.probe == Position(row: 24, column: 9), "clamped to the matrix")
    _ = press("x", &state)
    let scores = LabFixtures.scores(time: 25).map(abs)
    #expect(scores[state.lab.probe.row * 25 + state.lab.probe.column] == scores.max())
    #expect(state.probe == held, "the probe of S stays where it is")
    _ = press("vB", &state)
    #expect(state.lab.matrix == .mask)
    #expect(state.lab.afterGroupNorm)
    state.focus = .input
    _ = Fixtures.enter(":entry 7 3", &state)
    #expect(state.lab.probe == Position(row: 7, column: 3))
    _ = Fixtures.enter(":entry 25 0", &state)
    #expect(state.lab.probe == Position(row: 7, column: 3))
    #expect(state.notice?.text.contains("0 to 24") == true)
  }

  @Test("Space, Enter and a second click change the selected norm of the session, as the panel does")
  func norms() throws {
    var state = LabFixtures.state(.norms, norms: LabFixtures.norms(NormOptions()))
    var norms = state.settings.norms
    for (line, change) in [(0, NormChoice.norm1), (2, .norm3), (4, .epsilon)] {
      state.lab.line = line
      change.change(&norms)
      #expect(press(" ", &state).first == .engine(.set(.norms(norms))))
      change.change(&norms)
      #expect(update(&state, .key(.enter)).first == .engine(.set(.norms(norms))))
      #expect(state.settings.norms == norms)
    }
    _ = update(&state, .key(.up))
    #expect(state.lab.line == 3)
    let row = state.pageLayout.page.row + 1
    #expect(mouse(.press, row + 1, 4, &state).isEmpty)
    #expect(state.lab.line == 1)
    NormChoice.norm2.change(&norms)
    #expect(mouse(.press, row + 1, 4, &state).first == .engine(.set(.norms(norms))))
    state.phase = .running
    #expect(press(" ", &state).first == .engine(.pause), "a reply is paused first")
    #expect(state.settings.norms == norms)
  }

  @Test("Dragging a boundary moves it; the k-th boundary at token t gives chunks of t/k tokens")
  func drag() throws {
    var state = LabFixtures.state(.forms)
    func place(_ token: Int) throws -> (row: Int, column: Int) {
      for row in state.pageLayout.page.row..<state.pageLayout.page.endRow {
        for column in 0..<state.columns
        where ScreenLayout(state).pages?.target(row: row, column: column) == .boundary(token) { return (row, column) }
      }
      throw EngineError.emptyMessage
    }
    // At this width a column has two tokens: 8, 10, 12 … have one.
    let eight = try place(8)
    _ = mouse(.press, eight.row, eight.column, &state)
    #expect(state.lab.chunkLength == 8, "a press on the boundary changes nothing")
    let twelve = try place(12)
    _ = mouse(.release, twelve.row + 5, twelve.column, &state)
    #expect(state.lab.chunkLength == 12, "the first boundary, dragged to token 12, whatever the line")

    state = LabFixtures.state(.forms)
    let sixteen = try place(16)
    _ = mouse(.press, sixteen.row, sixteen.column, &state)
    _ = mouse(.release, twelve.row, twelve.column, &state)
    #expect(state.lab.chunkLength == 6, "the second boundary at token 12")
    _ = mouse(.release, twelve.row, twelve.column + 4, &state)
    #expect(state.lab.chunkLength == 6, "a boundary moves only while it is held")
  }

  @Test("A click selects a tab, chunk, entry or head; the wheel moves through lists")
  func click() throws {
    var state = LabFixtures.state(.forms)
    func find(_ wanted: (ViewTarget) -> Bool) throws -> (row: Int, column: Int) {
      for row in 0..<state.rows {
        for column in 0..<state.columns {
          if let target = ScreenLayout(state).pages?.target(row: row, column: column), wanted(target) {
            return (row, column)
          }
        }
      }
      throw EngineError.emptyMessage
    }
    let chunk = try find { $0 == .line(2) }
    _ = mouse(.press, chunk.row, chunk.column, &state)
    #expect(state.lab.line == 2)
    _ = mouse(.wheelUp, 10, 10, &state)
    #expect(state.lab.line == 1)
    let entry = try find { if case .entry(let entry) = $0 { entry.row >= 8 && entry.column >= 4 } else { false } }
    _ = mouse(.press, entry.row, entry.column, &state)
    #expect(state.lab.probe.row >= 8)
    #expect(state.lab.probe.column >= 4)
    state.lab.page = .agreement
    let head = try find { $0 == .head(HeadIndex(layer: 3, head: 2)) }
    _ = mouse(.press, head.row, head.column, &state)
    #expect(state.settings.head == 2)
    let tab = try find { $0 == .labPage(.dialects) }
    _ = mouse(.press, tab.row, tab.column, &state)
    #expect(state.lab.page == .dialects)
  }
}

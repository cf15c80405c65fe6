import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// How keys and commands of the state explorer change the state, and which effects they return.
@Suite("Explorer: keys and commands")
struct ExplorerUpdateTests {
  /// Paused at the 25th of 40 recorded tokens, on the panes.
  private func paused(_ page: Explorer.Page = .overview) -> AppState {
    var state = Fixtures.speaking()
    _ = update(&state, .key(.character(" ")))
    _ = update(&state, .session(SessionSummary(position: 25, length: 40)))
    _ = update(&state, .key(.escape))
    state.view = .explorer
    state.explorer.page = page
    return state
  }

  private func press(_ keys: String, _ state: inout AppState) -> [Effect] {
    keys.flatMap { update(&state, .key(.character($0))) }
  }

  @Test("Every page has a key in either view; Enter opens a head, then a cell; Esc returns")
  func pages() {
    var state = paused()
    state.view = .live
    for page in Explorer.Page.allCases {
      guard let key = page.key else { continue }
      _ = press("1", &state)
      #expect(state.view == .live)
      _ = press(String(key), &state)
      #expect(state.view == .explorer)
      #expect(state.explorer.page == page)
    }
    _ = press("o", &state)
    for page in [Explorer.Page.head, .cell] {
      _ = update(&state, .key(.enter))
      #expect(state.explorer.page == page)
    }
    for page in [Explorer.Page.head, .overview, .overview] {
      _ = update(&state, .key(.escape))
      #expect(state.explorer.page == page)
    }
    #expect(Fixtures.enter(":explore decay", &state).isEmpty == false || state.explorer.page == .decay)
  }

  @Test("Home, End, PgUp, PgDn and :goto go to a recorded step, clamped to the record")
  func timeTravel() {
    let keys: [(Key, Effect)] = [
      (.home, .engine(.go(to: 0))), (.end, .engine(.go(to: 40))), (.pageUp, .engine(.go(to: 9))),
      (.pageDown, .engine(.go(to: 40))),
    ]
    for (key, effect) in keys {
      var state = paused()
      #expect(update(&state, .key(key)) == [effect])
      #expect(state.unsettled == 1)
    }
    var state = paused()
    _ = press("g", &state)
    #expect(state.line.text == ":goto ")
    #expect(state.focus == .input)
    #expect(Fixtures.enter("12", &state) == [.engine(.go(to: 13))])
    #expect(Fixtures.enter(":goto start", &state) == [.engine(.go(to: 0))])
    #expect(Fixtures.enter(":goto 99", &state) == [.engine(.go(to: 40))])
    #expect(state.notice?.text == "The session has tokens 0 to 39.")
    var empty = Fixtures.ready()
    #expect(Fixtures.enter(":goto 3", &empty).isEmpty)
    #expect(empty.notice?.text.contains("no session yet") == true)
  }

  @Test("Going to another step pauses a running reply first")
  func running() {
    var state = Fixtures.speaking()
    _ = update(&state, .session(SessionSummary(position: 25, length: 25)))
    _ = update(&state, .key(.escape))
    _ = press("2", &state)
    #expect(update(&state, .key(.home)) == [.engine(.pause), .engine(.go(to: 0))])
    #expect(state.phase == .paused)
  }

  @Test(":find searches from the current token, then from the start, across pieces; N finds the next match")
  func find() {
    var state = paused()
    // The tokens are <s> <|user|> Do you like old films? <|bot|> Yes, I love them. I saw …
    #expect(Fixtures.enter(":find like old", &state) == [.engine(.go(to: 5))])
    _ = update(&state, .wentBack(Fixtures.conversation()[4]))
    _ = update(&state, .settled)
    #expect(state.position == 5, "the record is unchanged")
    #expect(state.tokens.entries.count == 25, "the record is unchanged")
    _ = update(&state, .key(.escape))
    _ = Fixtures.enter(":find I", &state)
    state.focus = .panes
    #expect(press("N", &state).contains { if case .engine(.go) = $0 { true } else { false } })
    #expect(Fixtures.enter(":find zebra", &state).isEmpty)
    #expect(state.notice?.isError == true)
    #expect(state.notice?.text.contains("'zebra'") == true)
  }

  @Test("Enter on the prediction page and :pick choose a candidate by rank")
  func pick() {
    var state = paused(.prediction)
    _ = update(&state, .key(.down))
    #expect(update(&state, .key(.enter)) == [.engine(.pick(2))])
    #expect(state.phase == .paused)
    #expect(Fixtures.enter(":pick 3", &state) == [.engine(.pick(3))])
    #expect(Fixtures.enter(":pick 9", &state).isEmpty)
    #expect(state.notice?.isError == true)
    #expect(Fixtures.enter(":pick 0", &state).isEmpty)
    #expect(state.notice?.text.contains("1 to 10") == true)
  }

  @Test("Experiments act on the selected head and toggle; u undoes the last one")
  func experiments() {
    var state = paused(.experiments)
    state.settings.layer = 3
    state.settings.head = 5
    let place = HeadIndex(layer: 3, head: 5)
    #expect(press("0", &state) == [.engine(.set(.experiment(Experiment(.scale(0), at: place))))])
    let off = SessionSummary.Entry(experiment: Experiment(.scale(0), at: place), position: 25)
    _ = update(&state, .session(SessionSummary(position: 25, length: 40, experiments: [off])))
    #expect(press("0", &state) == [.engine(.set(.experiment(Experiment(.scale(1), at: place))))])
    #expect(press("f", &state) == [.engine(.set(.experiment(Experiment(.freeze(true), at: place))))])
    #expect(press("z", &state) == [.engine(.set(.experiment(Experiment(.zero, at: place))))])
    #expect(press("P", &state).isEmpty)
    #expect(state.notice?.text.contains("Press y first") == true)
    #expect(
      press("y[P", &state) == [
        .engine(.set(.experiment(Experiment(.copy(from: place), at: HeadIndex(layer: 3, head: 4)))))
      ])
    #expect(press("u", &state) == [.engine(.undoExperiment)])
    #expect(state.notice?.text == "Undone: layer 3 head 5 off. The later steps are kept as a branch.")
    #expect(
      Fixtures.enter(":gamma 0.5", &state) == [
        .engine(.set(.experiment(Experiment(.gamma(0.5), at: HeadIndex(layer: 3, head: 4)))))
      ])
    #expect(Fixtures.enter(":copy 6 0", &state).isEmpty)
    #expect(state.notice?.text.contains("layers 0 to 5") == true)
    _ = update(&state, .session(SessionSummary(position: 25, length: 40)))
    state.focus = .panes
    #expect(press("u", &state).isEmpty)
    #expect(state.notice?.text == "There is no experiment to undo.")
  }

  @Test("A page requests its data once: state before the step, layer history, lens and stages, reference")
  func requests() {
    var state = paused(.head)
    state.explorer.before = nil
    #expect(press("v", &state) == [.analysis(.before(24))], "the change of the last step")
    #expect(press("ll", &state).isEmpty)
    _ = update(&state, .before(Fixtures.conversation()[23].state, position: 24))
    #expect(state.explorer.before == Fixtures.conversation()[23].state)
    _ = update(&state, .before(Fixtures.conversation()[3].state, position: 4))
    #expect(state.explorer.before == Fixtures.conversation()[23].state, "a late reply is dropped")

    #expect(press("t", &state) == [.analysis(.history(layer: 3))])
    #expect(press("}", &state) == [.analysis(.history(layer: 4))])
    #expect(press("p", &state) == [.engine(.set(.trace([.lens, .stages])))])
    #expect(press("o", &state) == [.engine(.set(.trace([])))])

    #expect(press("a", &state) == [.analysis(.reference(.position(25)))])
    #expect(state.explorer.mode == .difference)
    #expect(press("ll", &state).isEmpty)
    #expect(
      Fixtures.enter(":reference norms 123 off", &state) == [
        .analysis(
          .reference(
            .norms(NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .paper), group: .off))))
      ])
    #expect(Fixtures.enter(":reference empty", &state) == [.analysis(.reference(.emptyStart))])
    #expect(Fixtures.enter(":reference off", &state).isEmpty)
    #expect(state.explorer.reference == nil)
    #expect(state.explorer.mode == .state)
  }

  @Test("The state before the step is known after one step, but not after several at once")
  func before() {
    var state = paused()
    let results = Fixtures.conversation()
    _ = update(&state, .wentBack(results[10]))
    _ = update(&state, .settled)
    #expect(state.explorer.before == nil)
    _ = update(&state, .result(results[11], seconds: 0.001))
    #expect(state.explorer.before == results[10].state)
    _ = update(&state, .result(results[14], passing: [results[12].record, results[13].record], seconds: 0.001))
    #expect(state.explorer.before == nil)
  }

  @Test("The history of a layer grows with every step that leaves no gap")
  func history() {
    var state = paused(.statistics)
    let results = Fixtures.conversation()
    _ = update(&state, .wentBack(results[10]))
    state.explorer.history = Explorer.History(
      layer: 3, tokens: (0..<11).map { _ in HeadStatistics.all(results[0], layer: 3) })
    _ = update(&state, .result(results[11], seconds: 0.001))
    #expect(state.explorer.history?.tokens.count == 12)
    #expect(state.explorer.history?.tokens.last == HeadStatistics.all(results[11], layer: 3))
    _ = update(&state, .result(results[13], passing: [results[12].record], seconds: 0.001))
    #expect(state.explorer.history?.tokens.count == 12)
  }

  @Test("The experiments page requests the prediction without them once, and shows it beside the present one")
  func unchangedPrediction() throws {
    var state = paused(.experiments)
    let off = Experiment(.scale(0), at: HeadIndex(layer: 3, head: 5))
    let position = state.position
    func summary(_ since: Int, branch: Int = 0) -> SessionSummary {
      SessionSummary(
        position: position, length: 40, branch: branch,
        experiments: [SessionSummary.Entry(experiment: off, position: since)])
    }
    // An experiment on the next step has no effect yet.
    #expect(update(&state, .session(summary(position))).isEmpty)
    #expect(update(&state, .session(summary(position - 1))) == [.analysis(.unchangedPrediction)])
    #expect(update(&state, .session(summary(position - 1))).isEmpty)
    func prediction(at position: Int, branch: Int = 0) -> UnchangedPrediction {
      UnchangedPrediction(
        position: position, branch: branch,
        candidates: [StepResult.Candidate(token: 7, piece: "▁zebra", probability: 0.625)], entropy: 1, divergence: 0.25)
    }
    _ = update(&state, .unchangedPrediction(prediction(at: position - 1)))
    _ = update(&state, .unchangedPrediction(prediction(at: position, branch: 1)))
    #expect(!render(state).text.contains("zebra"))
    _ = update(&state, .unchangedPrediction(prediction(at: position)))
    let screen = render(state).text
    #expect(screen.contains("Next token without experiments"))
    #expect(screen.contains(/▁zebra +62\.5%/))
    #expect(screen.contains("KL 0.25"))
    let present = try #require(state.result?.candidates.first)
    #expect(screen.contains(PieceText.candidate(present.piece)))
    #expect(PagedView(state).text.contains("Next token without experiments: ▁zebra 62.5%."))
    // Another branch has another one.
    #expect(update(&state, .session(summary(position - 1, branch: 2))) == [.analysis(.unchangedPrediction)])
    #expect(!render(state).text.contains("zebra"))
  }

  @Test("A branch is selected on its page or by number; a breakpoint pauses the run and names its cause")
  func branches() {
    var state = paused(.branches)
    let ways = [
      SessionSummary.Branch(id: 0, fork: 0, length: 40, text: "a"),
      SessionSummary.Branch(id: 3, parent: 0, fork: 12, length: 20, text: "b"),
    ]
    _ = update(&state, .session(SessionSummary(position: 25, length: 40, branches: ways)))
    _ = update(&state, .key(.down))
    #expect(update(&state, .key(.enter)) == [.engine(.selectBranch(3))])
    #expect(Fixtures.enter(":branch 0", &state).isEmpty)
    #expect(state.notice?.text == "This is branch 0.")
    #expect(Fixtures.enter(":branch 1", &state).isEmpty)
    #expect(state.notice?.text.contains("0, 3") == true)
    #expect(Fixtures.enter(":break entropy 4", &state) == [.engine(.set(.breakpoints([.entropy(4)])))])
    #expect(
      Fixtures.enter(":break token home", &state) == [.engine(.set(.breakpoints([.entropy(4), .token("home")])))])
    state.phase = .running
    _ = update(&state, .breakpoint("the token ▁home holds 'home'"))
    #expect(state.phase == .paused)
    #expect(state.notice?.text == "Stopped: the token ▁home holds 'home'.")
    #expect(Fixtures.enter(":break off", &state) == [.engine(.set(.breakpoints([])))])
  }

  @Test("Exporting and saving return their effects; without a session they give an error")
  func files() throws {
    var state = paused()
    let effects = Fixtures.enter(":export state out/s.csv", &state)
    guard case .app(.unlessFileExists("out/s.csv", _, .app(.save(let data, "out/s.csv"))))? = effects.first else {
      Issue.record("\(effects)")
      return
    }
    #expect(String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).count >= 32)
    let logits = Command.export(.logits, path: "l.npy")
    #expect(
      Fixtures.enter(":export logits l.npy", &state)
        == [.app(.unlessFileExists("l.npy", logits, .analysis(.exportLogits("l.npy"))))])
    #expect(Fixtures.enter(":save-session! a.json", &state) == [.analysis(.saveSession("a.json"))])
    #expect(Fixtures.enter(":open-session a.json", &state) == [.engine(.stop), .engine(.openSession("a.json"))])
    var empty = Fixtures.ready()
    for line in [":export state s.csv", ":save-session a.json", ":reference token 1"] {
      #expect(Fixtures.enter(line, &empty).isEmpty, "\(line)")
      #expect(empty.notice?.isError == true, "\(line)")
      empty.line.clear()
    }
    #expect(Fixtures.enter(":export state s.png", &empty).isEmpty)
    #expect(empty.notice?.text.contains(".csv, .npy or .json") == true)
  }

  @Test("An opened session is ready for a message; where it has unread text, it is paused and Space reads the rest")
  func opened() {
    for wordsWait in [false, true] {
      var state = paused()
      state.phase = .ready
      state.focus = .panes
      _ = update(&state, .opened("a.json is open.", wordsWait: wordsWait))
      #expect(state.phase == (wordsWait ? .paused : .ready))
      #expect(state.notice?.text == "a.json is open.")
      let effects = update(&state, .key(.character(" ")))
      #expect(effects.isEmpty != wordsWait)
      #expect((state.phase == .running) == wordsWait)
    }
  }

  @Test("The mouse opens pages, goes to tokens, and selects and scrolls lines")
  func mouse() throws {
    var state = paused()
    func click(_ row: Int, _ column: Int) -> [Effect] {
      update(&state, .key(.mouse(MouseEvent(row: row, column: column, kind: .press))))
    }
    let tab = try #require(
      PageTabs(selected: Explorer.Page.overview, area: state.pageLayout.tabs).items.first {
        $0.target == .page(.decay)
      })
    _ = click(1, tab.column + 1)
    #expect(state.explorer.page == .decay)
    state.explorer.page = .overview
    let item = try #require(StripPlan(state, area: state.pageLayout.strip).items.first)
    #expect(click(state.pageLayout.strip.row, item.column) == [.engine(.go(to: item.index + 1))])
    _ = update(&state, .settled)
    state.explorer.page = .prediction
    _ = click(state.pageLayout.page.row + 3, 4)
    #expect(state.explorer.line == 1)
    _ = update(&state, .key(.mouse(MouseEvent(row: 5, column: 5, kind: .wheelDown))))
    #expect(state.explorer.line == 2)
  }
}

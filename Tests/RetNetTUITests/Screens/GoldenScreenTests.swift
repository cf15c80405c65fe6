import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// Whole screens, compared with the files in `Goldens/app`. Half blocks show where the heatmap is; `PaneTests` tests
/// their colours.
@Suite("Whole screens")
struct GoldenScreenTests {
  @Test("80×24 before the first message")
  func start() {
    expectScreen(Fixtures.ready(), "app/start")
  }

  @Test(
    "During a reply, strip, decay and state show the same step; 40×10 has conversation and state",
    arguments: ScreenFile.sizes + [(40, 10)])
  func speaking(columns: Int, rows: Int) {
    expectScreen(Fixtures.speaking(columns: columns, rows: rows), "app/speaking")
  }

  @Test("80×24 without colours draws the state and brightness as glyphs")
  func monochrome() {
    expectScreen(Fixtures.speaking(traits: ScreenTraits(depth: .monochrome)), "app/speaking-monochrome")
  }

  @Test(
    "A step is S before, γ S, kᵀv and S after, on one scale", arguments: ScreenFile.sizes + [(40, 10), (200, 60)])
  func step(columns: Int, rows: Int) {
    expectScreen(stepping(columns: columns, rows: rows), "app/step")
  }

  @Test("While a step is played, the parts that come later are blank")
  func playing() {
    var state = stepping(columns: 80, rows: 24)
    let last = Fixtures.conversation()[23]
    state.session.playback = state.result.map { StepPlayback($0, before: last.state) }
    _ = update(&state, .tick(seconds: StepPlayback.secondsPerFrame))
    expectScreen(state, "app/step-playing")
  }

  @Test(
    "A step has its file at every size and depth, on dark and light backgrounds",
    arguments: [(80, 24), (120, 36), (200, 60)], ColorDepth.allCases)
  func colours(size: (columns: Int, rows: Int), depth: ColorDepth) {
    for theme in [Theme.Name.dark, .light] {
      var state = stepping(columns: size.columns, rows: size.rows, depth: depth)
      state.traits.theme = Theme(theme)
      expectColours(state, "colours/step")
    }
  }

  private func stepping(columns: Int, rows: Int, depth: ColorDepth = .colors256) -> AppState {
    var state = Fixtures.speaking(columns: columns, rows: rows, traits: ScreenTraits(depth: depth))
    _ = update(&state, .key(.character(" ")))
    _ = update(&state, .key(.escape))
    state.session.display = .step
    return state
  }

  @Test("The memory map with the whole window names its tokens and shows several layers")
  func memory() {
    var state = Fixtures.speaking(columns: 120, rows: 36)
    state.session.zoomedPane = .memory
    expectScreen(state, "app/memory")
  }

  @Test("The norms panel leaves decay and state visible; the message shows its unread part")
  func norms() {
    var state = Fixtures.speaking()
    _ = update(&state, .key(.character(" ")))
    _ = update(&state, .wentBack(Fixtures.conversation()[4]))
    _ = update(&state, .key(.escape))
    for key in "n33" { _ = update(&state, .key(.character(key))) }
    expectScreen(state, "app/norms")
  }

  @Test("A command line shows a hint, then its error")
  func command() {
    var state = Fixtures.ready()
    Fixtures.type(":t", &state)
    #expect(
      render(state).line(23).hasPrefix(" :temperature 0–10  less random below 1, more random above; 0 takes the most "))
    _ = update(&state, .key(.enter))
    #expect(render(state).line(23).hasPrefix(" :temperature needs a number from 0 to 10. "))
  }

  @Test("A window that is too small shows the size needed")
  func tooSmall() {
    #expect(render(Fixtures.speaking(columns: 20, rows: 5)).text == "\n\n   at least 40×10\n\n")
    #expect(render(Fixtures.speaking(columns: 10, rows: 1)).text == " ≥ 40×10")
    #expect(render(Fixtures.speaking(columns: 5, rows: 1)).text == "40×10")
    #expect(render(Fixtures.speaking(columns: 3, rows: 1)).text == "")
    #expect(render(Fixtures.speaking(columns: 0, rows: 0)).text == "")
  }

  @Test("The difference between a screen and its file names the first line that differs, expected and found")
  func difference() {
    #expect(ScreenFile.difference("a\nb\n", from: "a\nb\n") == nil)
    #expect(
      ScreenFile.difference("a\nb\n", from: "a\nc\n") == "line 2 differs.\nexpected: 'c'\nfound:    'b'")
    #expect(ScreenFile.difference("a\n", from: "a") == "line 2 differs.\nexpected: the end\nfound:    ''")
    #expect(ScreenFile.difference("a", from: "a\nb") == "line 2 differs.\nexpected: 'b'\nfound:    the end")
  }
}

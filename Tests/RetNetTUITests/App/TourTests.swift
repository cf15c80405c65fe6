import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

@Suite("The tour of the first start")
struct TourTests {
  private static let sizes = [(40, 16), (41, 17), (60, 20), (80, 24), (120, 36), (200, 60)]

  /// An empty session with the tour.
  private static func started(columns: Int = 80, rows: Int = 24) -> AppState {
    var state = Fixtures.ready(columns: columns, rows: rows)
    _ = update(&state, .tour)
    return state
  }

  /// The tour at a step, each done by its keys, with results of the fixture in place of the engine's.
  private static func state(at step: Tour.Step, columns: Int = 80, rows: Int = 24) -> AppState {
    let results = Fixtures.conversation()
    var state = started(columns: columns, rows: rows)
    let actions: [(inout AppState) -> Void] = [
      { state in
        _ = Fixtures.enter("Do you like old films?", &state)
        for result in results.prefix(12) { _ = update(&state, .result(result, seconds: 0.001)) }
      },
      { _ = update(&$0, .key(" ")) },
      { state in
        #expect(update(&state, .key(.right)).contains(.engine(.steps(1))))
        _ = update(&state, .result(results[12], seconds: 0.001))
      },
      { state in
        #expect(update(&state, .key(.right)).contains(.engine(.steps(1))))
        _ = update(&state, .result(results[13], seconds: 0.001))
      },
      { state in for key in [Key.tab, "]"] { _ = update(&state, .key(key)) } },
      { _ = update(&$0, .key("T")) },
    ]
    for action in actions.prefix(step.rawValue) { action(&state) }
    return state
  }

  @Test("Each step ends with its own keys, and the tour with the view", arguments: Tour.Step.allCases)
  func steps(step: Tour.Step) {
    let state = Self.state(at: step)
    #expect(state.tour?.step == step)
    var left = Self.state(at: .end)
    _ = update(&left, .key("1"))
    #expect(left.tour == nil)
    #expect(left.rows == 24)
  }

  @Test("Esc ends the tour at every step and changes nothing else", arguments: Tour.Step.allCases)
  func skipped(step: Tour.Step) {
    var state = Self.state(at: step)
    let (focus, view, position) = (state.focus, state.view, state.position)
    #expect(update(&state, .key(.escape)).isEmpty)
    #expect(state.tour == nil)
    #expect(state.rows == 24)
    #expect(state.focus == focus)
    #expect(state.view == view)
    #expect(state.position == position)
    #expect(state.notice?.text.contains(":tour") == true)
  }

  @Test("A message can be typed at every step", arguments: Tour.Step.allCases)
  func typing(step: Tour.Step) {
    var state = Self.state(at: step)
    if state.focus == .panes { _ = update(&state, .key("i")) }
    Fixtures.type("Do you like old films? [x] T1", &state)
    #expect(state.line.text == "Do you like old films? [x] T1")
    #expect(state.tour != nil)
  }

  @Test("Other keys do what they do without the tour", arguments: Tour.Step.allCases)
  func otherKeys(step: Tour.Step) {
    for key in [Key.tab, "?", "[", "3", "2", .left, .control("c"), "n", .pageUp, ":"] {
      var (with, without) = (Self.state(at: step), Self.state(at: step))
      _ = update(&without, .key(.escape))
      #expect(update(&with, .key(key)) == update(&without, .key(key)), "\(key)")
      #expect(with.focus == without.focus, "\(key)")
      #expect(with.overlay == without.overlay, "\(key)")
      #expect(with.view == without.view, "\(key)")
    }
  }

  @Test("A reply that has ended before the pause is paused by a step back")
  func ended() {
    var state = Self.started()
    _ = Fixtures.enter("Do you like old films?", &state)
    let results = Fixtures.conversation()
    for result in results { _ = update(&state, .result(result, seconds: 0.001)) }
    _ = update(&state, .replyEnded)
    #expect(state.tour?.step == .pause)
    #expect(render(state).text.contains("Press ←"))
    #expect(update(&state, .key(.left)).contains(.engine(.back)))
    _ = update(&state, .wentBack(results[results.count - 2]))
    #expect(state.tour?.step == .step)
  }

  @Test("A text of each step fits into two lines", arguments: sizes)
  func texts(columns: Int, rows: Int) {
    for step in Tour.Step.allCases {
      let state = Self.state(at: step, columns: columns, rows: rows)
      let lines = render(state).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      #expect(lines.count == rows)
      #expect(state.rows == rows - 2)
      let shown = lines.suffix(2).joined(separator: " ").split(separator: " ")
      let label = columns >= 60 ? ["Tour", "\(step.rawValue + 1)/7"] : ["\(step.rawValue + 1)/7"]
      let texts = state.tour?.texts(state).map { label + $0.split(separator: " ").map(String.init) }
      #expect(texts?.contains(shown.map(String.init)) == true, "\(step): \(shown)")
      #expect(lines[rows - 3].contains("Esc ends the tour"))
    }
  }

  @Test("A small window has no tour and Esc its own meaning; a larger one shows the tour again")
  func small() {
    var state = Self.started(columns: 80, rows: 24)
    _ = update(&state, .key(.resize(columns: 80, rows: 14)))
    #expect(state.rows == 14)
    #expect(!render(state).text.contains("Tour 1/7"))
    _ = update(&state, .key(.escape))
    #expect(state.focus == .panes)
    #expect(state.tour != nil)
    _ = update(&state, .key(.resize(columns: 80, rows: 30)))
    #expect(render(state).text.contains("Tour 1/7"))
    #expect(render(state).rows == 30)
  }

  @Test("Every window has a grid of its size, at every step", arguments: Tour.Step.allCases)
  func windows(step: Tour.Step) {
    var state = Self.state(at: step)
    for columns in [0, 1, 39, 40, 59, 60, 103, 170] {
      for rows in [0, 1, 9, 10, 15, 16, 17, 24, 55] {
        _ = update(&state, .key(.resize(columns: columns, rows: rows)))
        let grid = render(state)
        #expect(grid.columns == columns)
        #expect(grid.rows == rows)
      }
    }
  }

  @Test(":tour begins it again on a conversation, and is refused in a lesson and in plain mode")
  func again() throws {
    var state = Fixtures.speaking()
    _ = update(&state, .replyEnded)
    _ = Fixtures.enter(":tour", &state)
    #expect(state.tour?.step == .send)
    #expect(state.transcript.turns.count == 2)
    _ = Fixtures.enter(":tour", &state)
    #expect(state.windowRows == 24)
    state.lesson = OpenLesson(.init(try SmallLesson.lesson()))
    _ = update(&state, .notice("x"))
    #expect(state.tour == nil)
    #expect(state.rows == 24)
    _ = Fixtures.enter(":tour", &state)
    #expect(state.notice?.isError == true)
    #expect(state.tour == nil)
    var plain = Fixtures.ready()
    _ = update(&plain, .line(":tour"))
    #expect(plain.notice?.isError == true)
    #expect(plain.tour == nil)
  }

  @Test("80×24, the first step")
  func firstScreen() { expectScreen(Self.started(), "app/tour") }

  @Test("120×36, the step that shows what fades and what is written")
  func partsScreen() {
    var state = Self.state(at: .parts, columns: 120, rows: 36)
    _ = update(&state, .tick(seconds: 0.5))
    _ = update(&state, .tick(seconds: 0.5))
    expectScreen(state, "app/tour-parts")
  }

  // MARK: The file

  @Test("The record lies beside the progress in lessons, and is found again")
  func file() throws {
    let folder = try TemporaryFolder()
    let file = TourFile(environment: ["XDG_STATE_HOME": folder.root])
    #expect(!file.isShown)
    try file.record()
    #expect(file.isShown)
    #expect(FileManager.default.fileExists(atPath: folder.root + "/retnet/tour"))
    try file.record()
  }

  @Test("A folder that cannot be made, and a missing home, are errors")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let blocked = try folder.write("blocked", "a file")
    let file = TourFile(environment: ["XDG_STATE_HOME": blocked])
    #expect(throws: FileError.self) { try file.record() }
    #expect(!file.isShown)
    #expect(throws: TourFileError.self) { try TourFile(environment: [:]).record() }
  }
}

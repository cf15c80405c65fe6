import Testing

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Any keys in any window")
struct RandomScreenTests {
  private static let keys: [Key] =
    [
      .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown,
      .control("a"), .control("e"), .control("u"), .control("k"), .control("w"), .control("c"), .control("l"),
      .control("n"), .control("p"), .control("r"), .control("y"), .control("_"), .control("j"), .alt("b"), .alt("d"),
      .alt("y"), .alt(.enter), .controlLeft, .controlRight, .function(1), .function(9), .paste("pasted\ntext 漢字 😀"),
      .paste(""),
    ] + ":/ []{}nsxm?hjklHJKL123gereiq漢é\u{301}".map { .character($0) }

  private static let lines = [
    ":temperature 0.5", ":head 3", ":layer 1", ":scale 0.5", ":undo", ":reset", ":norm3 paper", ":x",
  ]

  @Test("No event traps, and every grid has the window's size", arguments: 1...6 as ClosedRange<UInt64>)
  func random(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    let model = ModelInfo(
      name: "漢字", layers: number(1..<4), heads: number(1..<12), headDim: number(1..<9), valueDim: number(1..<20))
    let results = Fixtures.conversation(model: model)
    let traits = ScreenTraits(
      depth: ColorDepth.allCases[number(0..<ColorDepth.allCases.count)], unicode: number(0..<2) == 0)
    var state = AppState(columns: 80, rows: 24, traits: traits)
    for step in 0..<400 {
      let event: AppEvent
      switch number(0..<10) {
      case 0: event = .key(.resize(columns: number(0..<170), rows: number(0..<55)))
      case 1: event = .result(results[number(0..<results.count)], seconds: 0.001)
      case 2:
        event =
          [
            AppEvent.replyEnded, .stopped, .wentBack(results[number(0..<results.count)]), .wentBack(nil),
            .undone(result: nil, turns: number(0..<3)), .wasReset, .failed("No."), .modelLoading("m"),
            .modelLoaded(model),
            .modelFailed("No model."), .notice(String(repeating: "long ", count: 60)),
          ][number(0..<11)]
      case 3:
        event = .key(
          .mouse(
            MouseEvent(
              row: number(-1..<55), column: number(-1..<170),
              kind: [.press, .release, .wheelUp, .wheelDown][number(0..<4)])))
      case 4:
        event = .key(.paste(Self.lines[number(0..<Self.lines.count)]))
      default: event = .key(Self.keys[number(0..<Self.keys.count)])
      }
      _ = update(&state, event)
      let grid = render(state)
      #expect(grid.columns == state.columns, "after \(step) events")
      #expect(grid.rows == state.rows, "after \(step) events")
    }
  }

  @Test("The start screen draws at every size up to 90×30")
  func sizes() {
    for columns in stride(from: 0, through: 90, by: 3) {
      for rows in stride(from: 0, through: 30, by: 2) {
        let grid = render(Fixtures.ready(columns: columns, rows: rows))
        #expect(grid.columns == columns)
        #expect(grid.rows == rows)
      }
    }
  }

  @Test("A shrinking window drops the thumbnails first, then candidates, token weights, the memory map")
  func order() {
    for columns in stride(from: 40, through: 200, by: 5) {
      for rows in 10...60 {
        let layout = Layout(columns: columns, rows: rows, heads: 8, headDim: 32, valueDim: 64, valuesPerCell: 2)
        let panes = [layout.thumbnails, layout.candidates, layout.tokens, layout.memory].map { !$0.isEmpty }
        #expect(!layout.conversation.isEmpty)
        #expect(!layout.state.isEmpty)
        // If a pane is shown, all panes after it in the order are shown.
        for pane in 0..<3 where panes[pane] { #expect(panes[pane + 1], "\(columns)×\(rows): \(panes)") }
      }
    }
  }
}

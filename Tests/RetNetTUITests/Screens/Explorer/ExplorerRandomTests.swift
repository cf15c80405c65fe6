import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Explorer: any state in any window")
struct ExplorerRandomTests {
  @Test(
    "Nothing traps, every grid has its size, and every place can be clicked", arguments: 1...8 as ClosedRange<UInt64>)
  func random(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    func any<T>(_ values: [T]) -> T { values[number(0..<values.count)] }
    let model = ModelInfo(
      name: "漢字", layers: number(1..<14), heads: number(1..<13), headDim: number(1..<9), valueDim: number(1..<20))
    let results = Fixtures.conversation(model: model)
    let other = ExplorerFixtures.results
    var state = ExplorerFixtures.state(.overview, model: model)
    for step in 0..<120 {
      state.columns = number(0..<210)
      state.rows = number(0..<65)
      state.traits = ScreenTraits(
        depth: any(ColorDepth.allCases), unicode: number(0..<3) > 0,
        theme: Theme(any(Theme.Name.allCases), terminalBackground: any([nil, RGB(0xFFFFFF)])))
      state.view = .explorer
      state.focus = any([.panes, .input])
      state.explorer.page = any(Explorer.Page.allCases)
      state.explorer.mode = any(Explorer.Mode.allCases)
      state.explorer.strip = any(Explorer.Strip.allCases)
      state.settings.layer = number(0..<model.layers)
      state.settings.head = number(0..<model.heads)
      state.settings.scale = any([.percentile, .root, .linear, .symlog, .fixed(0.5)])
      state.probe = Position(row: number(0..<model.headDim), column: number(0..<model.valueDim))
      let place = HeadIndex(layer: number(0..<model.layers), head: number(0..<model.heads))
      switch number(0..<8) {
      case 0: state.result = nil
      case 1: state.tokens = TokenHistory()
      case 2:
        // A reference or previous state of another model must not trap.
        state.explorer.before = other[3].state
        state.explorer.reference = Explorer.Reference(source: .position(3), state: other[3].state)
      case 3: state.model = nil
      default:
        let index = number(1..<results.count)
        var options = StepOptions()
        options.changes[place] = HeadOverride(
          scale: any([1, 0, 0.5]), isFrozen: number(0..<3) == 0, gamma: any([nil, 0, 0.5, 1]))
        if number(0..<2) == 0 {
          options.edits = [.zero(place), .copy(from: place, to: HeadIndex(layer: 0, head: 0))]
        }
        state.model = model
        state.result = ExplorerFixtures.stepped(results[index], from: results[index - 1].state, options)
        if number(0..<4) == 0 { state.result?.state.layers[place.layer].matrix[0] = any([.nan, .infinity]) }
        state.result?.divisions = any([[], Array(repeating: 12_345, count: model.layers * model.heads)])
        state.explorer.before = any([nil, results[index - 1].state])
        state.explorer.reference = any([
          nil, Explorer.Reference(source: .branch(2), state: results[0].state),
          Explorer.Reference(source: .norms(NormOptions()), state: results[1].state),
        ])
        state.tokens = TokenHistory()
        for result in results[..<number(1..<results.count)] { state.tokens.append(result.record) }
        state.explorer.session = SessionSummary(
          position: index + 1, length: number(0..<60),
          branches: (0..<number(1..<5)).map {
            SessionSummary.Branch(id: $0, fork: number(0..<70), length: number(0..<90), text: "x")
          })
      }
      let grid = render(state)
      #expect(grid.columns == state.columns, "after \(step)")
      #expect(grid.rows == state.rows, "after \(step)")
      let view = PagedLayout(state, place: state.pageLayout)
      #expect(PagedView(state, layout: view).text.allSatisfy { !$0.isEmpty })
      for _ in 0..<40 {
        switch view.target(row: number(-1..<65), column: number(-1..<210)) {
        case .head(let place):
          #expect(place.layer < model.layers)
          #expect(place.head < model.heads)
        case .cell(let cell):
          #expect(cell.row < model.headDim)
          #expect(cell.column < model.valueDim)
        case .token(let token): #expect(token >= 0)
        default: break
        }
      }
    }
  }

  @Test("On a terminal without Unicode every character has an ASCII substitute", arguments: Explorer.Page.allCases)
  func ascii(page: Explorer.Page) {
    for mode in Explorer.Mode.allCases {
      var state = ExplorerFixtures.state(
        page, mode: mode, columns: 160, rows: 50, traits: ScreenTraits(depth: .monochrome, unicode: false))
      state.explorer.reference = Explorer.Reference(source: .position(12), state: ExplorerFixtures.results[11].state)
      let text = render(state).ansi(depth: .monochrome, unicode: false)
      #expect(text.allSatisfy { $0.isASCII })
      // The only question marks are those of the conversation and the help key.
      var unicode = state
      unicode.traits.unicode = true
      #expect(text.count { $0 == "?" } == render(unicode).text.count { $0 == "?" }, "\(mode)")
    }
  }
}

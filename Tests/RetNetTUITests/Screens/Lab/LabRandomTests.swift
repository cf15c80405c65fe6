import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Laboratory: any state in any window")
struct LabRandomTests {
  @Test(
    "Nothing traps, every grid has its size, and every place can be clicked", arguments: 1...6 as ClosedRange<UInt64>)
  func random(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    func any<T>(_ values: [T]) -> T { values[number(0..<values.count)] }
    var state = LabFixtures.state(.forms)
    for step in 0..<120 {
      let (time, heads) = (number(1..<70), number(1..<13))
      state.columns = number(0..<210)
      state.rows = number(0..<65)
      state.traits = ScreenTraits(
        depth: any(ColorDepth.allCases), unicode: number(0..<3) > 0,
        theme: Theme(any(Theme.Name.allCases), terminalBackground: any([nil, RGB(0xFFFFFF)])))
      state.focus = any([.panes, .input])
      state.phase = any([.ready, .running, .paused])
      state.settings.scale = any([.percentile, .root, .linear, .symlog, .fixed(0.5)])
      state.settings.head = number(0..<8)
      state.lab.page = any(Lab.Page.allCases)
      state.lab.matrix = any(Lab.Matrix.allCases)
      state.lab.afterGroupNorm = number(0..<2) == 0
      state.lab.line = number(0..<40)
      var norms = NormOptions()
      norms.retention.norm2 = number(0..<2) == 0
      norms.retention.norm3 = any(RetentionNorms.Score.allCases)
      norms.group = any(NormOptions.Group.allCases)
      var forms = LabFixtures.forms(
        time: time, chunkLength: number(1..<80), heads: heads, headDim: number(1..<20), valueDim: number(1..<90),
        skipped: any([0, 123_456]), norms: norms)
      forms.head = number(0..<heads)
      if number(0..<4) == 0 {
        forms.scores[number(0..<time * time)] = any([.nan, .infinity])
        forms.chunks[0].inner[0] = any([.nan, .infinity])
        if !forms.differences[2].before.isEmpty {
          forms.differences[2].before[0][0] = any([.nan, .infinity, 0.5])
        }
      }
      state.lab.forms = any([nil, forms, forms, forms])
      state.lab.keepProbeInside()
      state.lab.probe = Position(row: number(0..<time), column: number(0..<time))
      if number(0..<2) == 0 { state.lab.probe = Position(row: 500, column: 3) }
      state.lab.norms = any([nil, LabFixtures.norms(norms, heads: heads)])
      state.lab.precision = any([nil, LabFixtures.precision])
      state.lab.costs = any([nil, LabFixtures.costs])
      state.lab.dialects = any([DialectTable(rows: []), LabFixtures.dialects])
      state.model?.dialect = any([nil] + Dialect.allCases.map { $0 })
      let grid = render(state)
      #expect(grid.columns == state.columns, "after \(step)")
      #expect(grid.rows == state.rows, "after \(step)")
      let view = PagedLayout(state, place: state.pageLayout)
      #expect(PagedView(state, layout: view).text.allSatisfy { !$0.isEmpty })
      for _ in 0..<40 {
        switch view.target(row: number(-1..<65), column: number(-1..<210)) {
        case .head(let place): #expect(place.head < heads)
        case .entry(let entry):
          #expect(entry.row < time)
          #expect(entry.column < time)
        case .boundary(let token): #expect((0..<time).contains(token))
        case .line(let line): #expect(line >= 0)
        default: break
        }
      }
    }
  }

  @Test("On a terminal without Unicode every character has an ASCII substitute", arguments: Lab.Page.allCases)
  func ascii(page: Lab.Page) {
    for afterGroupNorm in [false, true] {
      var state = LabFixtures.state(
        page, columns: 160, rows: 50, traits: ScreenTraits(depth: .monochrome, unicode: false))
      state.lab.afterGroupNorm = afterGroupNorm
      let text = render(state).ansi(depth: .monochrome, unicode: false)
      #expect(text.allSatisfy { $0.isASCII })
      var unicode = state
      unicode.traits.unicode = true
      #expect(text.count { $0 == "?" } == render(unicode).text.count { $0 == "?" })
    }
  }

  @Test("From 40×10 up every number is complete or absent", arguments: Lab.Page.allCases)
  func whole(page: Lab.Page) {
    // The numbers of wide screens and of plain mode. A number cut off at the edge is not among them.
    let numbers = /[−+]?[0-9][0-9.,]*(e-?[0-9]+)?[0-9]/
    var known = Set<String>()
    for columns in [160, 200, 260] {
      for after in [false, true] {
        var state = LabFixtures.state(page, columns: columns, rows: 70)
        state.lab.afterGroupNorm = after
        for line in PagedView(state).text + render(state).text.split(separator: "\n").map(String.init) {
          known.formUnion(line.matches(of: numbers).map { String($0.output.0) })
        }
      }
    }
    var state = LabFixtures.state(page)
    for columns in stride(from: 40, through: 200, by: 3) {
      for rows in [10, 13, 18, 24, 33, 50] {
        (state.columns, state.rows) = (columns, rows)
        let area = state.pageLayout.page
        let lines = render(state).fullText.split(separator: "\n", omittingEmptySubsequences: false)
        for row in area.row..<area.endRow {
          // Only a number that ends at the edge can be cut off.
          let last = String(lines[row]).matches(of: numbers).last { $0.range.upperBound == lines[row].endIndex }
          if let last { #expect(known.contains(String(last.output.0)), "\(columns)×\(rows): \(lines[row])") }
        }
      }
    }
  }
}

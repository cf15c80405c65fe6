import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Explorer: layout and pages")
struct ExplorerPagesTests {
  @Test("The parts cover every line once; below 20 rows there is no scrubber, below 14 no strip, below 40×10 nothing")
  func layout() {
    for columns in [0, 39, 40, 80, 200] {
      for rows in 0...60 {
        let layout = PageLayout(columns: columns, rows: rows)
        #expect(layout.isTooSmall == (columns < 40 || rows < 10))
        guard !layout.isTooSmall else { continue }
        let parts = [layout.header, layout.tabs, layout.page, layout.strip, layout.input, layout.footer]
        #expect(parts.reduce(0) { $0 + $1.rows } == rows)
        #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.endRow == $1.row })
        #expect(layout.strip.rows == (rows >= 20 ? 3 : rows >= 14 ? 2 : 0))
        // Input line and footer are where the live view has them.
        let live = Layout(columns: columns, rows: rows, heads: 8, headDim: 32, valueDim: 64, valuesPerCell: 2)
        #expect(layout.input == live.input)
        #expect(layout.footer == live.footer)
      }
    }
  }

  @Test("The tabs always include the selected page, no tab is cut off, and a click selects one")
  func tabs() {
    for page in Explorer.Page.allCases {
      for columns in 40...130 {
        let area = Rectangle(row: 1, column: 0, rows: 1, columns: columns)
        let tabs = PageTabs(selected: page, area: area)
        var grid = Grid(columns: columns, rows: 2)
        tabs.draw(in: &grid)
        #expect(tabs.items.contains { $0.target == .page(page) && $0.isSelected })
        for item in tabs.items {
          #expect(grid.line(1).contains("\(item.key) \(item.name)"))
          #expect(tabs.target(atColumn: item.column) == item.target)
          #expect(tabs.target(atColumn: item.column + item.width) != item.target)
        }
      }
    }
    let all = PageTabs(selected: Explorer.Page.overview, area: Rectangle(row: 0, column: 0, rows: 1, columns: 130))
      .items
    #expect(all.map(\.target) == Explorer.Page.allCases.map { .page($0) })
    #expect(Set(Explorer.Page.allCases.map(\.tabKey)).count == 9)  // Enter twice
  }

  @Test("At any width every part of a title is complete or absent")
  func titles() {
    let title = PageTitle(
      name: "Head",
      facts: [.init("layer 3 head 5", short: "L3 h5"), .init("p99 ±1.842"), .init("pooled 2×4", short: "2×4")],
      right: "(7,41) = +0.532", shortRight: "(7,41) +0.532", legend: Ramp(limit: 1, traits: ScreenTraits()))
    for columns in 1...100 {
      var grid = Grid(columns: columns, rows: 1)
      title.draw(in: &grid, area: grid.bounds, style: .plain)
      var rest = grid.text
      for part in [
        "Head", "layer 3 head 5", "L3 h5", "p99 ±1.842", "pooled 2×4", "2×4", "(7,41) = +0.532", "(7,41) +0.532",
      ] {
        rest = rest.replacingOccurrences(of: part, with: "")
      }
      #expect(rest.allSatisfy { " −+".contains($0) }, "\(columns): \(grid.text)")
    }
  }

  @Test("The horizon is the first n with γ^n at or below the share", arguments: 0..<8)
  func horizon(head: Int) {
    let gamma = 1 - pow(2, -5 - Double(head))
    for share in [0.5, 0.01, 0.001] {
      var (left, tokens) = (1.0, 0)
      while left > share {
        left *= gamma
        tokens += 1
      }
      #expect(Int(HeadFacts.horizon(gamma, share: share).rounded(.up)) == tokens)
    }
    #expect(HeadFacts.horizon(0, share: 0.5) == 0)
    #expect(HeadFacts.horizon(1, share: 0.5) == .infinity)
  }

  @Test("The decay page shows every head's half-life, horizons and c (1 − γ)")
  func decay() throws {
    let state = ExplorerFixtures.state(.decay, columns: 160, rows: 50)
    let lines = render(state).text.split(separator: "\n").map(String.init)
    for head in 0..<8 {
      let gamma = 1 - pow(2, -5 - Double(head))
      let filled = (0..<25).reduce(0.0) { sum, _ in gamma * sum + 1 } * (1 - gamma)
      let numbers = [0.5, 0.01, 0.001].map { Numbers.halfLife(log($0) / log(gamma)) } + [Numbers.percent(filled)]
      let line = try #require(lines.first { $0.contains(" h\(head) ") || $0.contains("▸h\(head) ") })
      for number in numbers { #expect(line.contains(number), "\(line): \(number)") }
    }
  }

  @Test("The selected head's curve passes through γ^n in every column", arguments: [0, 5, 7])
  func curves(selected: Int) {
    let gammas = (0..<8).map { 1 - pow(2, -5 - Double($0)) }
    let area = Rectangle(row: 0, column: 0, rows: 22, columns: 67)
    let curves = DecayCurves(gammas: gammas, selected: selected, area: area)
    var grid = Grid(columns: 67, rows: 22)
    curves.draw(in: &grid)
    for x in 0..<60 {
      let share = pow(gammas[selected], pow(10, 5 * Double(x) / 59))
      let half = Int(((1 - share) * 39).rounded())
      let cell = grid[half / 2, 7 + x]
      #expect(cell.style == .accent)
      #expect(cell.glyph == "█" || cell.glyph == (half.isMultiple(of: 2) ? "▀" : "▄"))
    }
  }

  @Test("A click selects the head of a thumbnail or table line, and the entry of the heatmap or the corner")
  func targets() throws {
    var state = ExplorerFixtures.state(.overview)
    func target(_ row: Int, _ column: Int) -> ViewTarget? {
      ScreenLayout(state).pages?.target(row: row, column: column)
    }
    let view = PagedLayout(state, place: state.pageLayout)
    // The label of layer 0, head 0 starts at line 1, column 3 of the page; nine columns per head, two lines per layer.
    for layer in 0..<6 {
      for head in 0..<8 {
        for line in 0..<2 {
          #expect(
            view.target(row: 3 + 2 * layer + line, column: 3 + 9 * head + 4)
              == .head(HeadIndex(layer: layer, head: head)))
        }
      }
    }
    #expect(view.target(row: 1, column: 3) == .page(.overview))
    #expect(view.target(row: 1, column: 14) == .page(.head))
    #expect(view.target(row: 0, column: 3) == nil)
    state.explorer.page = .head
    #expect(target(3, 1) == .cell(Position(row: 0, column: 0)))
    #expect(target(3 + 15, 64) == .cell(Position(row: 30, column: 63)))
    #expect(target(3, 70) == nil)
    state.explorer.page = .decay
    #expect(target(4 + 6, 5) == .head(HeadIndex(layer: 3, head: 6)))
    #expect(target(3, 5) == nil)
    state.explorer.page = .cell
    #expect(target(4 + 3 * 2 + 1, 11 + 17 * 3) == .cell(Position(row: 7, column: 42)))
  }

  @Test("A large screen draws larger entries, and a click on any part of one selects it")
  func zoom() {
    let state = ExplorerFixtures.state(.head, columns: 160, rows: 50)
    let view = PagedLayout(state, place: state.pageLayout)
    #expect(view.target(row: 3, column: 1) == .cell(Position(row: 0, column: 0)))
    #expect(view.target(row: 3 + 7, column: 1 + 2 * 41) == .cell(Position(row: 7, column: 41)))
    #expect(view.target(row: 3 + 31, column: 2 * 64) == .cell(Position(row: 31, column: 63)))
    let grid = render(state)
    #expect(grid[3 + 7, 1 + 82] == Cell("█", style: Style(.accent)))
    #expect(grid[3 + 7, 1 + 83] == Cell("█", style: Style(.accent)))
  }

  @Test("A heatmap cell is a half block for two rows of S, coloured by the scale")
  func cells() throws {
    let state = ExplorerFixtures.state(.head, mode: .change)
    let grid = render(state)
    let result = try #require(state.result)
    let before = try #require(state.explorer.before)
    func change(_ row: Int, _ column: Int) -> Float {
      let place = (5 * 32 + row) * 64 + column
      return result.state.layers[3].matrix[place] - before.layers[3].matrix[place]
    }
    let full = HeatmapOracle.percentile((0..<32).flatMap { row in (0..<64).map { change(row, $0) } })
    for line in 0..<16 {
      for column in 0..<64 where (line, column) != (3, 41) {
        let expected = HeatmapOracle.cell(change(2 * line, column), change(2 * line + 1, column), full: full)
        #expect(grid[3 + line, 1 + column] == expected)
      }
    }
    let above = HeatmapOracle.color(change(6, 41), full: full) ?? .standard
    #expect(grid[3 + 3, 1 + 41] == Cell("▄", style: Style(.accent, on: above)))
  }

  @Test("A head's marks name experiments in force, edits before the step, and pending ones")
  func marks() {
    let place = HeadIndex(layer: 3, head: 5)
    var options = StepOptions(edits: [.copy(from: HeadIndex(layer: 1, head: 2), to: place)])
    options.changes[place] = HeadOverride(scale: 0, isFrozen: true, gamma: 0.5)
    var state = ExplorerFixtures.state(.head, options: options)
    state.explorer.session.experiments = [
      SessionSummary.Entry(experiment: Experiment(.scale(0), at: place), position: 3),
      SessionSummary.Entry(experiment: Experiment(.zero, at: place), position: 25),
      SessionSummary.Entry(experiment: Experiment(.zero, at: HeadIndex(layer: 0, head: 0)), position: 25),
    ]
    #expect(
      HeadFacts(state, place: place)?.marks == ["frozen", "×0 (off)", "γ .5", "copy of L1 h2", "next: cleared"])
    #expect(HeadFacts(state, place: HeadIndex(layer: 9, head: 0)) == nil)
    #expect(render(state).text.contains("×0 (off)"))
  }

  @Test("Every page has its content as text")
  func words() {
    for page in Explorer.Page.allCases {
      let text = PagedView(ExplorerFixtures.state(page)).text
      #expect(text.count >= 3)
      #expect(text.allSatisfy { !$0.isEmpty })
    }
    let text = PagedView(ExplorerFixtures.state(.head)).text
    #expect(text[0] == "Layer 3 head 5, half-life 709 tokens, norm 41.36, largest −2.491 at row 24 column 7.")
    #expect(text.contains("Token 24 (25 of 40 read): ▁home."))
  }
}

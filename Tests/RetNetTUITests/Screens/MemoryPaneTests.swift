import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Memory map")
struct MemoryPaneTests {
  @Test("A cell is γ^(n−m) ‖k_m‖ ‖v_m‖ / ‖S_n‖ of its head and token")
  func shares() throws {
    let state = Fixtures.speaking(columns: 200, rows: 60)
    let results = Fixtures.conversation()
    let memory = LivePlan(state).memory
    #expect(memory.tokens.upperBound == results.count)
    #expect(memory.tokens.count > 20)
    #expect(memory.heads.map(\.place) == (0..<8).map { HeadIndex(layer: 3, head: $0) })
    func norm(_ x: some Sequence<Float>) -> Double { sqrt(x.reduce(0) { $0 + Double($1) * Double($1) }) }
    for line in memory.heads {
      let head = line.place.head
      let gamma = 1 - pow(2, -5 - Double(head))
      let last = try #require(results.last)
      let whole = norm(last.state.layers[3].matrix[head * 32 * 64..<(head + 1) * 32 * 64])
      for m in memory.tokens {
        let trace = results[m].trace.layers[3]
        let written =
          norm(trace.key[head * 32..<(head + 1) * 32]) * norm(trace.value[head * 64..<(head + 1) * 64])
        let expected = pow(gamma, Double(results.count - 1 - m)) * written / whole
        #expect(abs(line.shares[m - memory.tokens.lowerBound] / expected - 1) < 1e-5)
      }
    }
  }

  @Test("Cleared heads hold nothing of earlier tokens, and frozen steps write nothing")
  func experiments() {
    var state = Fixtures.ready(columns: 200, rows: 60)
    var results = Fixtures.conversation()
    results[6].options.edits = [.zero(HeadIndex(layer: 0, head: 1))]
    results[9].options.changes[HeadIndex(layer: 0, head: 2)].isFrozen = true
    for result in results { _ = update(&state, .result(result, seconds: 0.001)) }
    let memory = LivePlan(state).memory
    func empty(_ head: Int) -> [Int] {
      memory.tokens.filter { memory.heads[head].shares[$0 - memory.tokens.lowerBound] == 0 }
    }
    #expect(memory.tokens.lowerBound < 6)
    #expect(empty(1) == Array(memory.tokens.lowerBound..<6))
    #expect(empty(2) == [9])
    #expect(empty(3).isEmpty)
  }

  @Test("The token that a head reads most has the largest share of its row of scores")
  func read() throws {
    let state = Fixtures.speaking(columns: 200, rows: 60)
    for line in LivePlan(state).memory.heads {
      let row = try #require(RecordedSession(state)).reading(line.place)
      let most = row.entries.max { $0.share < $1.share }
      #expect(line.read?.token == most?.token)
      #expect(line.read?.share == most?.share)
    }
  }

  @Test("; and ' select a token, and the last line gives its share and age")
  func selection() throws {
    var state = Fixtures.speaking(columns: 200, rows: 60)
    _ = update(&state, .key(.escape))
    for _ in 0..<3 { _ = update(&state, .key(";")) }
    #expect(state.session.selectedToken == state.position - 3)
    let memory = LivePlan(state).memory
    let share = try #require(memory.line(of: state.selectedPlace)).shares[state.position - 3 - memory.tokens.lowerBound]
    let text =
      "token \(state.position - 3) ▁his: \(Numbers.percent(share).trimmed) of ‖S‖ of head 5, written 2 tokens ago"
    #expect(render(state).text.contains(text))
    for _ in 0..<100 { _ = update(&state, .key(";")) }
    #expect(state.session.selectedToken == memory.tokens.lowerBound)
    for _ in 0..<100 { _ = update(&state, .key("'")) }
    #expect(state.session.selectedToken == state.position - 1)
  }

  @Test(
    "An experiment is a badge beside its head",
    arguments: [
      (Experiment.Kind.freeze(true), "F"), (.scale(0), "0"), (.scale(2), "×"), (.gamma(0.25), "≠"), (.zero, "E"),
    ])
  func badges(kind: Experiment.Kind, badge: String) {
    var state = Fixtures.speaking(columns: 120, rows: 36)
    let place = HeadIndex(layer: 3, head: 2)
    #expect(state.badge(of: place) == nil)
    var summary = SessionSummary(position: state.position, length: state.position)
    summary.experiments = [SessionSummary.Entry(experiment: Experiment(kind, at: place), position: 4)]
    _ = update(&state, .session(summary))
    #expect(state.badge(of: place) == badge)
    #expect(state.badge(of: HeadIndex(layer: 3, head: 1)) == nil)
    let line = render(state).text.split(separator: "\n").first { $0.contains(" h2 ") || $0.contains(" h2\(badge)") }
    #expect(line?.contains(badge) == true)
  }

  @Test("Density without colours grows with the share, and 1 % differs from nothing")
  func cells() {
    for depth in ColorDepth.allCases {
      let traits = ScreenTraits(depth: depth)
      let cells = [0, 0.01, 0.2, 0.5, 1].map { MemoryPane.cell(share: $0, traits: traits) }
      #expect(cells[0] != cells[1])
      #expect(Set(cells).count >= 4)
      #expect(MemoryPane.cell(share: 7, traits: traits) == cells[4])
      #expect(MemoryPane.cell(share: .nan, traits: traits) == cells[4])
    }
  }

  // MARK: Zoom and magnification

  @Test("Z gives the window to the state, the memory map, the conversation, and then shows all panes")
  func zoom() {
    var state = Fixtures.speaking(columns: 80, rows: 24)
    _ = update(&state, .key(.escape))
    var shown: [[Bool]] = []
    for _ in 0..<4 {
      _ = update(&state, .key("Z"))
      shown.append([state.layout.state, state.layout.memory, state.layout.conversation].map { !$0.isEmpty })
      #expect(render(state).rows == 24)
    }
    #expect(shown == [[true, false, false], [false, true, false], [false, false, true], [true, true, true]])
    _ = update(&state, .line(":zoom conversation"))
    #expect(state.layout.conversation.rows == 21)
    #expect(state.layout.conversation.columns == 80)
  }

  @Test("S is magnified by a whole factor while the panes above it keep 10 lines, and all heads are visible at 200×60")
  func magnification() throws {
    for (columns, rows, zoom) in [(120, 36, 1), (160, 50, 2), (200, 60, 2), (300, 100, 4)] {
      let state = Fixtures.speaking(columns: columns, rows: rows)
      let plan = LivePlan(state)
      let map = try #require(plan.map)
      #expect(map.fit.zoom == zoom, "\(columns)×\(rows)")
      #expect(map.area.columns == 64 * zoom)
      #expect(plan.layout.conversation.rows >= 10)
    }
    let plan = LivePlan(Fixtures.speaking(columns: 200, rows: 60))
    #expect(plan.tiles.map(\.head) == Array(0..<8))
  }

  @Test("The small states of the recall model are enlarged")
  func recall() throws {
    let model = ModelInfo(name: "recall", layers: 2, heads: 4, headDim: 8, valueDim: 8)
    for (columns, rows, zoom) in [(80, 24, 2), (120, 36, 4), (200, 60, 8)] {
      let map = try #require(LivePlan(Fixtures.speaking(columns: columns, rows: rows, model: model)).map)
      #expect(map.fit.zoom >= zoom, "\(columns)×\(rows): \(map.fit)")
    }
  }
}

import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI

/// The list pages, with every number checked against a sum in `Double`.
@Suite("Explorer: writers, reading, prediction, statistics, experiments, branches")
struct ExplorerListPagesTests {
  private let layer = 3
  private let head = 5
  private let gamma = 1 - 0x1p-10

  /// A step in the middle of the reply, with the steps before it.
  private func state(_ page: Explorer.Page, columns: Int = 80, rows: Int = 24) -> AppState {
    var state = ExplorerFixtures.state(page, columns: columns, rows: rows)
    state.phase = .paused
    return state
  }

  private func key(_ m: Int, _ i: Int) -> Double {
    Double(ExplorerFixtures.results[m].trace.layers[layer].key[head * 32 + i])
  }

  private func value(_ m: Int, _ j: Int) -> Double {
    Double(ExplorerFixtures.results[m].trace.layers[layer].value[head * 64 + j])
  }

  @Test("Writers: γ^(n−m) k_i v_j of every token, largest first, their sum, and the rest of S")
  func writers() throws {
    let state = state(.writers)
    let count = ExplorerFixtures.results.count
    let amounts = (0..<count).map { m in
      (token: m, amount: pow(gamma, Double(count - 1 - m)) * key(m, 7) * value(m, 41))
    }.sorted { abs($0.amount) > abs($1.amount) }
    let lines = render(state).text.split(separator: "\n").map(String.init)
    let first = try #require(lines.firstIndex { $0.contains("▸") && $0.contains("%") })
    for (line, expected) in zip(lines[first...], amounts).prefix(10) {
      #expect(line.contains(" \(CommandTable.trimmed(Numbers.signed(Float(expected.amount))))"))
      let number = line.drop { $0 == " " || $0 == "▸" }.prefix { $0.isNumber }
      #expect(Int(number) == expected.token)
    }
    let sum = amounts.reduce(0) { $0 + $1.amount }
    #expect(lines[2].contains("sum \(CommandTable.trimmed(Numbers.signed(Float(sum))))"))
    let entry = try #require(state.result?.state.layers[layer].matrix[(head * 32 + 7) * 64 + 41])
    #expect(lines[2].contains("S(7,41) = \(CommandTable.trimmed(Numbers.signed(entry)))"))
    let rest = Float(Double(entry) - sum)
    #expect(lines[2].contains("rest \(CommandTable.trimmed(Numbers.signed(rest)))"))
  }

  @Test("Writers of a row, a column or the head: γ^(n−m) times the norm of what the token wrote there")
  func parts() throws {
    let count = ExplorerFixtures.results.count
    func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let all: [(Explorer.Part, (Int) -> Double)] = [
      (.row, { m in abs(key(m, 7)) * norm((0..<64).map { value(m, $0) }) }),
      (.column, { m in norm((0..<32).map { key(m, $0) }) * abs(value(m, 41)) }),
      (.head, { m in norm((0..<32).map { key(m, $0) }) * norm((0..<64).map { value(m, $0) }) }),
    ]
    for (part, amount) in all {
      var state = state(.writers)
      state.explorer.part = part
      let ranked = (0..<count).map { ($0, pow(gamma, Double(count - 1 - $0)) * amount($0)) }.sorted { $0.1 > $1.1 }
      let line = try #require(render(state).text.split(separator: "\n").first { $0.contains("▸") && $0.contains("%") })
      #expect(line.contains("▸\(ranked[0].0) "), "\(part)")
      #expect(line.contains(Numbers.signed(Float(ranked[0].1))), "\(part)")
      #expect(render(state).text.contains("by norm"))
    }
    var state = state(.writers)
    _ = update(&state, .key(.enter))
    #expect(state.explorer.part == .row)
  }

  @Test("A token's share of each head: γ^(n−m) ‖k‖ ‖v‖ over ‖S‖")
  func presence() throws {
    let state = state(.writers, columns: 160)
    let session = try #require(RecordedSession(state))
    let token = session.contributions(to: .cell(row: 7, column: 41)).ranked[0].token
    let count = ExplorerFixtures.results.count
    let k = (0..<32).reduce(0) { $0 + key(token, $1) * key(token, $1) }
    let v = (0..<64).reduce(0) { $0 + value(token, $1) * value(token, $1) }
    let matrix = try #require(state.result?.state.layers[layer].matrix(head: head))
    let norm = matrix.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let share = pow(gamma, Double(count - 1 - token)) * (k * v).squareRoot() / norm
    let row = try #require(render(state).text.split(separator: "\n").first { $0.contains("│ L3 ") })
    let cells = row.split(separator: "│").last.map { $0.split(separator: " ").map(String.init) } ?? []
    try #require(cells.count == 9)
    #expect(cells[1 + head] == CommandTable.trimmed(Numbers.percent(share)))
  }

  @Test("Reading: f γ^(n−m) q·k with its sign, its share of the row, and the mean of the heads' shares")
  func reading() throws {
    let state = state(.reading)
    let (count, results) = (ExplorerFixtures.results.count, ExplorerFixtures.results)
    func scores(_ head: Int) -> [Double] {
      let gamma = 1 - pow(2, -5 - Double(head))
      return (0..<count).map { m in
        let q = results[count - 1].trace.layers[layer].query[head * 32..<(head + 1) * 32]
        let k = results[m].trace.layers[layer].key[head * 32..<(head + 1) * 32]
        let dot = zip(q, k).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        return pow(gamma, Double(count - 1 - m)) * dot / Double(32).squareRoot()
      }
    }
    func shares(_ scores: [Double]) -> [Double] {
      let sum = scores.reduce(0) { $0 + abs($1) }
      return scores.map { abs($0) / sum }
    }
    let own = shares(scores(head))
    let all = (0..<8).map { shares(scores($0)) }
    let best = try #require(own.indices.max { own[$0] < own[$1] })
    let line = try #require(render(state).text.split(separator: "\n").first { $0.contains("▸\(best) ") })
    let mean = all.reduce(0) { $0 + $1[best] } / 8
    for text in [
      Numbers.signed(Float(scores(head)[best])), Numbers.percent(own[best]), Numbers.percent(mean),
    ] { #expect(line.contains(CommandTable.trimmed(text)), "\(text) in \(line)") }
  }

  @Test("Prediction: each candidate's probability after every stage, and the lens of every layer")
  func prediction() throws {
    var state = state(.prediction, columns: 160)
    let names = SamplerStage.Name.allCases
    state.result?.stages = names.enumerated().map { place, name in
      SamplerStage(name: name, kept: 100 - place, probabilities: [0.5, 0.25, 0].map { $0 + Float(place) / 100 })
    }
    state.result?.lens = (0..<6).map { layer in
      LensPrediction(
        layer: layer, best: [StepResult.Candidate(token: 1, piece: "▁home", probability: 0.125 * Float(layer + 1))],
        entropy: 2, ranked: "▁home", rank: 5 - layer)
    }
    let lines = render(state).text.split(separator: "\n").map(String.init)
    #expect(
      lines.contains { line in
        ["model", "penalty", "top-n-σ", "top-k", "typical", "top-p", "min-p", "temp"].allSatisfy(line.contains)
      })
    let first = try #require(lines.first { $0.contains("▸1") })
    for share in (50...57).map({ "\($0).0%" }) { #expect(first.contains(share)) }
    #expect(lines.contains { $0.contains("kept") && $0.contains("100") && $0.contains("93") })
    for layer in 0..<6 {
      #expect(lines.contains { $0.contains("L\(layer)") && $0.contains("#\(6 - layer)") && $0.contains("▁home") })
    }
    // A candidate that a stage removed has a dot, not a number.
    #expect(lines.first { CommandTable.trimmed($0).hasPrefix("3 ") }?.contains("·") == true)
  }

  @Test("Statistics: the last value of every head, and a line whose highest column is the maximum")
  func statistics() throws {
    var state = state(.statistics)
    state.explorer.history = Explorer.History(
      layer: layer,
      tokens: (0..<state.position).map { n in
        (0..<8).map { h in
          HeadStatistics(
            norm: Float(n + h), effectiveRank: 1.5, saturation: 0.25, energy: n == 4 ? 9 : 1)
        }
      })
    let line = try #require(render(state).text.split(separator: "\n").first { $0.contains("▸h5") }).description
    for text in ["29.00", "1.500", "25.0%", "1.000"] { #expect(line.contains(text)) }
    // The energy is largest at token 4, which is in a column of three tokens.
    let spark = line.suffix(while: { !$0.isNumber })
    #expect(Array(spark).firstIndex(of: "█") == Array(spark).lastIndex(of: "█"))
    state.explorer.history?.layer = 1
    #expect(render(state).text.contains("once for this layer"))
  }

  @Test("Experiments and branches are listed; the current branch and the last experiment are marked")
  func lists() {
    var state = state(.experiments)
    state.explorer.session.experiments = [
      SessionSummary.Entry(experiment: Experiment(.scale(0), at: HeadIndex(layer: 1, head: 2)), position: 4),
      SessionSummary.Entry(experiment: Experiment(.zero, at: HeadIndex(layer: 3, head: 5)), position: state.position),
    ]
    let experiments = render(state).text
    #expect(experiments.contains("1  layer 1 head 2 off  since token 4"))
    #expect(experiments.contains("▸2  layer 3 head 5 cleared  starting with the next token   u undoes it"))
    state.explorer.page = .branches
    state.explorer.breakpoints = [.entropy(4), .token("home")]
    let branches = render(state).text
    #expect(branches.contains("▸0   start      to 39     here"))
    #expect(branches.contains(" 1   from 12    to 29  "))
    for text in ["Yes", "No"] { #expect(branches.contains(" \(text) ")) }
    #expect(branches.contains("entropy above 4 nat"))
    #expect(branches.contains("a token that contains 'home'"))
  }

  @Test("Branches are a tree: each begins under its fork, and the current position is marked")
  func tree() {
    var state = state(.branches, columns: 120)
    func branch(_ id: Int, _ parent: Int?, _ fork: Int, _ length: Int) -> SessionSummary.Branch {
      SessionSummary.Branch(id: id, parent: parent, fork: fork, length: length, text: "text \(id)")
    }
    state.explorer.session = SessionSummary(
      position: 30, length: 40,
      branches: [branch(0, nil, 0, 40), branch(1, 0, 10, 20), branch(2, 0, 20, 40), branch(3, 1, 15, 40)], branch: 2)
    let top = state.pageLayout.page.row + 1
    let lines = (0..<4).map { Array(render(state).line(top + $0)) }
    func columns(_ line: [Character], _ glyph: Character) -> [Int] { line.indices.filter { line[$0] == glyph } }
    // Later forks are above earlier ones.
    for (line, id) in zip(lines, [0, 2, 1, 3]) { #expect(String(line).contains("text \(id)")) }
    let forks = columns(lines[0], "┬")
    #expect(forks.count == 2)
    #expect(columns(lines[1], "└") == [forks.last])
    #expect(columns(lines[1], "│") == [forks.first])
    #expect(columns(lines[2], "└") == [forks.first])
    #expect(columns(lines[3], "└") == columns(lines[2], "┬"))
    #expect(columns(lines[1], "●").count == 1)
    // Forks and positions are on one scale of 40 tokens.
    let start = columns(lines[0], "─").first ?? 0
    let width = (columns(lines[0], "─").last ?? 0) - start
    #expect(abs(Double(forks[0] - start) - Double(width) * 10 / 40) <= 1)
    #expect(abs(Double(columns(lines[1], "●")[0] - start) - Double(width) * 30 / 40) <= 1)
  }

  @Test("A click selects a line or a head")
  func clicks() throws {
    let writers = state(.writers, columns: 160)
    let area = writers.pageLayout.page
    let page = try #require(WritersPage.Plan(writers, area: area))
    #expect(page.target(row: area.row + 2, column: 3) == .line(0))
    #expect(page.target(row: area.row + 5, column: 3) == .line(3))
    #expect(page.target(row: area.row, column: 3) == nil)
    let (row, line) = (area.row + 3 + 4, render(writers).line(area.row + 3 + 4))
    let column = line.distance(from: line.startIndex, to: line.range(of: "L4")?.lowerBound ?? line.startIndex)
    #expect(page.target(row: row, column: column + 3 + 2 * 6 + 1) == .head(HeadIndex(layer: 4, head: 2)))
    let statistics = try #require(StatisticsPage.Plan(state(.statistics), area: area))
    #expect(statistics.target(row: area.row + 2, column: 5) == .head(HeadIndex(layer: 3, head: 0)))
    let branches = try #require(BranchesPage.Plan(state(.branches), area: area))
    #expect(branches.target(row: area.row + 2, column: 5) == .line(1))
    #expect(branches.target(row: area.row + 4, column: 5) == nil)
  }

  @Test("Each page's text has complete sentences", arguments: Explorer.Page.allCases)
  func words(page: Explorer.Page) {
    let text = PagedView(state(page)).text
    // Every line is a sentence, except an equation.
    #expect(!text.isEmpty)
    #expect(text.allSatisfy { $0.hasSuffix(".") || $0.hasPrefix("S[") })
  }
}

extension StringProtocol {
  fileprivate func suffix(while condition: (Character) -> Bool) -> String {
    String(reversed().prefix(while: condition).reversed())
  }
}

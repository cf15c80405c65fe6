import Foundation
import Testing

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Explorer: the token strip")
struct ExplorerStripTests {
  private func strip(_ state: AppState) -> StripPlan { StripPlan(state, area: state.pageLayout.strip) }

  /// A session whose record has tokens after the current one.
  private func withFuture(now: Int, columns: Int = 80) -> AppState {
    var state = ExplorerFixtures.state(.overview, columns: columns)
    state.result = ExplorerFixtures.results[now]
    state.explorer.session.position = now + 1
    state.tokens.position = now + 1
    return state
  }

  @Test("Recorded later tokens are to the right with weight 0; the shares of the past have sum 1")
  func future() throws {
    let state = withFuture(now: 14, columns: 200)
    let items = strip(state).items
    #expect(items.map(\.index) == Array(0..<25))
    #expect(items.filter { $0.index > 14 }.allSatisfy { $0.number == 0 })
    let numbers = items.compactMap(\.number)
    #expect(abs(numbers.reduce(0, +) - 1) < 1e-12)
    // |γ^(n−m) q_n·k_m| over their sum, up to the current token.
    let results = ExplorerFixtures.results
    let query = results[14].trace.layers[3].query[5 * 32..<6 * 32].map(Double.init)
    let weights = (0...14).map { m in
      let key = results[m].trace.layers[3].key[5 * 32..<6 * 32].map(Double.init)
      return abs(zip(query, key).reduce(0) { $0 + $1.0 * $1.1 }) * pow(1 - 0x1p-10, Double(14 - m))
    }
    let sum = weights.reduce(0, +)
    for (item, weight) in zip(items, weights) { #expect(abs((item.number ?? 0) - weight / sum) < 1e-12) }
    let grid = render(state)
    let row = state.pageLayout.strip.row
    let now = try #require(items.first { $0.index == 14 })
    #expect(grid[row, now.column].style == .accent)
    #expect(grid[row, now.column - 1].glyph == "[")
    let next = try #require(items.first { $0.index == 15 })
    #expect(grid[row, next.column].style == Style(.muted, dim: true))
  }

  @Test("The strip shows the mean of the heads' shares, or each token's entropy or surprise")
  func numbers() throws {
    var state = ExplorerFixtures.state(.overview, columns: 200)
    let results = ExplorerFixtures.results
    let query = try #require(results.last).trace.layers[3].query.map(Double.init)
    let all = (0..<8).map { head in
      let weights = results.enumerated().map { m, result in
        let key = result.trace.layers[3].key
        let product = (head * 32..<(head + 1) * 32).reduce(0.0) { $0 + query[$1] * Double(key[$1]) }
        return abs(product) * pow(1 - pow(2, -5 - Double(head)), Double(results.count - 1 - m))
      }
      let sum: Double = weights.reduce(0, +)
      return weights.map { $0 / sum }
    }
    state.explorer.strip = .mean
    for item in strip(state).items {
      let mean = all.reduce(0.0) { $0 + $1[item.index] } / 8
      #expect(abs((item.number ?? 0) - mean) < 1e-12)
    }
    state.explorer.strip = .entropy
    #expect(strip(state).items.map(\.number) == [nil] + Array(repeating: 2, count: 24))
    state.explorer.strip = .surprise
    #expect(strip(state).items.map(\.number) == [nil] + Array(repeating: 1.5, count: 24))
    #expect(render(state).text.contains("surprise, nat"))
    #expect(render(state).text.contains("full bar = 1.500"))
  }

  @Test("A click on a token selects it; the scrubber spans the first to the last recorded token")
  func clicks() throws {
    let state = withFuture(now: 14)
    let strip = strip(state)
    let row = state.pageLayout.strip.row
    for item in strip.items {
      #expect(strip.token(row: row, column: item.column) == item.index)
      #expect(strip.token(row: row + 1, column: item.column + item.width - 1) == item.index)
    }
    let line = render(state).line(row + 2)
    #expect(line.hasSuffix(" 15 of 40 "))
    let first = 2
    let last = try #require(line.firstIndex(of: "▸").map { line.distance(from: line.startIndex, to: $0) - 1 })
    #expect(strip.token(row: row + 2, column: first) == 0)
    #expect(strip.token(row: row + 2, column: last) == 39)
    let tokens = (first...last).compactMap { strip.token(row: row + 2, column: $0) }
    #expect(tokens == tokens.sorted())
    #expect(tokens.count == last - first + 1)
    // A click on the knob selects the current token, one on the fork the last shared token.
    let knob = try #require(line.firstIndex(of: "●").map { line.distance(from: line.startIndex, to: $0) })
    #expect(abs((strip.token(row: row + 2, column: knob) ?? 0) - 14) <= 1)
    let fork = try #require(line.firstIndex(of: "┴").map { line.distance(from: line.startIndex, to: $0) })
    #expect(abs((strip.token(row: row + 2, column: fork) ?? 0) - 11) <= 1)
    #expect(ScreenLayout(state).pages?.target(row: row + 2, column: last) == .token(39))
  }

  @Test("Tokens are whole, in order, and within the strip at any width", arguments: [4, 14, 24])
  func fits(now: Int) {
    var state = withFuture(now: now)
    for columns in 40...200 {
      state.columns = columns
      let items = strip(state).items
      #expect(items.contains { $0.index == now })
      #expect(items.allSatisfy { $0.column + $0.width <= columns })
      for (a, b) in zip(items, items.dropFirst()) {
        #expect(a.index + 1 == b.index)
        #expect(a.column + a.width < b.column)
      }
    }
  }
}

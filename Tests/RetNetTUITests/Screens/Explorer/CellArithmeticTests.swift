import Foundation
import Testing

@testable import RetNet
@testable import RetNetTUI

@Suite("Explorer: the arithmetic of an entry")
struct CellArithmeticTests {
  private let place = HeadIndex(layer: 3, head: 5)

  private func cells(_ state: AppState) throws -> [CellArithmetic] {
    let step = try #require(state.step(of: place))
    return try (0..<32).flatMap { row in try (0..<64).map { try #require(step.cell(row: row, column: $0)) } }
  }

  @Test("S_n = γ S_{n−1} + k_i v_j agrees with Double, and bit for bit with the fused form that computed the state")
  func formula() throws {
    let state = ExplorerFixtures.state(.cell)
    let before = try #require(state.explorer.before?.layers[3])
    let result = try #require(state.result)
    let trace = result.trace.layers[3]
    for cell in try cells(state) {
      let old = Double(before.matrix[(5 * 32 + cell.row) * 64 + cell.column])
      let written = Double(trace.key[5 * 32 + cell.row]) * Double(trace.value[5 * 64 + cell.column])
      let expected = (1 - 0x1p-10) * old + written
      let rounded = try #require(cell.rounded)
      #expect(abs(Double(rounded) - expected) < 4e-7)  // three roundings of numbers up to 2.5
      guard case .bits(_, fused: true) = cell.agreement else {
        Issue.record("\(cell)")
        return
      }
    }
  }

  @Test("A state computed with rounded products agrees bit for bit too, and the agreement names which form")
  func rounded() throws {
    var state = ExplorerFixtures.state(.cell)
    let before = try #require(state.explorer.before?.layers[3])
    let trace = try #require(state.result?.trace.layers[3])
    var ways = Set<CellArithmetic.Agreement>()
    for i in 0..<32 {
      for j in 0..<64 {
        let place = (5 * 32 + i) * 64 + j
        let kept = Float(1 - 0x1p-10) * before.matrix[place]
        let written = trace.key[5 * 32 + i] * trace.value[5 * 64 + j]
        state.result?.state.layers[3].matrix[place] = kept + written
      }
    }
    for cell in try cells(state) { if let way = cell.agreement { ways.insert(way) } }
    #expect(ways == [.bits(rounded: true, fused: true), .bits(rounded: true, fused: false)])
  }

  @Test("The agreement of a wrong entry is its error in units in the last place")
  func units() throws {
    var state = ExplorerFixtures.state(.cell)
    let index = (5 * 32 + 7) * 64 + 41
    let value = try #require(state.result?.state.layers[3].matrix[index])
    state.result?.state.layers[3].matrix[index] = value.nextUp.nextUp.nextUp
    let cell = try #require(state.step(of: place)?.cell(row: 7, column: 41))
    guard case .off(let units)? = cell.agreement else {
      Issue.record("\(String(describing: cell.agreement))")
      return
    }
    #expect((1...4).contains(units))
    #expect(render(state).text.contains("in the last place away"))
    #expect(CellArithmetic.units(from: 1, to: Float(1).nextDown) == 1)
    #expect(CellArithmetic.units(from: -.leastNonzeroMagnitude, to: .leastNonzeroMagnitude) == 2)
    #expect(CellArithmetic.units(from: 0, to: -0.0) == 0)
    #expect(CellArithmetic.units(from: .nan, to: 1) == nil)
  }

  @Test("A frozen head keeps its entry, and the page shows it")
  func frozen() throws {
    var options = StepOptions()
    options.changes[place].isFrozen = true
    let state = ExplorerFixtures.state(.cell, options: options)
    for cell in try cells(state) {
      #expect(cell.rounded == cell.before)
      #expect(cell.agreement == .bits(rounded: true, fused: true))
    }
    let text = render(state).text
    #expect(text.contains("frozen: S_n = S_n−1"))
    #expect(text.contains("Frozen: equal to the stored entry bit for bit."))
  }

  @Test("The formula has the overridden γ", arguments: [0, 0.5, 1])
  func gamma(gamma: Double) throws {
    var options = StepOptions()
    options.changes[place].gamma = gamma
    let state = ExplorerFixtures.state(.cell, options: options)
    let cell = try #require(state.step(of: place)?.cell(row: 7, column: 41))
    #expect(cell.gamma == Float(gamma))
    guard case .bits(_, fused: true)? = cell.agreement else {
      Issue.record("\(cell)")
      return
    }
    #expect(render(state).text.contains(String(format: "%.5f·(", gamma)))
    // The horizon follows the overridden γ, and no page traps on 0 or 1.
    for page in Explorer.Page.allCases {
      var other = state
      other.explorer.page = page
      #expect(render(other).rows == 24)
    }
  }

  @Test("Edits before the step are part of S_{n−1}, in their order")
  func edits() throws {
    let (a, b) = (HeadIndex(layer: 1, head: 2), HeadIndex(layer: 4, head: 0))
    for edits: [Intervention] in [
      [.zero(place)], [.copy(from: a, to: place)], [.zero(a), .copy(from: a, to: place)],
      [.copy(from: b, to: a), .copy(from: a, to: place)], [.copy(from: a, to: place), .zero(a)], [.zero(b)],
    ] {
      let state = ExplorerFixtures.state(.cell, options: StepOptions(edits: edits))
      var before = try #require(state.explorer.before)
      for edit in edits { before.apply(edit) }
      for cell in try cells(state) {
        #expect(cell.before == before.layers[3].matrix[(5 * 32 + cell.row) * 64 + cell.column])
      }
    }
  }

  @Test("Without S_{n−1} the page shows the stored entry and how to get the rest")
  func unknown() throws {
    var state = ExplorerFixtures.state(.cell)
    state.explorer.before = nil
    let cell = try #require(state.step(of: place)?.cell(row: 7, column: 41))
    #expect(cell.before == nil)
    #expect(cell.rounded == nil)
    #expect(cell.agreement == nil)
    let text = render(state).text
    #expect(text.contains("S before this step is not available: → makes the next step"))
    #expect(text.contains("S[7,41] = \(CellArithmetic.precise(cell.stored)), written k·v = "))
  }
}

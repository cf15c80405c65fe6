import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI

@Suite("Explorer: the numbers of a head")
struct HeadValuesTests {
  private let place = HeadIndex(layer: 2, head: 3)
  private let model = Fixtures.model

  private func entry(_ state: ModelState, _ i: Int, _ j: Int) -> Double {
    Double(state.layers[place.layer].matrix[(place.head * model.headDim + i) * model.valueDim + j])
  }

  @Test("Change is S_n − S_{n−1}, difference is S_n − S of the reference, share is min(|k v| / |S|, 1), entry by entry")
  func modes() throws {
    var state = ExplorerFixtures.state(.head)
    let reference = ExplorerFixtures.results[11].state
    state.explorer.reference = Explorer.Reference(source: .position(12), state: reference)
    let result = try #require(state.result)
    let before = try #require(state.explorer.before)
    let trace = result.trace.layers[place.layer]
    let values = try Explorer.Mode.allCases.map { try #require(HeadValues(state, place: place, mode: $0)) }
    for i in 0..<model.headDim {
      for j in 0..<model.valueDim {
        let now = entry(result.state, i, j)
        let written =
          Double(trace.key[place.head * model.headDim + i]) * Double(trace.value[place.head * model.valueDim + j])
        let expected = [
          now, now - entry(before, i, j), written == 0 ? 0 : min(abs(written) / abs(now), 1),
          now - entry(reference, i, j),
        ]
        for (found, value) in zip(values, expected) {
          // One Float rounding of numbers up to 2.
          #expect(abs(Double(found[i, j]) - value) <= 2.5e-7)
        }
      }
    }
  }

  @Test("A share is 0 if nothing was written, 1 if more was written than is left, and NaN for NaN")
  func shares() {
    #expect(HeadValues.share(0, of: 0) == 0)
    #expect(HeadValues.share(-1, of: 4) == 0.25)
    #expect(HeadValues.share(3, of: -2) == 1)
    #expect(HeadValues.share(3, of: 0) == 1)
    #expect(HeadValues.share(.nan, of: 1).isNaN)
    #expect(HeadValues.share(0, of: .nan).isNaN)
  }

  @Test("In a frozen head the last token's share is 0, because it writes nothing")
  func frozen() throws {
    var options = StepOptions()
    options.changes[place].isFrozen = true
    let state = ExplorerFixtures.state(.head, mode: .share, options: options)
    let map = try #require(HeadValues(state, place: place)).pooled(rows: 1, columns: 1)
    #expect(map.values.allSatisfy { $0 == 0 })
  }

  @Test(
    "A pooled cell is the entry of largest magnitude with its sign, in every mode", arguments: Explorer.Mode.allCases,
    [(1, 1), (2, 3), (5, 7), (32, 64)])
  func pooling(mode: Explorer.Mode, pool: (rows: Int, columns: Int)) throws {
    var state = ExplorerFixtures.state(.head)
    state.explorer.reference = Explorer.Reference(source: .branch(1), state: ExplorerFixtures.results[3].state)
    let values = try #require(HeadValues(state, place: place, mode: mode))
    let map = values.pooled(rows: pool.rows, columns: pool.columns)
    var largest: Float = 0
    for x in 0..<(model.headDim + pool.rows - 1) / pool.rows {
      for y in 0..<(model.valueDim + pool.columns - 1) / pool.columns {
        var block: [Float] = []
        for i in x * pool.rows..<min((x + 1) * pool.rows, model.headDim) {
          for j in y * pool.columns..<min((y + 1) * pool.columns, model.valueDim) { block.append(values[i, j]) }
        }
        let best = try #require(block.map(abs).max())
        #expect(abs(map[x, y]) == best)
        #expect(block.contains(map[x, y]))
        largest = max(largest, best)
      }
    }
    #expect(map.maximum == largest)
  }

  @Test("A block with a NaN is NaN, and the scale ignores it")
  func broken() throws {
    var state = ExplorerFixtures.state(.head)
    state.result?.state.layers[2].matrix[3 * 32 * 64 + 5] = .nan
    state.result?.state.layers[2].matrix[3 * 32 * 64 + 6] = .infinity
    let map = try #require(HeadValues(state, place: place)).pooled(rows: 32, columns: 64)
    #expect(map[0, 0].isNaN)
    #expect(map.maximum.isFinite)
    #expect(map.maximum > 0)
  }

  @Test(
    "The head page states the largest sum of a single row and column, however many a line shows",
    arguments: [(160, 50), (120, 30)])
  func largestSums(columns: Int, rows height: Int) throws {
    var state = Fixtures.speaking(columns: columns, rows: height)
    (state.view, state.explorer.page) = (.explorer, .head)
    let entries = try #require(state.result).state.layers[3].matrix(head: 5).map { Double(abs($0)) }
    let rows = (0..<32).map { row in (0..<64).reduce(0) { $0 + entries[row * 64 + $1] } }
    let down = (0..<64).map { column in (0..<32).reduce(0) { $0 + entries[$1 * 64 + column] } }
    let text = render(state).text
    for largest in [rows.max(), down.max()] {
      #expect(text.contains(" " + Numbers.magnitude(try #require(largest)).trimmed), "\(largest ?? 0)")
    }
    #expect(text.contains("Σ row") || text.contains("row Σ|S|, maximum"))
  }

  @Test("Row and column sums add magnitudes")
  func sums() throws {
    let state = ExplorerFixtures.state(.head)
    let result = try #require(state.result)
    let sums = try #require(HeadValues(state, place: place)).sums
    for i in 0..<model.headDim {
      let expected = (0..<model.valueDim).reduce(0.0) { $0 + abs(entry(result.state, i, $1)) }
      #expect(abs(sums.rows[i] - expected) < 1e-9)
    }
    for j in 0..<model.valueDim {
      let expected = (0..<model.headDim).reduce(0.0) { $0 + abs(entry(result.state, $1, j)) }
      #expect(abs(sums.columns[j] - expected) < 1e-9)
    }
  }

  @Test("The page names missing data and how to get it")
  func missing() {
    var state = ExplorerFixtures.state(.head, mode: .change)
    state.explorer.before = nil
    #expect(HeadValues(state, place: place) == nil)
    #expect(render(state).text.contains("The state before this step is not available: → makes the next step."))
    // A state of another position is not S_{n−1}.
    state.explorer.before = ExplorerFixtures.results[3].state
    #expect(HeadValues(state, place: place) == nil)
    state.explorer.mode = .difference
    #expect(render(state).text.contains(":reference"))
    let other = ModelInfo(name: "m", layers: 6, heads: 8, headDim: 2, valueDim: 2)
    state.explorer.reference = Explorer.Reference(
      source: .position(3), state: Fixtures.conversation(model: other)[3].state)
    #expect(HeadValues(state, place: place) == nil)
    state.result = nil
    #expect(render(state).text.contains("S is zero before the first token"))
  }

  @Test("A reference has the name of its source")
  func names() throws {
    #expect(StateReference.position(0).name == "vs the start")
    #expect(StateReference.position(13).name == "vs token 12", "12 is the last of 13 tokens")
    #expect(try CommandTable.parse(":reference token 12") == .reference(.position(13)))
    #expect(StateReference.branch(1).name == "vs branch 1")
    let norms = NormOptions(retention: RetentionNorms(norm1: true, norm2: false, norm3: .off), group: .off)
    #expect(StateReference.norms(norms).name == "vs norms 1··│off")
  }
}

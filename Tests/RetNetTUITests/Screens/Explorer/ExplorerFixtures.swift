import Foundation

@testable import RetNet
@testable import RetNetTUI

/// Moments whose last step is true to Eq. 6: S_n comes from the S_{n−1} that the explorer has at hand.
enum ExplorerFixtures {
  /// Made once: every entry of them is a product of sines.
  static let moments = Fixtures.conversation()
  private static let speaking = Fixtures.speaking()

  static let probe = Position(row: 7, column: 41)

  static func state(
    _ page: Explorer.Page, mode: Explorer.Mode = .state, columns: Int = 80, rows: Int = 24,
    traits: ScreenTraits = ScreenTraits(), model: ModelInfo = Fixtures.model,
    conditions: StepConditions = StepConditions()
  ) -> AppState {
    var state = model == Fixtures.model ? speaking : Fixtures.speaking(model: model)
    (state.columns, state.rows, state.traits) = (columns, rows, traits)
    let moments = model == Fixtures.model ? Self.moments : Fixtures.conversation(model: model)
    guard let last = moments.last else { return state }
    let before = moments[moments.count - 2].state
    state.moment = stepped(last, from: before, conditions)
    state.view = .explorer
    state.focus = .panes
    state.explorer.page = page
    state.explorer.mode = mode
    state.explorer.before = before
    state.explorer.session = SessionSummary(
      position: last.position, length: 40,
      branches: [
        SessionSummary.Branch(id: 0, fork: 0, length: 40, text: "Yes"),
        SessionSummary.Branch(id: 1, fork: 12, length: 30, text: "No"),
      ])
    state.probe = Position(row: min(probe.row, model.headDim - 1), column: min(probe.column, model.valueDim - 1))
    return state
  }

  /// The moment with S_n = γ S_{n−1} + k v in Float, the sum and γ S in one rounding, and c by its definition.
  static func stepped(_ moment: Moment, from before: ModelState, _ conditions: StepConditions) -> Moment {
    var moment = moment
    moment.conditions = conditions
    var before = before
    for edit in conditions.edits { before.apply(edit) }
    for l in moment.state.layers.indices {
      let (heads, headDim, valueDim) = (
        moment.state.layers[l].heads, moment.state.layers[l].headDim, moment.state.layers[l].valueDim
      )
      for h in 0..<heads {
        let change = conditions.changes[HeadPlace(layer: l, head: h)]
        let gamma = change.gamma ?? 1 - pow(2, -5 - Double(h))
        moment.state.layers[l].decaySum[h] = (0..<moment.position).reduce(0) { sum, _ in gamma * sum + 1 }
        for i in 0..<headDim {
          let k = moment.trace.layers[l].key[h * headDim + i]
          for j in 0..<valueDim {
            let v = moment.trace.layers[l].value[h * valueDim + j]
            let place = (h * headDim + i) * valueDim + j
            let old = before.layers[l].matrix[place]
            moment.state.layers[l].matrix[place] = change.isFrozen ? old : (k * v).addingProduct(Float(gamma), old)
          }
        }
      }
    }
    return moment
  }
}

import Foundation

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// Step results whose last one obeys Eq. 6: S_n follows from the S_{n−1} that the explorer has.
enum ExplorerFixtures {
  /// Computed once, because every entry is a product of sines.
  static let results = Fixtures.conversation()
  private static let speaking = Fixtures.speaking()

  static let probe = Position(row: 7, column: 41)

  static func state(
    _ page: Explorer.Page, mode: Explorer.Mode = .state, columns: Int = 80, rows: Int = 24,
    traits: ScreenTraits = ScreenTraits(), model: ModelInfo = Fixtures.model,
    options: StepOptions = StepOptions()
  ) -> AppState {
    var state = model == Fixtures.model ? speaking : Fixtures.speaking(model: model)
    (state.columns, state.rows, state.traits) = (columns, rows, traits)
    let results = model == Fixtures.model ? Self.results : Fixtures.conversation(model: model)
    guard let last = results.last else { return state }
    let before = results[results.count - 2].state
    state.result = stepped(last, from: before, options)
    state.view = .explorer
    state.focus = .panes
    state.explorer.page = page
    state.explorer.mode = mode
    state.explorer.before = before
    state.explorer.session = SessionSummary(
      position: last.position, length: 40,
      branches: [
        SessionSummary.Branch(id: 0, fork: 0, length: 40, text: "Yes"),
        SessionSummary.Branch(id: 1, parent: 0, fork: 12, length: 30, text: "No"),
      ])
    state.probe = Position(row: min(probe.row, model.headDim - 1), column: min(probe.column, model.valueDim - 1))
    return state
  }

  /// The step result with S_n = γ S_{n−1} + k v in Float, the sum and γ S in one rounding, and c by its definition.
  static func stepped(_ result: StepResult, from before: ModelState, _ options: StepOptions) -> StepResult {
    var result = result
    result.options = options
    var before = before
    for edit in options.edits { before.apply(edit) }
    for l in result.state.layers.indices {
      let (heads, headDim, valueDim) = (
        result.state.layers[l].heads, result.state.layers[l].headDim, result.state.layers[l].valueDim
      )
      for h in 0..<heads {
        let change = options.changes[HeadIndex(layer: l, head: h)]
        let gamma = change.gamma ?? 1 - pow(2, -5 - Double(h))
        result.state.layers[l].decaySum[h] = (0..<result.position).reduce(0) { sum, _ in gamma * sum + 1 }
        for i in 0..<headDim {
          let k = result.trace.layers[l].key[h * headDim + i]
          for j in 0..<valueDim {
            let v = result.trace.layers[l].value[h * valueDim + j]
            let place = (h * headDim + i) * valueDim + j
            let old = before.layers[l].matrix[place]
            result.state.layers[l].matrix[place] = change.isFrozen ? old : (k * v).addingProduct(Float(gamma), old)
          }
        }
      }
    }
    return result
  }
}

extension ExplorerFixtures {
  /// A page with all data that the engine provides for it, paused.
  static func filled(_ page: Explorer.Page, columns: Int = 80, rows: Int = 24) -> AppState {
    var state = state(page, columns: columns, rows: rows)
    state.phase = .paused
    state.explorer.line = 1
    state.explorer.breakpoints = [.entropy(4), .token("home")]
    state.explorer.session.experiments = [
      SessionSummary.Entry(experiment: Experiment(.scale(0), at: HeadIndex(layer: 1, head: 2)), position: 4),
      SessionSummary.Entry(experiment: Experiment(.zero, at: HeadIndex(layer: 3, head: 5)), position: 25),
    ]
    state.result?.stages = [
      SamplerStage(name: .model, kept: 4096, probabilities: [0.5, 0.25, 0.0625]),
      SamplerStage(name: .penalties, kept: 4093, probabilities: [0.5, 0.25, 0.0625]),
      SamplerStage(name: .topK, kept: 40, probabilities: [0.625, 0.25, 0.03125]),
      SamplerStage(name: .topP, kept: 12, probabilities: [0.6875, 0.25, 0.03125]),
      SamplerStage(name: .minP, kept: 3, probabilities: [0.6875, 0.25, 0.0625]),
      SamplerStage(name: .temperature, kept: 3, probabilities: [0.75, 0.234375, 0.015625]),
    ]
    state.result?.lens = (0..<6).map { layer in
      LensPrediction(
        layer: layer,
        best: [
          StepResult.Candidate(token: 1, piece: layer < 2 ? "▁way" : "▁home", probability: 0.125 * Float(layer + 1)),
          StepResult.Candidate(token: 2, piece: "▁back", probability: 0.0625),
        ], entropy: 5 - Float(layer) / 2, ranked: "▁home", rank: layer < 2 ? 40 - 38 * layer : 0)
    }
    let tokens: [[HeadStatistics]] = (0..<25).map { n in (0..<8).map { h in statistics(n, h) } }
    state.explorer.history = Explorer.History(layer: 3, tokens: tokens)
    return state
  }

  private static func statistics(_ n: Int, _ h: Int) -> HeadStatistics {
    let gamma = 1 - pow(2, -5 - Double(h))
    return HeadStatistics(
      norm: Float((n + 1) * (h + 1)), effectiveRank: 1 + Float((n % 7) * h) / 8,
      saturation: Float(1 - pow(gamma, Double(n + 1))), energy: Float((n * 5) % 11 + 1))
  }
}

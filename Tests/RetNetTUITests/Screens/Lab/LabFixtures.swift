import Foundation

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetTUI
@testable import TerminalKit

/// Laboratory results without an engine: every number comes from a formula.
enum LabFixtures {
  static let gamma = 1 - pow(2, -10.0)  // head 5
  /// Computed once, because every entry of its states is a product of sines.
  static let speaking = Fixtures.speaking()
  private static let pieces = Fixtures.conversation().map(\.piece)

  /// D_nm = γ^(n−m) r_n, multiplied up step by step.
  static func mask(time: Int, norm2: Bool = false) -> [Float] {
    var mask = [Float](repeating: 0, count: time * time)
    for n in 0..<time {
      var (power, sum) = (1.0, 0.0)
      for _ in 0...n {
        sum += power
        power *= gamma
      }
      power = 1
      for m in stride(from: n, through: 0, by: -1) {
        mask[n * time + m] = Float(norm2 ? power / sum.squareRoot() : power)
        power *= gamma
      }
    }
    return mask
  }

  /// A stand-in for q_n·k_m.
  static func product(_ n: Int, _ m: Int) -> Double { cos(Double(n) * 0.7 - Double(m) * 0.4) * 2 }

  static func scores(time: Int, norm2: Bool = false) -> [Float] {
    let mask = mask(time: time, norm2: norm2)
    return mask.indices.map { Float(Double(mask[$0]) * product($0 / time, $0 % time)) }
  }

  static func matrix(_ rows: Int, _ columns: Int, phase: Double) -> [Float] {
    (0..<rows * columns).map { Float(sin(Double($0 / columns) / 4 + phase) * cos(Double($0 % columns) / 9)) }
  }

  /// A comparison of 8 heads; the rounding bound grows with the token, and the forms use a few percent of it.
  static func difference(
    _ form: RetentionForm, heads: Int, time: Int, used: Double, isExact: Bool = true, hasGroupNorm: Bool = true
  ) -> FormDifference {
    func rows(_ value: (Int, Int) -> Double) -> [[Double]] {
      (0..<heads).map { head in (0..<time).map { value(head, $0) } }
    }
    func budget(_ head: Int, _ token: Int) -> Double { 2e-6 * Double(token + head + 4) }
    func error(_ head: Int, _ token: Int) -> Double {
      budget(head, token) * used * (0.2 + 0.8 * pow(sin(Double(3 * head + token)), 2))
    }
    return FormDifference(
      form: form, isExact: isExact, magnitude: isExact ? Array(repeating: 4, count: heads) : [],
      before: isExact ? rows(error) : [], beforeBudget: isExact ? rows(budget) : [],
      after: hasGroupNorm ? rows { error($0, $1) / 3 } : [],
      afterBudget: hasGroupNorm ? rows { budget($0, $1) / 2 } : [])
  }

  static func forms(
    time: Int = 25, chunkLength: Int = 8, heads: Int = 8, headDim: Int = 32, valueDim: Int = 64, skipped: Int = 0,
    norms: NormOptions = NormOptions()
  ) -> FormComparison {
    let starts = stride(from: 0, to: time, by: chunkLength)
    let isExact = norms.retention.norm3 != .torchscale
    return FormComparison(
      layer: 3, head: 5, norms: norms, gamma: gamma, skipped: skipped, tokens: Array(skipped..<skipped + time),
      chunkLength: chunkLength, headDim: headDim, valueDim: valueDim,
      mask: mask(time: time, norm2: norms.retention.norm2),
      scores: scores(time: time, norm2: norms.retention.norm2),
      chunks: starts.enumerated().map { index, start in
        let range = start..<min(start + chunkLength, time)
        return FormComparison.Chunk(
          range: range, inner: range.map { Double($0 - start + 1) / 2 },
          cross: range.map { start == 0 ? 0 : Double(start) / Double($0 - start + 4) },
          state: matrix(headDim, valueDim, phase: Double(index)))
      },
      states: (0..<time).flatMap { matrix(headDim, valueDim, phase: Double($0) / 8) },
      outputs: [RetentionForm.parallel, .recurrent, .chunkwise(length: chunkLength)].map { form in
        FormComparison.Output(
          form: form, isExact: isExact || form == .parallel, values: matrix(time, valueDim, phase: 2))
      },
      differences: [
        difference(.parallel, heads: heads, time: time, used: 0.05, hasGroupNorm: norms.group != .off),
        difference(
          .chunkwise(length: chunkLength), heads: heads, time: time, used: 0.02, isExact: isExact,
          hasGroupNorm: norms.group != .off),
        difference(
          .recurrent, heads: heads, time: time, used: 0.1, isExact: isExact, hasGroupNorm: norms.group != .off),
      ])
  }

  static let trained = NormOptions()

  static func chosen(_ change: (inout NormOptions) -> Void) -> NormOptions {
    var norms = trained
    change(&norms)
    return norms
  }

  /// Norms 2 and 3 on, compared with norm 1 alone.
  static func norms(
    _ chosen: NormOptions = chosen {
      $0.retention.norm2 = true
      $0.retention.norm3 = .paper
    }, heads: Int = 8
  ) -> NormComparison {
    let torchscale = chosen.retention.norm3 == .torchscale
    return NormComparison(
      layer: 3, trained: trained, chosen: chosen, tokens: 25,
      heads: (0..<heads).map {
        NormComparison.Head(
          before: 0.25 + Double($0) / 16, after: 2e-5 * Double($0 + 1), factors: 0.125...(0.5 + Double($0) / 32))
      },
      logits: NormComparison.Logits(
        divergence: 0.000_25, meanDivergence: 0.000_75, changed: 3),
      preview: NormComparison.Preview(
        divergence: 0.000_5, trained: continuation([101, 103, 104]), chosen: continuation([102, 103])),
      agreement: [
        NormComparison.Agreement(
          form: .recurrent, before: torchscale ? 0.75 : 3e-7, after: chosen.group == .off ? nil : 2e-7),
        NormComparison.Agreement(
          form: .chunkwise(length: 16), before: torchscale ? 0.5 : 2e-7, after: chosen.group == .off ? nil : 1e-7),
      ],
      alternatives: alternatives)
  }

  /// A continuation whose candidates have the probabilities 1/2, 1/4, …
  static func continuation(_ tokens: [Int]) -> NormComparison.Continuation {
    NormComparison.Continuation(
      candidates: (0..<5).map {
        NormComparison.Candidate(token: (tokens.first ?? 0) + $0, probability: pow(2, -1 - Double($0)))
      }, tokens: tokens, hasEnded: true)
  }

  private static let alternatives: [NormComparison.Alternative] = [
    chosen { $0.retention.norm1 = false }, chosen { $0.retention.norm2 = true },
    chosen { $0.retention.norm3 = .paper }, chosen { $0.retention.norm3 = .torchscale }, chosen { $0.group = .off },
    chosen { $0.group = .rms }, chosen { $0.group = .layer }, chosen { $0.epsilon = 0.1 },
  ].enumerated().map { index, norms in
    NormComparison.Alternative(
      norms: norms, before: 0.125 * Double(index), after: 1e-5 * Double(index * index),
      meanDivergence: 3e-4 * Double(index),
      formsBefore: norms.retention.norm3 == .torchscale ? 0.75 : 3e-7,
      formsAfter: norms.group == .off ? nil : 2e-7)
  }

  static let precision = PrecisionComparison(
    layer: 3, head: 5, gamma: gamma, norms: RetentionNorms(norm1: true, norm2: false, norm3: .paper), chunkLength: 16,
    lengths: [1000, 10_000, 100_000],
    rows: [
      PrecisionComparison.Row(method: .recurrent, errors: [3e-7, 4e-7, 5e-7]),
      PrecisionComparison.Row(method: .chunkwise, errors: [2e-7, 2.5e-7, 3e-7]),
      PrecisionComparison.Row(method: .bfloat16, errors: [0.002, 0.0125, 0.025]),
      PrecisionComparison.Row(method: .normalizedState, errors: [0.5, 0.75, 0.875]),
      PrecisionComparison.Row(method: .localRowSum, errors: [0.25, 0.375, 1.5]),
    ])

  static let costs: CostComparison = {
    let (heads, headDim, valueDim, chunk) = (8, 32, 64, 16)
    func row(_ form: RetentionForm, _ length: Int) -> CostComparison.Row {
      let (n, state) = (Double(length), Double(heads * headDim * valueDim))
      switch form {
      case .parallel:
        return CostComparison.Row(
          form: form, length: length, operations: n * n * Double(heads * (headDim + valueDim)),
          bytes: length * length * heads * 4, seconds: n * n * 2e-9)
      case .chunkwise:
        return CostComparison.Row(
          form: form, length: length, operations: n * (state * 4 + Double(chunk * heads * (headDim + valueDim))),
          bytes: chunk * chunk * heads * 4 + heads * headDim * valueDim * 4, seconds: n * 3e-7)
      case .recurrent:
        return CostComparison.Row(
          form: form, length: length, operations: n * state * 4, bytes: heads * headDim * valueDim * 4,
          seconds: n * 1e-6)
      }
    }
    return CostComparison(
      layer: 3, heads: heads, headDim: headDim, valueDim: valueDim, chunkLength: chunk,
      rows: [128, 512, 2048, 8192].flatMap { length in
        [row(.parallel, length), row(.chunkwise(length: chunk), length), row(.recurrent, length)]
      })
  }()

  /// A table of three rows, not the real one.
  static let dialects = DialectTable(
    rows: [
      DialectTable.Row(
        topic: "rotation",
        cells: [
          .paper: "xPos, pairs not stated", .torchscale: "neighbours (0,1), (2,3), θ = 10000^(−linspace)",
          .fla: "half-split, θ_i = 10000^(−2i/d)", .msr: "as torchscale",
        ],
        note: "The same weights give other numbers under another pairing, so a converted checkpoint has to reorder its "
          + "columns."),
      DialectTable.Row(
        topic: "group norm",
        cells: [.paper: "per head", .torchscale: "RMS, no weight", .fla: "RMS, weight", .msr: "LayerNorm"],
        note: "A weight scales each head's output."),
      DialectTable.Row(
        topic: "norm 3",
        cells: [.paper: "max(|ΣR|, 1)", .torchscale: "clamp(Σ|R|, 1, 5e4)", .fla: "none", .msr: "option"],
        note: "Without a finite state the recurrent form leaves it out."),
    ])

  /// A page with its result for the current step, paused.
  static func state(
    _ page: Lab.Page, columns: Int = 80, rows: Int = 24, traits: ScreenTraits = ScreenTraits(),
    forms: FormComparison = forms(), norms: NormComparison = norms()
  ) -> AppState {
    var state = speaking
    (state.columns, state.rows, state.traits) = (columns, rows, traits)
    _ = update(&state, .key(.character(" ")))
    state.focus = .panes
    state.model?.dialect = .fla
    state.lab.chunkLength = forms.chunkLength
    state.lab.dialects = dialects
    let names = Dictionary(uniqueKeysWithValues: pieces.enumerated().map { ($0, $1) })
    for result in [AnalysisResult.forms(forms), .norms(norms), .precision(precision), .costs(costs)] {
      state.lab.page = result.page
      if case .norms(let norms) = result { state.settings.norms = norms.chosen }
      state.view = .forms
      _ = state.labRequests()
      _ = update(&state, .laboratory(result, pieces: names.merging([101: "▁home", 102: "▁back"]) { $1 }))
      if case .norms = result, page != .norms { state.settings.normChoices = NormChoices() }
    }
    state.lab.page = page
    state.lab.probe = Position(row: 9, column: 5)
    state.lab.line = 1
    state.notice = nil
    return state
  }
}

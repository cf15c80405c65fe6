import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession

/// The values of a session that lessons state.
struct AppFacts: LessonFacts {
  let state: AppState

  init(_ state: AppState) { self.state = state }

  func value(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    if quantity.reading != nil { return try laboratoryValue(of: quantity, arguments) }
    switch quantity {
    case .position: return Double(state.position)
    case .tokens: return Double(state.explorer.session.length)
    case .branches: return Double(state.explorer.session.branches.count)
    case .experiments: return Double(state.explorer.session.experiments.count)
    case .layers: return Double(try model(quantity).layers)
    case .heads: return Double(try model(quantity).heads)
    case .headDim: return Double(try model(quantity).headDim)
    case .valueDim: return Double(try model(quantity).valueDim)
    case .stateBytes:
      let model = try model(quantity)
      return Double(model.layers * model.layerCosts.stateBytes)
    case .cacheBytes:
      let (model, tokens) = (try model(quantity), try whole(quantity, arguments, 0, in: 0...1 << 32))
      return Double(model.layers * model.layerCosts.cacheBytes(length: tokens))
    case .layer: return Double(state.settings.layer)
    case .head: return Double(state.settings.head)
    case .row: return Double(state.probe.row)
    case .column: return Double(state.probe.column)
    case .norm1: return state.settings.norms.retention.norm1 ? 1 : 0
    case .norm2: return state.settings.norms.retention.norm2 ? 1 : 0
    case .norm3: return Self.number(state.settings.norms.retention.norm3)
    case .groupNorm: return Self.number(state.settings.norms.group)
    case .epsilon:
      if let epsilon = state.settings.norms.epsilon { return Double(epsilon) }
      throw .missing(quantity: quantity.rawValue, text: "it is the model's own; :eps X sets one.")
    case .chunkLength: return Double(state.lab.chunkLength)
    case .headScale: return Double(state.nextChange(of: try place(quantity, arguments, 0)).scale)
    case .frozen: return state.nextChange(of: try place(quantity, arguments, 0)).isFrozen ? 1 : 0
    case .cleared:
      let place = try place(quantity, arguments, 0)
      let isCleared = state.explorer.session.experiments.contains {
        $0.experiment.place == place && $0.experiment.kind == .zero
      }
      return isCleared ? 1 : 0
    case .nextGamma:
      let place = try place(quantity, arguments, 0)
      if let gamma = state.nextChange(of: place).gamma { return gamma }
      return try model(quantity).decay.gammas[place.head]
    default: return try stateValue(of: quantity, arguments)
    }
  }

  func text(of quantity: WordQuantity, _ arguments: [Double]) throws(FormulaError) -> String {
    switch quantity {
    case .piece:
      let number = try Self.whole(quantity.rawValue, "token", arguments[0], in: 0...1 << 32)
      return PieceText.shown(try entry(quantity.rawValue, number).piece)
    case .candidate:
      let candidates = state.result?.candidates ?? []
      guard !candidates.isEmpty else { throw .missing(quantity: quantity.rawValue, text: Self.noResult) }
      let rank = try Self.whole(quantity.rawValue, "rank", arguments[0], in: 1...candidates.count)
      return PieceText.candidate(candidates[rank - 1].piece)
    }
  }

  /// The numbers of `off`, `paper` and `torchscale` in formulas.
  private static func number(_ score: RetentionNorms.Score) -> Double {
    switch score {
    case .off: 0
    case .paper: 1
    case .torchscale: 2
    }
  }

  private static func number(_ group: NormOptions.Group) -> Double {
    switch group {
    case .off: 0
    case .model: 1
    case .rms: 2
    case .layer: 3
    }
  }

  // MARK: Arguments

  static let noResult = "no token has been read yet."

  func model(_ quantity: Quantity) throws(FormulaError) -> ModelInfo {
    guard let model = state.model else { throw .missing(quantity: quantity.rawValue, text: "no model is open.") }
    return model
  }

  func result(_ quantity: Quantity) throws(FormulaError) -> StepResult {
    guard let result = state.result else { throw .missing(quantity: quantity.rawValue, text: Self.noResult) }
    return result
  }

  /// A recorded token.
  func entry(_ quantity: String, _ token: Int) throws(FormulaError) -> TokenHistory.Entry {
    let entries = state.tokens.entries
    guard let first = entries.first?.index else { throw .missing(quantity: quantity, text: Self.noResult) }
    guard entries.indices.contains(token - first) else {
      throw .outOfRange(
        quantity: quantity, argument: "token", found: Double(token),
        allowed: "\(first) to \(first + entries.count - 1)")
    }
    return entries[token - first]
  }

  static func whole(
    _ quantity: String, _ argument: String, _ value: Double, in range: ClosedRange<Int>
  ) throws(FormulaError) -> Int {
    guard let number = Int(exactly: value) else {
      throw .notWhole(what: "\(quantity)'s \(argument)", found: value)
    }
    guard range.contains(number) else {
      throw .outOfRange(
        quantity: quantity, argument: argument, found: value, allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The argument at `index`.
  func whole(
    _ quantity: Quantity, _ arguments: [Double], _ index: Int, in range: ClosedRange<Int>
  ) throws(FormulaError) -> Int {
    try Self.whole(quantity.rawValue, quantity.arguments[index], arguments[index], in: range)
  }

  /// The layer and the head at `index`.
  func place(_ quantity: Quantity, _ arguments: [Double], _ index: Int) throws(FormulaError) -> HeadIndex {
    let model = try model(quantity)
    return HeadIndex(
      layer: try whole(quantity, arguments, index, in: 0...model.layers - 1),
      head: try whole(quantity, arguments, index + 1, in: 0...model.heads - 1))
  }
}

extension ModelInfo {
  /// One layer's state and keys and values, in bytes.
  fileprivate var layerCosts: CostComparison {
    CostComparison(layer: 0, heads: heads, headDim: headDim, valueDim: valueDim, chunkLength: 1, rows: [])
  }
}

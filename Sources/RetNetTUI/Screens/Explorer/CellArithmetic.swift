import Foundation
import RetNet

/// How one entry of S came about in the last step, in Float, as the engine computes it.
///
///     S_n = γ S_{n−1} + k_i v_j, or S_{n−1} where the head is frozen
struct CellArithmetic: Sendable, Hashable {
  /// In which way the formula gives the stored entry.
  enum Agreement: Sendable, Hashable {
    /// Every product and the sum rounded, or a product and the sum rounded once together (a fused multiply-add).
    case bits(rounded: Bool, fused: Bool)
    /// So many units in the last place lie between them, in the nearer of the two ways.
    case off(units: Int)
    /// One of them is no number.
    case none
  }

  var row: Int
  var column: Int
  var gamma: Float
  var key: Float
  var value: Float
  var isFrozen: Bool
  /// S_{n−1}, edits included; nil where it is not at hand.
  var before: Float?
  /// S_n as it is stored.
  var stored: Float

  var written: Float { isFrozen ? 0 : key * value }
  var kept: Float? { before.map { isFrozen ? $0 : gamma * $0 } }

  /// The formula with every operation rounded.
  var rounded: Float? { before.map { isFrozen ? $0 : gamma * $0 + key * value } }

  /// The formula with one product and the sum in one rounding: which of the two products is the compiler's choice.
  private var fused: [Float] {
    guard let before else { return [] }
    if isFrozen { return [before] }
    return [(key * value).addingProduct(gamma, before), (gamma * before).addingProduct(key, value)]
  }

  /// nil where S_{n−1} is not at hand.
  var agreement: Agreement? {
    guard let rounded else { return nil }
    let asRounded = rounded.bitPattern == stored.bitPattern
    let asFused = fused.contains { $0.bitPattern == stored.bitPattern }
    if asRounded || asFused { return .bits(rounded: asRounded, fused: asFused) }
    let distances = ([rounded] + fused).compactMap { Self.units(from: $0, to: stored) }
    return distances.min().map { .off(units: $0) } ?? Agreement.none
  }

  /// Units in the last place between two numbers; nil where one is none.
  static func units(from a: Float, to b: Float) -> Int? {
    guard a.isFinite, b.isFinite else { return nil }
    func place(_ x: Float) -> Int { x < 0 ? -Int((-x).bitPattern) : Int(x.bitPattern & 0x7FFF_FFFF) }
    return abs(place(a) - place(b))
  }

  /// - Returns: nil where the present moment has no such entry.
  init?(_ state: AppState, place: HeadIndex, row: Int, column: Int) {
    guard let result = state.result, let gamma = state.gamma(place),
      let layer = result.state.layers[at: place.layer], let trace = result.trace.layers[at: place.layer],
      place.head < layer.heads, (0..<layer.headDim).contains(row), (0..<layer.valueDim).contains(column),
      let key = trace.key[at: place.head * layer.headDim + row],
      let value = trace.value[at: place.head * layer.valueDim + column]
    else { return nil }
    (self.row, self.column, self.key, self.value) = (row, column, key, value)
    self.gamma = Float(gamma)
    isFrozen = result.options.changes[place].isFrozen
    stored = layer.matrix[(place.head * layer.headDim + row) * layer.valueDim + column]
    before = Self.before(state, place, row: row, column: column, edits: result.options.edits)
  }

  /// S_{n−1} of an entry after what was done to the state before the step: looked up where the entry came from.
  private static func before(
    _ state: AppState, _ place: HeadIndex, row: Int, column: Int, edits: [Intervention]
  ) -> Float? {
    var place = place
    for edit in edits.reversed() where edit.target == place {
      switch edit {
      case .zero: return 0
      case .copy(let from, _): place = from
      }
    }
    guard let layer = state.stateBefore?.layers[at: place.layer], place.head < layer.heads, row < layer.headDim,
      column < layer.valueDim
    else { return nil }
    return layer.matrix[(place.head * layer.headDim + row) * layer.valueDim + column]
  }
}

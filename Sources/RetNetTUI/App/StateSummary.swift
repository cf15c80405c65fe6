import RetNet
import RetNetSession

/// The state of one layer and head in words and numbers.
struct StateSummary: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    var row: Int
    var column: Int
    var value: Float
  }

  var layer: Int
  var head: Int
  var halfLife: Double
  /// ‖S‖, the Frobenius norm.
  var norm: Float
  /// The entry of largest magnitude, with its sign.
  var largest: Entry
  /// r_n of norm 2.
  var rowScale: Double
  /// The divisor of norm 3.
  var divisor: Double

  /// - Returns: nil if the step result has no such layer or head.
  init?(_ result: StepResult, layer: Int, head: Int) {
    guard result.state.layers.indices.contains(layer), result.trace.layers.indices.contains(layer) else { return nil }
    let state = result.state.layers[layer]
    let trace = result.trace.layers[layer]
    guard head >= 0, head < min(state.heads, trace.heads) else { return nil }
    self.layer = layer
    self.head = head
    halfLife = Decay(heads: state.heads).halfLife(head: head)
    norm = state.norm(head: head)
    rowScale = trace.rowScale(head: head)
    divisor = trace.divisor(head: head)
    let entries = state.matrix(head: head)
    var place = entries.startIndex
    for index in entries.indices where abs(entries[index]) > abs(entries[place]) { place = index }
    let offset = place - entries.startIndex
    largest = Entry(row: offset / state.valueDim, column: offset % state.valueDim, value: entries[place])
  }

  var text: String {
    "Layer \(layer) head \(head), half-life \(Self.trimmed(Numbers.halfLife(halfLife))) tokens, "
      + "norm \(Self.trimmed(Numbers.magnitude(Double(norm)))), largest \(Self.trimmed(Numbers.signed(largest.value))) "
      + "at row \(largest.row) column \(largest.column)."
  }

  private static func trimmed(_ text: String) -> String { CommandTable.trimmed(text) }
}

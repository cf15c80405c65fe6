import Foundation
import RetNet
import RetNetSession

/// Writes the explorer's data to files for other programs.
package enum Export {
  /// A head's S, `[headDim, valueDim]`.
  ///
  /// - csv: a column `row`, then a column for each dimension of the values, named by its number
  /// - npy: Float32, `[headDim, valueDim]`
  /// - json: `{"kind":"state","layer":0,"head":0,"shape":[d_k,d_v],"values":[[…],…]}`
  package static func state(_ state: ModelState, at place: HeadIndex, as format: ExportFormat) -> Data {
    let layer = state.layers[place.layer]
    let (rows, columns) = (layer.headDim, layer.valueDim)
    let entries = Array(layer.matrix(head: place.head))
    func row(_ i: Int) -> [TableFile.Value] { entries[i * columns..<(i + 1) * columns].map { .float($0) } }
    switch format {
    case .npy: return NPYFile.data(entries, shape: [rows, columns])
    case .csv:
      return TableFile(
        columns: ["row"] + (0..<columns).map(String.init), rows: (0..<rows).map { [.integer($0)] + row($0) }
      ).csv
    case .json:
      let values = (0..<rows).map { "[" + row($0).map(\.json).joined(separator: ",") + "]" }.joined(separator: ",")
      return Data(
        ("{\"kind\":\"state\",\"layer\":\(place.layer),\"head\":\(place.head),\"shape\":[\(rows),\(columns)],"
          + "\"values\":[\(values)]}\n").utf8)
    }
  }

  /// The token attribution of a part of a state, largest share first.
  ///
  /// - csv: columns `index` (position in the session), `piece`, `layer`, `head` (of the key and value), `weight`, `amount`
  /// - npy: Float64, `[tokens, 5]`: `index`, `layer`, `head`, `weight`, `amount`
  /// - json: `{"kind":"contributions","layer":0,"head":0,"part":"cell","row":0,"column":0,"complete":true,"sum":…,
  ///   "rows":[{"index":…,…},…]}`; `row` and `column` only if the part has them
  ///
  /// - Parameter piece: returns the piece of the token at a position in the session.
  package static func contributions(
    _ contributions: AttributionShares, piece: (Int) -> String, as format: ExportFormat
  ) -> Data {
    if format == .npy {
      let numbers = contributions.ranked.flatMap {
        [Double($0.token), Double($0.place.layer), Double($0.place.head), $0.weight, $0.amount]
      }
      return NPYFile.data(numbers, shape: [contributions.ranked.count, 5])
    }
    let table = TableFile(
      columns: ["index", "piece", "layer", "head", "weight", "amount"],
      rows: contributions.ranked.map {
        [
          .integer($0.token), .text(piece($0.token)), .integer($0.place.layer), .integer($0.place.head),
          .double($0.weight), .double($0.amount),
        ]
      })
    if format == .csv { return table.csv }
    let place = contributions.place
    return table.json(
      [("kind", .text("contributions")), ("layer", .integer(place.layer)), ("head", .integer(place.head))]
        + fields(contributions.part) + [
          ("complete", .boolean(contributions.isComplete)), ("sum", .double(contributions.sum)),
        ])
  }

  /// A distribution over the whole vocabulary, by token.
  ///
  /// - csv: columns `token`, `piece`, `logit`, `probability`
  /// - npy: the logits, Float32, `[vocabulary]`
  /// - json: `{"kind":"logits","entropy":…,"rows":[{"token":0,"piece":"…","logit":…,"probability":…},…]}`
  ///
  /// - Parameter piece: returns the piece of a token of the vocabulary.
  package static func logits(_ next: NextToken, piece: (Int) -> String, as format: ExportFormat) -> Data {
    if format == .npy { return NPYFile.data(next.logits, shape: [next.logits.count]) }
    let table = TableFile(
      columns: ["token", "piece", "logit", "probability"],
      rows: next.logits.enumerated().map { token, logit in
        [.integer(token), .text(piece(token)), .float(logit), .double(exp(next.logProbability(token)))]
      })
    return format == .csv ? table.csv : table.json([("kind", .text("logits")), ("entropy", .double(next.entropy))])
  }

  private static func fields(_ part: StatePart) -> [(String, TableFile.Value)] {
    switch part {
    case .cell(let row, let column): [("part", .text("cell")), ("row", .integer(row)), ("column", .integer(column))]
    case .row(let row): [("part", .text("row")), ("row", .integer(row))]
    case .column(let column): [("part", .text("column")), ("column", .integer(column))]
    case .head: [("part", .text("head"))]
    }
  }
}

import RetNet
import RetNetAnalysis
import TerminalKit

/// The errors of different ways to store one head's state, against exact sums, over increasing lengths: a number and a
/// bar on a log scale for each way and length, with the unit roundoff of Float32 as a line. Wrong implementations are
/// marked.
struct PrecisionPage: ViewPage {
  /// Columns of the names, and of the short names.
  static let nameColumns = 32
  static let shortNameColumns = 18
  /// u of Float32, half the distance from 1 to the next number.
  static let unit = Double(Float.ulpOfOne) / 2

  let state: AppState
  let area: Rectangle
  let plan: Plan?
  private var reading: PrecisionComparison? { state.comparedPrecision }

  private var isWide: Bool { area.columns >= 76 }

  struct Plan: PagePlan {
    var ways: ListPlan

    init?(_ state: AppState, area: Rectangle) {
      guard let reading = state.comparedPrecision, !reading.rows.isEmpty else { return nil }
      let (list, count) = (area.below(2), reading.rows.count)
      ways = ListPlan(list, count: count, first: state.lab.top(of: count, room: max(list.rows, 1)))
      // If there is room, a second line describes each way.
      if list.rows - 1 >= 2 * count { ways.linesPerItem = 2 }
    }

    func target(row: Int, column: Int) -> ViewTarget? { nil }
  }

  func draw(in grid: inout Grid) {
    guard let reading, let ways = plan?.ways else { return drawMissing(in: &grid) }
    let status = LabStatus(state)
    let scale = LogScale(reading.rows.flatMap(\.errors) + [Self.unit])
    let step = ways.linesPerItem
    drawTitle(
      "Precision",
      [
        PageTitle.Fact(HeadIndex(layer: reading.layer, head: reading.head)),
        PageTitle.Fact("γ \(Numbers.decay(reading.gamma).trimmed)", short: ""),
        PageTitle.Fact("max |ô − o| ÷ max |o|", short: ""), PageTitle.Fact("log \(scale.text)", short: scale.text),
        PageTitle.Fact(
          ways.shown.count < reading.rows.count ? PageTitle.Fact(rows: ways.shown, of: reading.rows.count).short : ""),
      ], right: status.long, shortRight: status.short, in: &grid)
    let names = isWide ? Self.nameColumns : Self.shortNameColumns
    let width = max((area.columns - names - 1) / max(reading.lengths.count, 1), 1)
    let headings = [
      reading.lengths.map { "\(Numbers.grouped($0)) tokens" }, reading.lengths.map { Numbers.grouped($0) },
      reading.lengths.map(Self.short),
    ].first { $0.allSatisfy { $0.count < width } }
    for (index, text) in (headings ?? []).enumerated() where area.rows > 1 {
      grid.put(text, area.row + 1, area.column + names + index * width, .muted, in: area)
    }
    for index in ways.shown {
      let (row, line) = (reading.rows[index], ways.row(index))
      let name = isWide ? row.method.name : row.method.shortName
      grid.put(name, line, area.column + 1, row.method.isMistake ? .warning : .plain, in: area)
      if step == 2, let text = row.method.descriptions.fitting(area.columns - 4) {
        grid.put(text, line + 1, area.column + 3, .muted, in: area)
      }
      for (column, error) in row.errors.enumerated().prefix(reading.lengths.count) {
        let left = area.column + names + column * width
        let next = grid.put(Numbers.magnitude(error), line, left, row.method.isMistake ? .warning : .plain, in: area)
        scale.drawBar(
          error, mark: Self.unit, in: &grid, row: line, column: next + 1, cells: width - 7, style: .muted,
          clippedTo: area)
      }
    }
    let row = area.row + 2 + ways.shown.count * step
    let notes = [
      "│ is the unit roundoff of Float32, \(Numbers.magnitude(Self.unit)). Norm 3: \(reading.norms.norm3.rawValue); chunks have "
        + "\(reading.chunkLength) tokens; the session's tokens repeated, each at its own position.",
      "│ unit roundoff of Float32, \(Numbers.magnitude(Self.unit))",
    ]
    let lines = notes.map { WordWrap.lines($0, columns: area.columns - 2) }.first { $0.count <= area.endRow - row }
    grid.put(lines: (lines ?? []), row, area.column + 1, .muted, in: area)
  }

  /// `100k`
  private static func short(_ length: Int) -> String {
    length >= 1000 && length.isMultiple(of: 1000) ? "\(length / 1000)k" : "\(length)"
  }

  var text: [String] {
    guard let reading, !reading.rows.isEmpty else { return state.labMissing.text }
    var table = TextTable([("storage", .left)] + reading.lengths.map { ("\(Numbers.grouped($0)) tokens", .right) })
    for row in reading.rows {
      let errors = reading.lengths.indices.map { row.errors[at: $0].map(Numbers.magnitude) ?? "–" }
      table.add([row.method.name] + errors)
    }
    return [
      "Precision of layer \(reading.layer) head \(reading.head), γ \(Numbers.decay(reading.gamma).trimmed): "
        + "largest error as a share of the largest output, against sums in Double. The unit roundoff of Float32 is "
        + "\(Numbers.magnitude(Self.unit))."
    ] + table.lines
  }
}

extension PrecisionComparison.Method {
  var isMistake: Bool { self == .normalizedState || self == .localRowSum }
  /// The name in at most 31 columns.
  var name: String { words.name }
  /// The name in at most 16 columns.
  var shortName: String { words.short }
  /// Descriptions from the longest to the shortest.
  var descriptions: [String] { words.descriptions }

  private var words: (name: String, short: String, descriptions: [String]) {
    switch self {
    case .recurrent: ("recurrent, S in Float32", "recurrent", ["Eq. 6 token by token"])
    case .chunkwise: ("chunkwise, S in Float32", "chunkwise", ["Eq. 7 chunk by chunk"])
    case .bfloat16:
      (
        "recurrent, S in bfloat16", "S in bfloat16",
        ["Eq. 6, S rounded to bfloat16 after each token", "S rounded to bfloat16 each token"]
      )
    case .normalizedState:
      (
        "mistake: S stored divided", "! S divided",
        [
          "S is stored divided by norm 3's divisor, and the next token continues from that",
          "the next token continues from the divided S",
        ]
      )
    case .localRowSum:
      (
        "mistake: row sum of a chunk", "! sum of a chunk",
        [
          "the chunkwise form's divisor takes the row sum of the chunk alone, not of the whole past",
          "the divisor omits the past",
        ]
      )
    }
  }
}

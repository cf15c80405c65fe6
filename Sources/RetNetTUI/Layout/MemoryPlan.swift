import RetNet
import TerminalKit

/// The layout of the memory map: one line per head, a column of cells per recent token.
struct MemoryPlan: Sendable {
  /// One head's line.
  struct Line: Sendable {
    var place: HeadIndex
    /// The share of ‖S‖ that stems from each visible token, oldest first.
    var shares: [Double]
    /// The token that the head reads most now, and its share; nil without recorded steps, or without room.
    var read: (token: Int, share: Double)?
  }

  /// Columns of the head's mark and name, γ and half-life.
  var labelColumns: Int { nameColumns + 15 }
  /// Columns of the token that the head reads most.
  static let readColumns = 17
  private static let columnsForRead = 48
  /// Columns of a cell with room for the token's text above it.
  static let namedCell = 7

  var area: Rectangle
  private(set) var lines = ListPlan(.none, count: 0, first: 0)
  private(set) var heads: [Line] = []
  /// The visible tokens of the session.
  private(set) var tokens = 0..<0
  private(set) var cellColumns = 1
  private(set) var hasRead: Bool
  /// Whether the tokens are named above the map.
  var isNamed: Bool { cellColumns >= Self.namedCell }
  /// Columns of the longest name, at least 3.
  private(set) var nameColumns = 3
  /// Whether heads of several layers are visible.
  var hasLayers: Bool { heads.first?.place.layer != heads.last?.place.layer }
  var mapColumn: Int { area.column + labelColumns }

  /// - Parameter showsMoreLayers: shows the heads of as many layers as fit, else those of the selected layer.
  init(_ state: AppState, area: Rectangle, session: RecordedSession?, showsMoreLayers: Bool = false) {
    self.area = area
    hasRead = area.columns >= Self.columnsForRead
    let model = state.model
    var layers = state.settings.layer..<state.settings.layer + 1
    if showsMoreLayers, let model {
      let count = min(max((area.rows - 3) / max(model.heads, 1), 1), model.layers)
      layers = ListPlan.window(count, of: model.layers, around: state.settings.layer)
    }
    let places = layers.flatMap { layer in (0..<(model?.heads ?? 0)).map { HeadIndex(layer: layer, head: $0) } }
    if let last = places.last { nameColumns = max(Self.name(of: last, hasLayers: layers.count > 1).count, 3) }
    let room = area.columns - labelColumns - (hasRead ? Self.readColumns : 1)
    let cell = room >= 12 * Self.namedCell ? Self.namedCell : room >= 40 ? 2 : 1
    cellColumns = cell
    var list = area.below(cell == Self.namedCell ? 2 : 1)
    list.rows = max(list.rows - 1, 0)
    lines = ListPlan(list, count: places.count, around: places.firstIndex(of: state.selectedPlace) ?? 0)
    let shown = places[lines.shown]
    guard let session, let last = session.entries.last?.index, room > 0 else {
      heads = shown.map { Line(place: $0, shares: []) }
      return
    }
    let count = min(room / cellColumns, session.entries.count)
    tokens = last + 1 - count..<last + 1
    let hasRead = hasRead
    heads = shown.map { place in
      let most = hasRead ? session.reading(place).entries.max { $0.share < $1.share } : nil
      return Line(
        place: place, shares: session.memory(of: place, last: count), read: most.map { ($0.token, $0.share) })
    }
  }

  func name(of place: HeadIndex) -> String { Self.name(of: place, hasLayers: hasLayers) }

  private static func name(of place: HeadIndex, hasLayers: Bool) -> String {
    (hasLayers ? "\(place.layer)" : "") + "h\(place.head)"
  }

  /// The first column of a token's cell.
  func column(of token: Int) -> Int { mapColumn + (token - tokens.lowerBound) * cellColumns }

  func line(of place: HeadIndex) -> Line? { heads.first { $0.place == place } }

  func target(row: Int, column: Int) -> ViewTarget? {
    guard let item = lines.item(row: row, column: column), let line = heads[at: item - lines.shown.lowerBound] else {
      return nil
    }
    let token = tokens.lowerBound + (column - mapColumn) / cellColumns
    guard column >= mapColumn, tokens.contains(token) else { return .head(line.place) }
    return .memory(line.place, token: token)
  }
}

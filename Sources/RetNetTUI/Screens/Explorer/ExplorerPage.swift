import RetNet

/// One page of the state explorer: what lies between the tabs and the token strip.
protocol ExplorerPage {
  init(_ state: AppState, area: Rectangle)
  func draw(in grid: inout Grid)
  /// What a place on the screen stands for, for the mouse.
  func target(row: Int, column: Int) -> ExplorerTarget?
  /// The page in words, a sentence a line, for the plain mode.
  var text: [String] { get }
}

/// What can be clicked in the state explorer.
enum ExplorerTarget: Sendable, Hashable {
  case page(Explorer.Page)
  case head(HeadPlace)
  /// An entry of the selected head's S.
  case cell(Position)
  /// A token of the session, from 0.
  case token(Int)
  /// A line of a list, from 0.
  case line(Int)
}

extension AppState {
  /// The layer and head that are selected.
  var selectedPlace: HeadPlace { HeadPlace(layer: settings.layer, head: settings.head) }
}

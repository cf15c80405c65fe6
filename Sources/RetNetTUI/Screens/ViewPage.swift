import RetNet
import TerminalKit

/// One page of a view that has several: what lies under the tabs.
protocol ViewPage {
  init(_ state: AppState, area: Rectangle)
  func draw(in grid: inout Grid)
  /// What a place on the screen stands for, for the mouse.
  func target(row: Int, column: Int) -> ViewTarget?
  /// The page in words, a sentence a line, for the plain mode.
  var text: [String] { get }
}

/// What can be clicked on a page and around it.
enum ViewTarget: Sendable, Hashable {
  case page(Explorer.Page)
  case labPage(Lab.Page)
  case head(HeadIndex)
  /// An entry of the selected head's S.
  case cell(Position)
  /// An entry of D and R, counted in the tokens of the reading.
  case entry(Position)
  /// A place on the token axis, counted in the tokens of the reading, where a chunk may begin.
  case boundary(Int)
  /// A token of the session, from 0.
  case token(Int)
  /// A line of a list, from 0.
  case line(Int)
}

extension AppState {
  /// The layer and head that are selected.
  var selectedPlace: HeadIndex { HeadIndex(layer: settings.layer, head: settings.head) }
}

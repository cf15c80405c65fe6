import RetNet
import TerminalKit

/// The target of a click, or what is under the mouse.
enum ViewTarget: Sendable, Hashable {
  case page(Explorer.Page)
  case labPage(Lab.Page)
  case treePage(ReplyTree.Page)
  /// A token of the tree.
  case treeNode(ReplyTree.Node)
  case head(HeadIndex)
  /// An entry of the selected head's S.
  case cell(Position)
  /// An entry of D and R, relative to the first token of the reading.
  case entry(Position)
  /// A possible chunk boundary on the token axis, relative to the first token of the reading.
  case boundary(Int)
  /// A token of the session, from 0.
  case token(Int)
  /// A turn of the conversation, from 0.
  case turn(Int)
  /// A cell of the memory map: what a head holds of a token of the session.
  case memory(HeadIndex, token: Int)
  /// A line of a list, from 0.
  case line(Int)
  /// The insertion point in the input line.
  case input(Int)
  /// A key in the footer.
  case key(Key)
  /// A word of a lesson in the footer.
  case word(String)
}

/// The layout of a page, computed once per frame. Views draw it, and clicks read it.
protocol PagePlan: Sendable {
  /// - Returns: nil if the page has no data, or no room.
  init?(_ state: AppState, area: Rectangle)
  /// The target at a screen position.
  func target(row: Int, column: Int) -> ViewTarget?
}

/// One page of a view, drawn under the tabs.
protocol ViewPage {
  associatedtype Plan: PagePlan
  var state: AppState { get }
  var area: Rectangle { get }
  /// - Parameter plan: nil if there is no data.
  init(state: AppState, area: Rectangle, plan: Plan?)
  func draw(in grid: inout Grid)
  /// The page as text for plain mode, one sentence per line.
  var text: [String] { get }
}

extension ViewPage {
  init(_ state: AppState, area: Rectangle, anyPlan: (any PagePlan)?) {
    self.init(state: state, area: area, plan: anyPlan as? Plan)
  }

  fileprivate static func plan(_ state: AppState, area: Rectangle) -> (any PagePlan)? { Plan(state, area: area) }
}

/// The layout of the explorer or the laboratory, alone or beside a lesson's text: tabs, page and token strip.
struct PagedLayout: Sendable {
  var place: PageLayout
  var tabs: PageTabs
  var plan: (any PagePlan)?
  var strip: StripPlan?

  init(_ state: AppState, place: PageLayout) {
    self.place = place
    tabs =
      switch state.shownView {
      case .forms: PageTabs(selected: state.lab.page, area: place.tabs)
      case .tree: PageTabs(selected: state.tree.page, area: place.tabs)
      case .live, .explorer, .lessons: PageTabs(selected: state.explorer.page, area: place.tabs)
      }
    guard !place.isTooSmall else { return }
    plan = state.pageType?.plan(state, area: place.page)
    if state.shownView == .explorer { strip = StripPlan(state, area: place.strip) }
  }

  func target(row: Int, column: Int) -> ViewTarget? {
    if place.tabs.contains(row: row, column: column) { return tabs.target(atColumn: column) }
    if place.page.contains(row: row, column: column) { return plan?.target(row: row, column: column) }
    return strip?.token(row: row, column: column).map { .token($0) }
  }
}

extension AppState {
  /// The visible page; nil in views without pages.
  var pageType: (any ViewPage.Type)? {
    switch shownView {
    case .live, .lessons: nil
    case .explorer:
      switch explorer.page {
      case .overview: OverviewPage.self
      case .head: HeadPage.self
      case .cell: CellPage.self
      case .decay: DecayPage.self
      case .writers: WritersPage.self
      case .reading: AttentionPage.self
      case .prediction: PredictionPage.self
      case .statistics: StatisticsPage.self
      case .experiments: ExperimentsPage.self
      case .branches: BranchesPage.self
      }
    case .forms:
      switch lab.page {
      case .forms: FormsPage.self
      case .agreement: AgreementPage.self
      case .norms: NormsPage.self
      case .dialects: DialectsPage.self
      case .precision: PrecisionPage.self
      case .costs: CostsPage.self
      }
    case .tree:
      switch tree.page {
      case .tree: TreePage.self
      case .replies: RepliesPage.self
      case .tokens: TokensPage.self
      }
    }
  }

  /// The selected layer and head.
  var selectedPlace: HeadIndex { HeadIndex(layer: settings.layer, head: settings.head) }
}

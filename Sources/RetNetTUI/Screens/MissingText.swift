import TerminalKit

/// The text of a page without data: its purpose, and how to get the data.
struct MissingText {
  var name: String
  var purpose: String
  var remedy: String

  func draw(in grid: inout Grid, area: Rectangle, style: Style) {
    guard !area.isEmpty else { return }
    let title = name.prefix(1).uppercased() + name.dropFirst()
    grid.put(title, area.row, area.column + 1, style, in: area)
    Self.draw(purpose, remedy, in: &grid, area: area)
  }

  /// Sentences under the title of a page.
  static func draw(_ sentences: String..., in grid: inout Grid, area: Rectangle) {
    let lines = sentences.flatMap { WordWrap.lines($0, columns: max(area.columns - 3, 1)) }
    grid.put(lines: lines.prefix(max(area.rows - 1, 0)), area.row + 1, area.column + 2, .muted, in: area)
  }

  var text: [String] { ["Page \(name). \(purpose)", remedy] }
}

extension ViewPage {
  func drawTitle(
    _ name: String, _ facts: [PageTitle.Fact], right: String = "", shortRight: String? = nil, legend: Ramp? = nil,
    isSigned: Bool = true, in grid: inout Grid
  ) {
    PageTitle(
      name: name, facts: facts, right: right, shortRight: shortRight, legend: legend, legendIsSigned: isSigned
    ).draw(in: &grid, area: area, style: state.titleStyle)
  }

  /// Draws the text instead of the page.
  func drawMissing(in grid: inout Grid) {
    state.missingText
      .draw(in: &grid, area: area, style: state.titleStyle)
  }

  /// A sentence under the title of a page.
  func drawMissing(_ sentence: String, in grid: inout Grid) { MissingText.draw(sentence, in: &grid, area: area) }
}

extension AppState {
  /// The text of the visible page without data.
  fileprivate var missingText: MissingText {
    switch shownView {
    case .forms: labMissing
    case .tree: treeMissing
    case .live, .explorer, .lessons: explorerMissing
    }
  }

  /// The text of a page of the tree without data.
  private var treeMissing: MissingText {
    let remedy =
      switch tree.page {
      case _ where result == nil && explorer.session.length == 0: "Type a message and press Enter first."
      case .tree: "The tree appears when the reply pauses or ends."
      case .replies: ":grow 8 draws eight continuations of the current position; in the tree, * those of a node."
      case .tokens:
        phase == .running ? "The blocks appear when the reply pauses." : "The probabilities are being computed."
      }
    return MissingText(name: tree.page.rawValue, purpose: tree.page.explanation.purpose, remedy: remedy)
  }

  /// The text of an explorer page without data.
  var explorerMissing: MissingText {
    MissingText(
      name: explorer.page.rawValue, purpose: explorer.page.explanation.purpose,
      remedy: result == nil
        ? "Type a message and press Enter: the page fills with the first token."
        : "The steps before this position are not recorded. End goes to the last position.")
  }
}

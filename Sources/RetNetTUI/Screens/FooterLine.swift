import TerminalKit

/// The last line: a notice until the next key, else what is possible now.
struct FooterLine {
  var state: AppState
  var area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  func draw(in grid: inout Grid) {
    if let notice = state.notice, !notice.text.isEmpty {
      draw(notice, in: &grid)
    } else if CommandTable.isCommand(state.input.text), state.focus == .input {
      grid.put(TextWidth.truncate(commandHint, to: area.columns - 2), row: area.row, column: 1, style: .muted)
    } else {
      drawKeys(in: &grid)
    }
  }

  /// A long notice takes lines from the pane above the input line.
  private func draw(_ notice: AppState.Notice, in grid: inout Grid) {
    let style: Style = notice.isError ? .warning : .plain
    let lines = WordWrap.lines(notice.text, columns: area.columns - 2)
    guard lines.count > 1 else {
      grid.put(notice.text, row: area.row, column: 1, style: style)
      return
    }
    let count = min(lines.count, max(area.row - 5, 1))
    let top = area.row - 1 - count
    grid.fill(Rectangle(row: top - 1, column: 0, rows: count + 1, columns: area.columns))
    grid.horizontalLine(row: top - 1, column: 0, length: area.columns)
    for (offset, line) in lines.prefix(count).enumerated() {
      grid.put(line, row: top + offset, column: 1, style: style)
    }
    drawKeys(in: &grid)
  }

  /// What the typed command takes, or which commands the typed letters begin.
  private var commandHint: String {
    let text = state.input.text
    if let entry = CommandTable.entry(ofLine: text) {
      return CommandTable.trimmed(":\(entry.name) \(entry.argument)") + "  \(entry.summary)"
    }
    let matches = CommandTable.completions(of: text)
    guard !matches.isEmpty else { return "There is no such command; :help lists all." }
    return (matches.count == 1 ? "Tab completes  " : "Tab  ") + matches.map(\.name).joined(separator: "  ")
  }

  /// As many keys as fit, the most needed first.
  private func drawKeys(in grid: inout Grid) {
    var column = 1
    for (key, meaning) in keys {
      let end = column + TextWidth.width(of: key) + 1 + TextWidth.width(of: meaning)
      guard end < area.columns else { break }
      let next = grid.put(key, row: area.row, column: column, style: Style(bold: true))
      grid.put(meaning, row: area.row, column: next + 1, style: .muted)
      column = end + 2
    }
  }

  private var keys: [(String, String)] {
    let views = [("[ ]", "head"), ("{ }", "layer"), ("n", "norms"), ("s", "scale"), ("?", "help"), ("i", "type")]
    if state.view == .lessons, state.overlay == nil, state.focus == .input || state.lesson == nil {
      return lessonKeys
    }
    if state.focus == .panes, state.overlay == nil {
      switch state.shownView {
      case .explorer: return besideLesson(explorerKeys)
      case .forms: return besideLesson(labKeys)
      case .live, .lessons: break
      }
    }
    switch (state.overlay, state.focus, state.phase) {
    case (.help, _, _), (.glossary, _, _): return [("Esc", "closes"), ("↑ ↓ PgUp PgDn", "scroll")]
    case (.norms, _, _):
      return [
        ("1 2 3 g e", "change"), ("↑ ↓ Space", "choose"), ("r", "the model's"), ("← →", "step"), ("Esc", "closes"),
      ]
    case (_, .input, .running) where state.input.isEmpty:
      return [("Space", "pauses"), ("Ctrl-C", "stops"), ("Esc", "panes"), (":", "commands"), ("PgUp", "scrolls")]
    case (_, .input, .paused) where state.input.isEmpty:
      return [("Space", "goes on"), ("→", "step"), ("←", "back"), ("Ctrl-C", "ends the reply"), ("Esc", "panes")]
    case (_, .input, _):
      return [("Enter", "sends"), ("Esc", "panes"), (":", "commands"), ("PgUp", "scrolls"), ("Ctrl-D", "quits")]
    case (_, .panes, .running): return [("Space", "pauses"), ("Ctrl-C", "stops")] + views
    case (_, .panes, .paused): return [("Space", "goes on"), ("→", "step"), ("←", "back")] + views
    case (_, .panes, .ready) where state.result != nil: return [("←", "back")] + views + [("hjkl", "probe")]
    case (_, .panes, _): return [("i", "type")] + views.dropLast() + [(":", "commands"), ("Ctrl-D", "quits")]
    }
  }

  /// The keys of a page; beside a lesson's text Enter is the lesson's.
  private func besideLesson(_ page: [(String, String)]) -> [(String, String)] {
    guard state.view == .lessons else { return page }
    return [("Enter", "goes on"), ("i", "type")] + page.filter { $0.0 != "Enter" && $0.0 != "i" }
  }

  /// What is possible in the lessons now.
  private var lessonKeys: [(String, String)] {
    guard let open = state.lesson else {
      return [("↑ ↓", "choose"), ("Enter", "opens"), ("1", "live"), ("?", "help")]
    }
    let answer: [(String, String)] =
      switch open.walk.step.task {
      case .question where !open.walk.isSettled: [("type", "your answer")]
      case .action where !open.walk.isSettled: [("Esc", "panes")]
      default: [("Enter", "goes on")]
      }
    return answer + [
      ("hint", "helps"), ("why", "explains"), ("quit", "leaves"), ("back", "a step"), ("?S", "what is S"),
      ("PgDn", "scrolls"),
    ]
  }

  /// What is possible with the session now.
  private var runKeys: [(String, String)] {
    switch state.phase {
    case .running: [("Space", "pauses"), ("Ctrl-C", "stops")]
    case .paused: [("← →", "step"), ("Space", "runs")]
    default: state.result == nil ? [("i", "type")] : [("←", "back")]
    }
  }

  /// What is possible on the laboratory's page now.
  private var labKeys: [(String, String)] {
    let stop: [(String, String)] = state.lab.isWaiting && !state.isReplying ? [("Ctrl-C", "drops the question")] : []
    let page: [(String, String)] =
      switch state.lab.page {
      case .forms:
        [
          (", . < >", "chunk"), ("hjkl x", "probe"), ("B", state.lab.afterGroupNorm ? "before" : "behind"),
          ("( )", "page"), ("↑ ↓", "chunk's S"), ("v", "D or R"), ("[ ]", "head"),
        ]
      case .norms: [("↑ ↓", "choose"), ("{ }", "layer"), ("Enter", "changes")]
      case .dialects: [("↑ ↓", "choose")]
      case .precision: [("[ ] { }", "choose")]
      case .costs: [("↑ ↓", "choose"), (", . < >", "chunk"), ("{ }", "layer")]
      }
    // On the norms Space is theirs, unless a reply runs.
    let run = state.lab.page == .norms && state.phase == .paused ? [("← →", "step"), ("Space", "changes")] : runKeys
    let turn = state.lab.page == .forms ? [] : [("( )", "page")]
    return stop + run + page + turn + [("1", "live"), ("?", "help")]
  }

  /// What is possible on the explorer's page now.
  private var explorerKeys: [(String, String)] {
    let page: [(String, String)] =
      switch state.explorer.page {
      case .overview: [("Enter", "opens"), ("[ ] { }", "choose"), ("v", "mode")]
      case .head: [("Enter", "cell"), ("hjkl x", "probe"), ("v", "mode"), ("Esc", "up")]
      case .cell: [("hjkl x", "probe"), ("Esc", "up")]
      case .decay, .statistics: [("[ ] { }", "choose")]
      case .writers: [("Enter", state.explorer.part.next.rawValue), ("↑ ↓", "token"), ("hjkl x", "probe")]
      case .reading: [("↑ ↓", "token"), ("hjkl x", "probe"), ("[ ] { }", "head")]
      case .prediction: [("↑ ↓", "choose"), ("Enter", "picks")]
      case .experiments: [("0 f z y P", "do"), ("u", "takes back")]
      case .branches: [("↑ ↓", "choose"), ("Enter", "goes there")]
      }
    return runKeys + page + [("g", "goto"), ("c", "strip"), ("1", "live"), ("?", "help")]
  }
}

import RetNet
import RetNetAnalysis
import TerminalKit

/// The forms laboratory: its pages, the chunk length, the probe and the questions to the engine.
extension AppState {
  // MARK: Pages and lines

  /// Shows the laboratory at this page; nil is the last one shown.
  mutating func show(_ page: Lab.Page?) {
    turn(to: .forms)
    lab.forgetFailure(of: page ?? lab.page)
    guard let page, page != lab.page else { return }
    lab.page = page
    lab.line = 0
  }

  /// Turns to the next or the previous page of a view with pages.
  mutating func turnPage(by step: Int) {
    func turned<Page: CaseIterable & Equatable>(_ page: Page) -> Page {
      let all = Array(Page.allCases)
      return all[((all.firstIndex(of: page) ?? 0) + step + all.count) % all.count]
    }
    switch shownView {
    case .explorer: show(.explorer, turned(explorer.page))
    case .forms: show(turned(lab.page))
    case .tree: show(turned(tree.page))
    case .live, .lessons: say("( and ) turn the pages of views 2, 3 and 5.")
    }
  }

  /// The number of lines in the list of the laboratory's page.
  var labLines: Int {
    switch lab.page {
    case .forms: lab.forms?.chunks.count ?? 0
    case .agreement: 0
    case .norms: NormChoice.allCases.count
    case .dialects: lab.dialects.rows.count
    case .precision: lab.precision?.rows.count ?? 0
    case .costs: lab.costs?.rows.count ?? 0
    }
  }

  // MARK: The forms

  mutating func setChunk(_ length: Int) {
    lab.chunkLength = min(max(length, Lab.chunkLengths.lowerBound), Lab.chunkLengths.upperBound)
    if shownView != .forms { say("The chunkwise form has chunks of \(lab.chunkLength) tokens.") }
  }

  mutating func setEntry(row: Int, column: Int) {
    guard let forms = lab.forms else {
      say("There are no matrices yet: :forms computes them.", isError: true)
      return
    }
    let tokens = forms.skipped..<forms.skipped + forms.time
    guard tokens.contains(row), tokens.contains(column) else {
      say(
        ":entry got (\(row), \(column)), D and R have rows and columns \(tokens.lowerBound) to \(tokens.upperBound - 1).",
        isError: true)
      return
    }
    lab.probe = Position(row: row - forms.skipped, column: column - forms.skipped)
    lab.keepProbeInside()
  }

  mutating func toggleGroupNormSide() {
    lab.afterGroupNorm.toggle()
    if shownView != .forms {
      say("The forms are compared \(lab.afterGroupNorm ? "after" : "before") the group norm.")
    }
  }

  mutating func probeLargestScore() {
    guard let forms = lab.forms, forms.time > 0 else { return }
    guard let place = forms.scores.indices.max(by: { abs(forms.scores[$0]) < abs(forms.scores[$1]) }) else { return }
    lab.probe = Position(row: place / forms.time, column: place % forms.time)
    lab.keepProbeInside()
  }

  /// The largest visible magnitude, from which a fixed scale starts.
  var shownMaximum: Float {
    guard shownView == .forms, let forms = lab.forms else { return abs(reading?.largest.value ?? 1) }
    return forms.scores.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  }

  // MARK: Questions of the pages

  /// The question of a page at the current position; nil if it has none.
  func labQuestion(of page: Lab.Page) -> Lab.Question? {
    let (layer, head, norms) = (settings.layer, settings.head, settings.norms)
    let request: AnalysisRequest
    switch page {
    case .forms, .agreement: request = .forms(layer: layer, head: head, chunkLength: lab.chunkLength)
    case .norms: request = .norms(norms, layer: layer)
    case .precision: request = .precision(layer: layer, head: head)
    // Costs depend on the model's widths only, not on the tokens.
    case .costs: return Lab.Question(request: .costs(layer: layer, chunkLength: lab.chunkLength))
    case .dialects: return nil
    }
    return Lab.Question(request: request, norms: norms, position: position, branch: explorer.session.branch)
  }

  /// Why the laboratory cannot compare the forms on this session; nil if it can.
  ///
  /// It computes the unchanged model on all tokens at once, but the session's steps had experiments.
  var labRefusal: String? {
    guard lab.page != .costs, lab.page != .dialects else { return nil }
    let changes = explorer.session.experiments.filter { !$0.experiment.appliesToAllHeads }
    guard let first = changes.first else { return nil }
    let others = changes.count > 1 ? " and \(changes.count - 1) more" : ""
    return "This session has experiments (\(first.experiment.text)\(others)), which the parallel form cannot apply: "
      + "u undoes the last one, and before the first one (Home, →) the forms are comparable."
  }

  /// Queries for the page's missing values. Each is sent once.
  mutating func labRequests() -> [Effect] {
    // Costs depend on no token.
    guard shownView == .forms, labRefusal == nil, model != nil, result != nil || lab.page == .costs, phase != .running,
      unsettled == 0,
      let question = labQuestion(of: lab.page),
      lab.ask(question)
    else { return [] }
    return [.analysis(.laboratory(question.request))]
  }

  /// All queries of the visible pages.
  mutating func requests() -> [Effect] { explorerRequests() + labRequests() + treeRequests() }
}

extension Lab.Page {
  /// The key that opens the page.
  var key: Character {
    switch self {
    case .forms: "T"
    case .agreement: "A"
    case .norms: "G"
    case .dialects: "D"
    case .precision: "E"
    case .costs: "C"
    }
  }
}

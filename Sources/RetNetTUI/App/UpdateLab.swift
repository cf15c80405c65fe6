import RetNet
import RetNetAnalysis
import TerminalKit

/// What the forms laboratory does: its pages, the chunk length, the probe, and what it asks of the engine.
extension AppState {
  // MARK: Pages and lines

  /// The laboratory, on this page or the one that was there last.
  mutating func show(_ page: Lab.Page?) {
    turn(to: .forms)
    lab.forgetFailure(of: page ?? lab.page)
    guard let page, page != lab.page else { return }
    lab.page = page
    lab.line = 0
  }

  /// To the next or the last page of a view that has some.
  mutating func turnPage(by step: Int) {
    func turned<Page: CaseIterable & Equatable>(_ page: Page) -> Page {
      let all = Array(Page.allCases)
      return all[((all.firstIndex(of: page) ?? 0) + step + all.count) % all.count]
    }
    switch shownView {
    case .explorer: show(.explorer, turned(explorer.page))
    case .forms: show(turned(lab.page))
    case .live, .lessons: say("( and ) turn the pages of views 2 and 3.")
    }
  }

  /// Lines of the list on the laboratory's page.
  var labLines: Int {
    switch lab.page {
    case .forms: lab.forms?.chunks.count ?? 0
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
  }

  /// The magnitude on show that a fixed scale takes.
  var shownMaximum: Float {
    guard shownView == .forms, let forms = lab.forms else { return abs(reading?.largest.value ?? 1) }
    return forms.scores.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  }

  // MARK: What a page needs from the engine

  /// What a page asks now; nil where it asks nothing.
  func labQuestion(of page: Lab.Page) -> Lab.Question? {
    let (layer, head, norms) = (settings.layer, settings.head, settings.norms)
    let request: AnalysisRequest
    switch page {
    case .forms: request = .forms(layer: layer, head: head, chunkLength: lab.chunkLength)
    case .norms: request = .norms(norms, layer: layer)
    case .precision: request = .precision(layer: layer, head: head)
    // Costs depend on the model's widths alone, not on the tokens.
    case .costs: return Lab.Question(request: .costs(layer: layer, chunkLength: lab.chunkLength))
    case .dialects: return nil
    }
    return Lab.Question(request: request, norms: norms, position: position, branch: explorer.session.branch)
  }

  /// Asks for what the page shows and the state does not hold yet, once.
  mutating func labRequests() -> [Effect] {
    guard shownView == .forms, model != nil, result != nil, phase != .running, unsettled == 0,
      let question = labQuestion(of: lab.page),
      lab.ask(question)
    else { return [] }
    return [.analysis(.laboratory(question.request))]
  }

  /// Everything that what is on show needs from the engine.
  mutating func requests() -> [Effect] { explorerRequests() + labRequests() }
}

extension Lab.Page {
  /// The key of the panes that opens the page.
  var key: Character {
    switch self {
    case .forms: "T"
    case .norms: "G"
    case .dialects: "D"
    case .precision: "E"
    case .costs: "C"
    }
  }
}

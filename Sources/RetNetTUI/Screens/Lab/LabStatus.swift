import RetNet

/// Whether a page's values belong to the current position.
struct LabStatus {
  /// The values are of another position, or missing.
  var isOutdated: Bool
  /// The status in a title; empty if the values are current.
  var long = ""
  var short = ""
  /// The text of a page without values.
  var remedy: String

  init(_ state: AppState) {
    let page = state.lab.page.source
    let question = state.labQuestion(of: state.lab.page)
    // Empty, an earlier state, or the number of a token.
    let position =
      state.lab.answered[page].map { $0.position.map { "of token \($0 - 1)" } ?? "of an earlier state" } ?? ""
    isOutdated = question != nil && state.lab.answered[page] != question
    if let refusal = state.labRefusal {
      remedy = refusal
    } else if state.model == nil {
      remedy = "No model is open: :model NAME opens one."
    } else if state.result == nil, page != .costs {
      remedy = "Type a message and press Enter: the page fills when the reply ends, or pauses."
    } else if state.lab.pending[page] != nil {
      (long, short) = (page.waiting, "computing …")
      remedy = page.waiting.prefix(1).uppercased() + page.waiting.dropFirst()
    } else if let failure = state.lab.failures[page], failure.question == question {
      (long, short) = (position.isEmpty ? "" : "\(position), as the last request failed", position)
      remedy = "\(failure.text) :forms \(state.lab.page.rawValue) retries."
    } else if state.phase == .running {
      remedy = "Space pauses the reply; then the page fills."
      if isOutdated, !position.isEmpty { (long, short) = ("\(position); pause to update", position) }
    } else {
      remedy = "The page fills at the next step."
      if isOutdated { (long, short) = (position, position) }
    }
  }
}

extension Lab.Page {
  /// The pending analysis and its duration.
  fileprivate var waiting: String {
    switch self {
    case .forms, .agreement, .norms, .dialects: "computing …"
    case .precision: "computing 100,000 tokens in five ways (takes seconds) …"
    case .costs: "measuring each form at each length (takes seconds) …"
    }
  }
}

extension AppState {
  /// The text of the visible page without values.
  var labMissing: MissingText {
    MissingText(name: lab.page.rawValue, purpose: lab.page.explanation.purpose, remedy: LabStatus(self).remedy)
  }

  /// The text of a possible next token in a reading.
  func labCandidate(_ token: Int) -> String { PieceText.candidate(lab.pieces[token] ?? "#\(token)") }

  /// The text of a token in a reading.
  func labPiece(_ token: Int) -> String { PieceText.shown(lab.pieces[token] ?? "#\(token)") }
}

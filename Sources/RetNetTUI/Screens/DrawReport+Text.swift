import Foundation
import RetNetSession
import TerminalKit

extension DrawReport {
  /// The report in lines of at most `columns`, for a panel and for plain mode.
  func lines(columns: Int) -> [String] {
    let name = "Token \(index), \(PieceText.shown(piece)),"
    func wrapped(_ text: String) -> [String] { WordWrap.lines(text, columns: max(columns, 20)) }
    switch cause {
    case .none: return wrapped("There is no token yet: type a message first.")
    case .given: return wrapped("\(name) was not drawn: it is typed, picked, or a symbol of the chat.")
    case .opened: return wrapped("\(name) comes from a session file, which does not record how it was drawn.")
    case .drawn(let draw):
      return wrapped(name + " was drawn in these steps:") + [""]
        + draw.table.map { TextWidth.truncate($0, to: max(columns, 60)) } + [""] + wrapped(draw.place)
    }
  }
}

extension DrawReport.Draw {
  private static let nameWidth = 32

  /// The stages with the tokens left, the drawn token's probability, and the most probable tokens that they removed.
  fileprivate var table: [String] {
    ["stage".rightPadded(Self.nameWidth) + "left".leftPadded(7) + "probability".leftPadded(13) + "  removed"]
      + stages.map { stage in
        let probability = stage.probability == 0 ? "0" : String(format: "%.4g %%", stage.probability * 100)
        return Self.title(stage).rightPadded(Self.nameWidth) + "\(stage.kept)".leftPadded(7)
          + probability.leftPadded(13) + "  "
          + stage.removed.map { PieceText.candidate($0) }.joined(separator: " ")
      }
  }

  private static func title(_ stage: DrawReport.Stage) -> String {
    switch stage.name {
    // Without a setting, only symbols that may not come next are removed.
    case .penalties: stage.setting.isEmpty ? "allowed tokens" : "allowed, \(stage.setting)"
    case .model: "the model, all tokens"
    case .topNSigma, .topK, .typicalP, .topP, .minP, .temperature: "\(stage.name.rawValue) \(stage.setting)"
    }
  }

  /// The random number and the token's interval.
  fileprivate var place: String {
    func text(_ value: Double) -> String { String(format: "%.6f", value) }
    guard let last = stages.last, last.kept > 1 else {
      return "Only this token was left, so the random number \(text(random)) had no effect."
    }
    return
      "The random number is \(text(random)). The token is drawn for numbers from \(text(interval.lowerBound)) to "
      + "\(text(interval.upperBound)): the probabilities are added up from the most probable token on."
  }
}

extension AppState {
  /// The lines of the report on the last token.
  func lines(of report: DrawReport) -> [String] { report.lines(columns: columns - 4) }
}

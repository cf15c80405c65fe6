import Foundation
import RetNetSession
import TerminalKit

extension DrawReport {
  /// The report in lines, for a panel and for plain mode.
  var lines: [String] {
    let name = "Token \(index), \(PieceText.shown(piece)),"
    switch cause {
    case .none: return ["There is no token yet: type a message first."]
    case .given: return ["\(name) was not drawn: it is typed, picked, or a symbol of the chat."]
    case .opened: return ["\(name) comes from a session file, which does not record how it was drawn."]
    case .drawn(let draw): return [name + " was drawn in these steps:", ""] + draw.table + [""] + draw.place
    }
  }
}

extension DrawReport.Draw {
  private static let heading =
    "stage".rightPadded(34) + "left".leftPadded(7) + "probability".leftPadded(13) + "  removed first"

  fileprivate var table: [String] {
    [Self.heading]
      + stages.map { stage in
        let title = stage.setting.isEmpty || stage.name == .penalties ? "" : " \(stage.setting)"
        let name = stage.name == .penalties && !stage.setting.isEmpty ? stage.setting : stage.name.rawValue + title
        let probability = stage.probability == 0 ? "0" : String(format: "%.4g %%", stage.probability * 100)
        return name.rightPadded(34) + "\(stage.kept)".leftPadded(7) + probability.leftPadded(13)
          + (stage.removed.isEmpty ? "" : "  " + stage.removed.map { PieceText.candidate($0) }.joined(separator: " "))
      }
  }

  /// The random number and the token's interval.
  fileprivate var place: [String] {
    func text(_ value: Double) -> String { String(format: "%.6f", value) }
    guard let last = stages.last, last.kept > 1 else {
      return ["Only this token was left, so the random number \(text(random)) had no effect."]
    }
    return [
      "The random number is \(text(random)). The token has the numbers from \(text(interval.lowerBound)) to "
        + "\(text(interval.upperBound)),",
      "as the probabilities are added up from the most probable token on.",
    ]
  }
}

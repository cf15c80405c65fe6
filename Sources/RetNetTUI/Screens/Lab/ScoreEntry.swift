import RetNet
import RetNetAnalysis
import TerminalKit

/// One entry of D and R with its arithmetic.
///
///     D_nm = r_n γ^(n−m),  R_nm = D_nm · q_n·k_m / divisor_n
struct ScoreEntry {
  var row: Int
  var column: Int
  var gamma: Double
  /// γ^(n−m); nil if m is after n.
  var power: Double?
  var mask: Float
  var score: Float
  private let norms: NormOptions
  private let skipped: Int
  private let pieces: (row: String, column: String)

  /// - Returns: nil if there is no such entry.
  init?(_ forms: FormComparison, _ probe: Position, piece: (Int) -> String) {
    guard let rowToken = forms.tokens[at: probe.row], let columnToken = forms.tokens[at: probe.column],
      let mask = forms.mask[at: probe.row * forms.time + probe.column],
      let score = forms.scores[at: probe.row * forms.time + probe.column]
    else { return nil }
    (row, column, gamma) = (probe.row, probe.column, forms.gamma)
    (self.mask, self.score) = (mask, score)
    power = column <= row ? Decay.power(gamma, row - column) : nil
    (norms, skipped) = (forms.norms, forms.skipped)
    pieces = (piece(rowToken), piece(columnToken))
  }

  private func number(_ value: Float) -> String { Numbers.signed(value).trimmed }
  private func number(_ value: Double) -> String { Numbers.magnitude(value).trimmed }

  /// `n 7 ▁like  m 3 ▁old`
  private var places: String { "n \(skipped + row) \(pieces.row)  m \(skipped + column) \(pieces.column)" }

  /// The entry from the longest form to the shortest.
  var forms: [String] {
    guard let power else {
      let text = "m is after n: D = 0"
      return ["\(places)  \(text)", text, "D = 0: m is after n"]
    }
    let gammaText = Numbers.decay(gamma).trimmed
    let place = "(\(skipped + row),\(skipped + column))"
    return [
      "\(places)  γ^(n−m) = \(gammaText)^\(row - column) = \(number(power))  D_nm = \(number(mask))  R_nm = \(number(score))",
      "\(place)  γ^\(row - column) = \(number(power))  D \(number(mask))  R \(number(score))",
      "\(place) γ^\(row - column) \(number(power)) D \(number(mask)) R \(number(score))",
      "D \(number(mask)) R \(number(score))",
    ]
  }

  /// The arithmetic of D and R from γ^(n−m), from the longest form to the shortest.
  var arithmetic: [String] {
    guard let power, mask != 0, power > 0 else { return ["R_nm = D_nm · q_n·k_m = 0"] }
    let (maskText, product) = (number(mask), score / mask)
    let scale = "D_nm = r_n γ^(n−m) = \(number(Double(mask) / power)) · \(number(power)) = \(maskText);  "
    var parts = norms.retention.norm1 ? "q·k/√d_k" : "q·k"
    if norms.retention.norm3 != .off { parts += " over norm 3's divisor" }
    return [
      (norms.retention.norm2 ? scale : "")
        + "R_nm = D_nm · (\(parts)) = \(maskText) · \(number(product)) = \(number(score))",
      "R_nm = D_nm · (\(parts)) = \(maskText) · \(number(product)) = \(number(score))",
      "R = \(maskText) · \(number(product)) = \(number(score))",
    ]
  }
}

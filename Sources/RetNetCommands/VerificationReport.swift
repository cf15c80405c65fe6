import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import TerminalKit

/// The result of `retnet verify` as text.
struct VerificationReport {
  let verification: Verification
  /// The model's folder.
  let model: String
  /// The source of the text, in words.
  let source: String

  init(_ verification: Verification, model: String, source: String) {
    self.verification = verification
    self.model = model
    self.source = source
  }

  /// - Parameter all: whether to list every head instead of the worst of each layer.
  func text(all: Bool) -> String {
    let rows = headRows
    let shown = all ? rows : Self.worstOfLayers(rows)
    let title = all || rows.count == shown.count ? "Every head" : "The worst head of each layer; --all shows every head"
    return Self.wrapped(heading) + "\n" + title + ":\n" + Self.table(shown) + "\n" + logitsTable + "\n"
      + Self.wrapped(Self.legend) + "\n" + Self.wrapped(verdict)
  }

  private var heading: String {
    let count = verification.tokens.count
    return """
      \(ScreenText.cleaned(model)): \(source), \(count) \(count == 1 ? "token" : "tokens"), computed as \(formNames), \
      each compared with Eq. 4 summed in Double.
      \(ChatSettings.text(of: verification.norms))
      """
  }

  private var formNames: String {
    let lengths = verification.forms.compactMap { form -> Int? in
      if case .chunkwise(let length) = form { length } else { nil }
    }
    let others = verification.forms.map(\.name).filter { $0 != "chunkwise" }
    return (others + ["chunkwise with chunk length " + lengths.map(String.init).joined(separator: "/")])
      .joined(separator: ", ")
  }

  private static let legend = """
    before, after: largest difference before and after the group norm; rel.: the same as a share of the head's largest \
    value. used: the worst difference as a share of its rounding error bound, with its form and token.
    """

  /// The comparisons of one head of one layer.
  struct HeadRow {
    var layer: Int
    var head: Int
    /// The largest difference over all forms; nil if none was compared at this stage.
    var before: HeadFinding?
    var after: HeadFinding?
    /// The comparison that uses the largest share of its budget.
    var worst: HeadFinding

    init?(_ findings: [HeadFinding]) {
      func largest(_ stage: HeadFinding.Stage) -> HeadFinding? {
        findings.filter { $0.stage == stage }.max { $0.deviation.absolute < $1.deviation.absolute }
      }
      guard let worst = findings.max(by: { $0.deviation.budgetShare < $1.deviation.budgetShare }) else { return nil }
      (layer, head, self.worst) = (worst.layer, worst.head, worst)
      (before, after) = (largest(.beforeGroupNorm), largest(.afterGroupNorm))
    }
  }

  /// By layer and head.
  var headRows: [HeadRow] {
    let groups = Dictionary(grouping: verification.heads) { [$0.layer, $0.head] }
    return groups.values.compactMap(HeadRow.init).sorted { ($0.layer, $0.head) < ($1.layer, $1.head) }
  }

  private static func worstOfLayers(_ rows: [HeadRow]) -> [HeadRow] {
    Dictionary(grouping: rows, by: \.layer).values
      .compactMap { rows in rows.max { $0.worst.deviation.budgetShare < $1.worst.deviation.budgetShare } }
      .sorted { $0.layer < $1.layer }
  }

  private static func table(_ rows: [HeadRow]) -> String {
    var table = TextTable([
      ("layer", .right), ("head", .right), ("before", .right), ("rel.", .right), ("after", .right), ("rel.", .right),
      ("used", .right), ("worst form", .left), ("token", .right),
    ])
    for row in rows {
      let worst = row.worst
      table.add([
        "\(row.layer)", "\(row.head)", number(row.before?.deviation.absolute), number(row.before?.relative),
        number(row.after?.deviation.absolute), number(row.after?.relative), used(worst.deviation.budgetShare),
        name(worst.form), "\(worst.deviation.shareToken)",
      ])
    }
    return table.text
  }

  private var logitsTable: String {
    var table = TextTable([
      ("logits", .left), ("largest", .right), ("rel.", .right), ("used", .right), ("token", .right),
    ])
    for finding in verification.logits {
      table.add([
        Self.name(finding.form), Self.number(finding.deviation.absolute), Self.number(finding.relative),
        Self.used(finding.deviation.budgetShare), "\(finding.deviation.token)",
      ])
    }
    return table.text
  }

  private static func number(_ value: Double?) -> String { value.map { String(format: "%.1e", $0) } ?? "–" }

  /// A share of the budget: `6.1%`, or `1.8e+03×` if it is exceeded.
  static func used(_ share: Double) -> String {
    if share > 0 && share < 0.0005 { return "<0.1%" }
    return share <= 1
      ? String(format: "%.1f%%", 100 * share) : share < 9.95 ? String(format: "%.1f×", share) : "\(times(share))×"
  }

  static func times(_ share: Double) -> String {
    share < 1e6 ? Numbers.grouped(Int(share.rounded())) : String(format: "%.0e", share)
  }

  static func name(_ form: RetentionForm) -> String {
    if case .chunkwise(let length) = form { "chunkwise \(length)" } else { form.name }
  }

  static func wrapped(_ text: String) -> String {
    WordWrap.lines(text, columns: 80).map { $0 + "\n" }.joined()
  }
}

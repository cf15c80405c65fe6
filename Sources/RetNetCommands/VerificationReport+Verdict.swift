import Foundation
import RetNet
import RetNetTUI

/// The verdict as text.
extension VerificationReport {
  var verdict: String {
    (verification.passed ? agreement : difference) + remarks
  }

  private var agreement: String {
    let heads = verification.heads.map(\.deviation.budgetShare).max() ?? 0
    let logits = verification.logits.map(\.deviation.budgetShare).max() ?? 0
    let forms =
      !verification.formsLeftOut.isEmpty
      ? "The compared values agree"
      : verification.isExact ? "The forms compute the same function" : "The forms agree up to ε"
    return "Passed. \(forms): no head uses more than \(Self.used(heads)) of its error budget, and no logit more than "
      + "\(Self.used(logits)). The budget is at most \(Self.share(verification.budget)) of the largest magnitude."
  }

  private var difference: String {
    let failed = verification.heads.filter { !$0.deviation.passed }
    guard let worst = failed.max(by: { $0.deviation.budgetShare < $1.deviation.budgetShare }) else {
      return logitsDifference
    }
    let heads = Set(failed.map { [$0.layer, $0.head] }).count
    let all = Set(verification.heads.map { [$0.layer, $0.head] }).count
    let deviation = worst.deviation
    let stage = worst.stage == .beforeGroupNorm ? "before" : "after"
    return "Failed. Layer \(worst.layer), head \(worst.head), \(Self.name(worst.form)) differs from Eq. 4 by "
      + "\(Self.times(deviation.budgetShare)) times the rounding error bound, \(stage) the group norm, at token "
      + "\(deviation.shareToken); the first wrong token is \(deviation.firstBeyond ?? 0). "
      + "\(heads) of \(all) heads differ, in \(Self.list(failed.map(\.form)))."
  }

  private var logitsDifference: String {
    let failed = verification.logits.filter { !$0.deviation.passed }
    return
      "Failed. Every head is within its budget, but the logits of \(Self.list(failed.map(\.form))) differ from the "
      + "reference by more than the rounding error bound, first at token "
      + "\(failed.compactMap(\.deviation.firstBeyond).min() ?? 0)."
  }

  private var remarks: String {
    guard !verification.isExact else { return "" }
    let forms = "the recurrent and chunkwise forms, which omit torchscale's divisor,"
    return verification.formsLeftOut.isEmpty
      ? " Not exact: \(forms) are compared after the group norm, up to its ε."
      : " Not compared: \(forms) as no group norm compensates for it."
  }

  private static func list(_ forms: [RetentionForm]) -> String {
    var names: [String] = []
    for form in forms where !names.contains(name(form)) { names.append(name(form)) }
    return names.count < 2
      ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }

  private static func share(_ value: Double) -> String { String(format: "%.1e", value) }
}

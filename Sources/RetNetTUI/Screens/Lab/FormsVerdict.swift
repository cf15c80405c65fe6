import RetNet
import RetNetAnalysis
import TerminalKit

/// Whether the forms compute the same function: their errors against Eq. 4, compared with the rounding bound.
struct FormsVerdict {
  /// The largest error of one form, before or after the group norm.
  struct Largest {
    var form: RetentionForm
    var afterGroupNorm: Bool
    /// The error as a share of the head's largest |o|.
    var difference: Double
    /// The largest error ÷ its bound, and its position; NaN if a value is not a number.
    var ofBudget: Double
    var head: Int
    var token: Int

    var isWithin: Bool { ofBudget <= 1 }
  }

  /// The comparable errors: each form before and after the group norm.
  var largest: [Largest]

  init(_ forms: FormComparison) {
    largest = forms.differences.flatMap { difference in
      [
        Self.largest(difference.form, false, difference.before, difference.beforeBudget),
        Self.largest(difference.form, true, difference.after, difference.afterBudget),
      ].compactMap(\.self)
    }
  }

  private static func largest(
    _ form: RetentionForm, _ afterGroupNorm: Bool, _ differences: [[Double]], _ budgets: [[Double]]
  ) -> Largest? {
    var most: Largest?
    for (head, row) in differences.enumerated() {
      for (token, difference) in row.enumerated() {
        let budget = budgets[at: head]?[at: token] ?? 0
        let ratio = ratio(difference, budget)
        // NaN is worse than any number.
        let isWorse = most.map { ratio.isNaN || ratio > $0.ofBudget } ?? true
        let kept = max(most?.difference ?? 0, difference)
        if isWorse, most?.ofBudget.isNaN != true {
          most = Largest(
            form: form, afterGroupNorm: afterGroupNorm, difference: kept, ofBudget: ratio, head: head, token: token)
        } else {
          most?.difference = kept
        }
      }
    }
    return most
  }

  /// Error ÷ bound; 0 without an error.
  static func ratio(_ difference: Double, _ budget: Double) -> Double {
    if difference.isNaN || budget.isNaN { return .nan }
    return difference == 0 ? 0 : budget > 0 ? difference / budget : .infinity
  }

  /// ` 12.3%`, above the bound `×12.34`, in 6 columns.
  static func shareText(_ ratio: Double) -> String {
    guard ratio.isFinite else { return "  over" }
    let text = ratio > 1 ? "×" + Numbers.magnitude(ratio).trimmed : Numbers.percent(ratio)
    return text.leftPadded(6)
  }

  func largest(_ form: RetentionForm, afterGroupNorm: Bool) -> Largest? {
    largest.first { $0.form.name == form.name && $0.afterGroupNorm == afterGroupNorm }
  }

  var isWithin: Bool { largest.allSatisfy(\.isWithin) }

  /// The verdict from the longest form to the shortest.
  var forms: [String] {
    guard !largest.isEmpty else { return ["There is nothing to compare.", "nothing to compare"] }
    let worst = largest.filter { !$0.isWithin }
    guard let first = worst.max(by: { !$0.ofBudget.isNaN && ($1.ofBudget.isNaN || $0.ofBudget < $1.ofBudget) }) else {
      let names = Set(largest.map(\.form.name)).count
      let subject = names == 3 ? "All three forms are" : "What can be compared is"
      let sides = Set(largest.map(\.afterGroupNorm))
      let side =
        sides.count == 2
        ? "before and after the group norm" : sides.contains(true) ? "after the group norm" : "without a group norm"
      let used = largest.map(\.ofBudget).max() ?? 0
      return [
        "\(subject) within the rounding bound of Eq. 4 \(side), in every head; at most "
          + "\(Numbers.percent(used).trimmed) of it.",
        "\(subject) within rounding \(side).", "\(subject) within rounding.",
      ]
    }
    let times =
      first.ofBudget.isFinite
      ? "\(Numbers.magnitude(first.ofBudget).trimmed)× the bound" : "not a number"
    let side = first.afterGroupNorm ? "after" : "before"
    return [
      "Over the rounding bound: the \(first.form.name) form \(side) the group norm, head \(first.head), token "
        + "\(first.token): \(times).",
      "Over: \(first.form.name) \(side) the group norm, \(times).",
      "! \(first.form.name): over the bound",
    ]
  }
}

extension Sequence<String> {
  /// The first text that fits.
  func fitting(_ columns: Int) -> String? { first { TextWidth.width(of: $0) <= columns } }
}

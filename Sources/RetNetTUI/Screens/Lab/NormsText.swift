import RetNet
import RetNetAnalysis

/// Sentences about a comparison of norms.
struct NormsText {
  /// Rounding changes outputs by less than this share, ε by more.
  static let rounding = 1e-5
  /// The smallest share of a visible change.
  static let visible = 1e-3

  var reading: NormComparison

  private func number(_ value: Double) -> String { Numbers.magnitude(value).trimmed }
  /// A share of the largest output: `2e-07`, `68.8%`, `143.2 × the maximum of the output`.
  private func amount(_ share: Double) -> String {
    switch share {
    case ..<0.001: number(share)
    case ..<0.9995: Numbers.percent(share).trimmed
    default: "\(number(share))× the largest output"
    }
  }

  private var before: Double { reading.heads.map(\.before).max() ?? 0 }
  private var after: Double { reading.heads.map(\.after).max() ?? 0 }
  private var formsBefore: Double { reading.agreement.map(\.before).max() ?? 0 }
  private var formsAfter: Double? { reading.agreement.compactMap(\.after).max() }

  /// One measured fact per sentence.
  var facts: [String] {
    guard reading.chosen != reading.trained else {
      return ["Same norms as in training.", forms]
    }
    return [outputs, forms, tokens]
  }

  /// The facts that the numbers on the page do not show.
  var mainFacts: [String] {
    Array(facts.prefix(formsBefore > Self.visible ? 2 : 1))
  }

  private var isSameGroup: Bool {
    reading.chosen.group == reading.trained.group && reading.chosen.epsilon == reading.trained.epsilon
  }

  private var outputs: String {
    guard isSameGroup, reading.chosen.group != .off else {
      return after < 0.9995
        ? "After the group norm, the output changes by up to \(amount(after))."
        : "After the group norm, the output changes by up to \(number(after))× its maximum."
    }
    guard before > Self.rounding else { return "Before the group norm, the outputs are equal up to rounding." }
    let change = "Before the group norm, the outputs change by up to \(amount(before)), after it by \(amount(after))"
    return after < before / 100
      ? "\(change): the group norm removes all but the effect of ε."
      : "\(change): the group norm leaves \(Numbers.percent(after / before).trimmed) of it."
  }

  private var forms: String {
    guard formsBefore > Self.visible else {
      return "The three forms agree to \(number(formsBefore)) before the group norm"
        + (formsAfter.map { ", to \(number($0)) after it." } ?? ".")
    }
    let cause = reading.chosen.retention.norm3 == .torchscale ? "torchscale's divisor makes the forms" : "The forms"
    guard let formsAfter else {
      return "\(cause) disagree by up to \(amount(formsBefore)), and there is no group norm to compensate."
    }
    return
      "\(cause) disagree by up to \(amount(formsBefore)) before the group norm, by \(amount(formsAfter)) after it."
  }

  private var tokens: String {
    reading.logits.changed == 0
      ? "The top token is the same at all \(reading.tokens) positions."
      : "The top token differs at \(reading.logits.changed) of \(reading.tokens) positions."
  }

  /// The differences between two settings: `norm 2 on`, `group norm off`.
  static func difference(_ norms: NormOptions, from trained: NormOptions) -> String {
    let changes = NormChoice.allCases.filter { $0.value(norms) != $0.value(trained) }
      .map { "\($0.shortName) \($0.value(norms))" }
    return changes.isEmpty ? "as trained" : changes.joined(separator: ", ")
  }
}

extension NormChoice {
  /// The names of norms 2 and 3 in retnet-pytorch.
  static let aliases = "norm 2 is retnet-pytorch's normalize_attn, norm 3 its normalize_retn"
}

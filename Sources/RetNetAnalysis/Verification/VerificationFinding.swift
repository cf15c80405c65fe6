import RetNet

/// The difference of one form from the reference.
package protocol VerificationFinding: Sendable {
  var form: RetentionForm { get }
  var deviation: Deviation { get }
  /// The largest magnitude of the reference.
  var magnitude: Double { get }
  /// The largest difference that rounding explains.
  var budget: Double { get }
}

extension VerificationFinding {
  /// The largest difference, as a share of the reference's largest magnitude.
  package var relative: Double { Deviation.share(deviation.absolute, of: magnitude) }
  /// The budget, likewise.
  package var relativeBudget: Double { Deviation.share(budget, of: magnitude) }
}

/// The difference of one form from the reference in one head, before or after the group norm.
package struct HeadFinding: VerificationFinding, Hashable {
  /// The point of comparison of a head's output.
  package enum Stage: String, Sendable, Hashable, CaseIterable {
    case beforeGroupNorm, afterGroupNorm
  }

  package var layer: Int
  package var head: Int
  package var stage: Stage
  package var form: RetentionForm
  package var deviation = Deviation()
  /// The largest magnitude of the head's reference, over all tokens.
  package var magnitude: Double
  /// The largest difference that rounding explains at any token.
  package var budget: Double
}

/// The difference of the logits of one form, run through the whole model, from those of the reference pass.
package struct LogitsFinding: VerificationFinding, Hashable {
  package var form: RetentionForm
  package var deviation = Deviation()
  /// The largest magnitude of the reference's logits.
  package var magnitude: Double
  /// The difference that the heads' budgets explain.
  package var budget: Double
}

extension Deviation {
  /// A difference as a share of a magnitude; 0 if there is no difference.
  static func share(_ difference: Double, of magnitude: Double) -> Double {
    difference == 0 ? 0 : difference / magnitude
  }
}

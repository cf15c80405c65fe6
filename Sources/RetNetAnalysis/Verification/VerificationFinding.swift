import RetNet

/// How far one form lies from the reference.
public protocol VerificationFinding: Sendable {
  var form: RetentionForm { get }
  var deviation: Deviation { get }
  /// The largest magnitude of the reference.
  var magnitude: Double { get }
  /// The largest difference that is explained.
  var budget: Double { get }
}

extension VerificationFinding {
  /// The largest difference, as a share of the reference's largest magnitude.
  public var relative: Double { Deviation.share(deviation.absolute, of: magnitude) }
  /// The budget likewise.
  public var relativeBudget: Double { Deviation.share(budget, of: magnitude) }
}

/// How far one form lies from the reference in one head, before or after the group norm.
public struct HeadFinding: VerificationFinding, Hashable {
  /// Where a head's output is compared.
  public enum Stage: String, Sendable, Hashable, CaseIterable {
    case beforeGroupNorm, afterGroupNorm
  }

  public var layer: Int
  public var head: Int
  public var stage: Stage
  public var form: RetentionForm
  public var deviation = Deviation()
  /// The largest magnitude of the head's reference, over all tokens.
  public var magnitude: Double
  /// The largest difference that rounding explains at any token.
  public var budget: Double
}

/// How far the logits of one form, run through the whole model, lie from those of the reference pass.
public struct LogitsFinding: VerificationFinding, Hashable {
  public var form: RetentionForm
  public var deviation = Deviation()
  /// The largest magnitude of the reference's logits.
  public var magnitude: Double
  /// The difference that the heads' budgets explain.
  public var budget: Double
}

extension Deviation {
  /// A difference as a share of a magnitude; 0 where there is no difference.
  static func share(_ difference: Double, of magnitude: Double) -> Double {
    difference == 0 ? 0 : difference / magnitude
  }
}

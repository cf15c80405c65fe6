/// How far one form lies from the reference in one head, before or after the group norm.
public struct HeadFinding: Sendable, Hashable {
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

  /// The largest difference, as a share of the head's largest magnitude.
  public var relative: Double { Deviation.share(deviation.absolute, of: magnitude) }
  /// The budget likewise.
  public var relativeBudget: Double { Deviation.share(budget, of: magnitude) }
}

/// How far the logits of one form, run through the whole model, lie from those of the reference pass.
public struct LogitsFinding: Sendable, Hashable {
  public var form: RetentionForm
  public var deviation = Deviation()
  /// The largest magnitude of the reference's logits.
  public var magnitude: Double
  /// The difference that the heads' budgets explain.
  public var budget: Double

  public var relative: Double { Deviation.share(deviation.absolute, of: magnitude) }
  public var relativeBudget: Double { Deviation.share(budget, of: magnitude) }
}

extension Deviation {
  /// A difference as a share of a magnitude; 0 where there is no difference.
  static func share(_ difference: Double, of magnitude: Double) -> Double {
    difference == 0 ? 0 : difference / magnitude
  }
}

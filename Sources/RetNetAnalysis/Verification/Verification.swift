import RetNet

/// Whether the parallel, recurrent and chunkwise forms of a model are one function, on a given text.
///
/// Two comparisons are made. *Layers*: a pass through the model in which retention is Eq. 4 summed in Double hands every
/// form the same q, k and v of each layer, and each head's output is compared with that sum before and after the group
/// norm; `RoundingBound` and `GroupNormReference` derive what rounding explains, entry by entry. *Logits*: every form runs
/// through the whole model by itself and is compared with that pass, in which all but retention is Float32.
///
/// torchscale's norm 3 has no recurrent or chunkwise form: these leave the divisor out, and are compared after the group
/// norm alone, within rounding and ε's share, which is computed from the divisor. Without a group norm they are left out.
package struct Verification: Sendable {
  /// Tokens at most: work grows with the square of the length, in the parallel form memory too.
  package static let longestText = 4096

  package let tokens: [Int]
  package let norms: NormOptions
  package let forms: [RetentionForm]
  /// γ of each head.
  package let decay: Decay
  /// Ordered by layer, then form, then head.
  package let heads: [HeadFinding]
  package let logits: [LogitsFinding]

  /// Whether every form computes the chosen norms exactly; false with torchscale's norm 3.
  package var isExact: Bool { forms.allSatisfy { norms.retention.available(in: $0, from: 0) == norms.retention } }
  /// Forms that could not be compared at all.
  package var formsLeftOut: [RetentionForm] { forms.filter { form in !logits.contains { $0.form == form } } }
  /// All comparisons.
  package var findings: [any VerificationFinding] { heads + logits }
  package var passed: Bool { findings.allSatisfy(\.deviation.passed) }
  /// The largest relative budget of all comparisons: no right form has a larger relative error anywhere.
  package var budget: Double { findings.map(\.relativeBudget).filter(\.isFinite).max() ?? 0 }

  /// The forms that are compared on a text: chunks of one token, of a length that seldom divides the text, of the usual
  /// length, and longer than the text.
  ///
  /// - Parameter chunkLength: one more.
  package static func forms(time: Int, chunkLength: Int? = nil) -> [RetentionForm] {
    let lengths = Set([1, 7, 64, time + 1] + (chunkLength.map { [$0] } ?? []))
    return [.parallel, .recurrent] + lengths.sorted().map { .chunkwise(length: $0) }
  }

  /// Runs everything. Takes memory for three times the logits of all tokens, and for the parallel form's time · time.
  ///
  /// - Parameters:
  ///   - tokens: 1 to `longestText`.
  ///   - forms: those of `forms(time:)` where none are given.
  /// - Throws: `ModelError` where a token is not in the vocabulary or the reference pass is not finite,
  ///   `VerificationError`.
  package init(
    _ model: RetNetModel, tokens: [Int], norms: NormOptions, forms: [RetentionForm]? = nil
  ) throws {
    try self.init(model, tokens: tokens, norms: norms, forms: forms, computation: nil)
  }

  /// - Parameter computation: computes a head in a form; the package's own where it is nil.
  init(
    _ model: RetNetModel, tokens: [Int], norms: NormOptions, forms: [RetentionForm]? = nil,
    computation: RetentionHead<Float>.Computation?
  ) throws {
    guard tokens.count <= Self.longestText else { throw VerificationError.tooLong(tokens: tokens.count) }
    self.tokens = tokens
    self.norms = norms
    self.forms = forms ?? Self.forms(time: tokens.count)
    decay = model.decay
    let scratch = RetentionScratch<Float>()
    let run = VerificationRun(
      model, tokens: tokens, norms: norms, forms: self.forms,
      computation: computation ?? { head, form, input, state, output in
        head.compute(form, input, state: &state, output: output, scratch: scratch)
      })
    heads = try run.compareLayers()
    logits = try run.compareLogits()
  }
}

/// What verification can be asked for in vain.
package enum VerificationError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLong(tokens: Int)

  package var description: String {
    switch self {
    case .tooLong(let tokens):
      "The text has \(tokens) tokens, but at most \(Verification.longestText) can be verified at once. Give a shorter one."
    }
  }
}

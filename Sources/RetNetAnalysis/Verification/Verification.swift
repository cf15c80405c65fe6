import RetNet

/// Tests whether the parallel, recurrent and chunkwise forms of a model compute the same function on a given text.
///
/// It compares two things. *Layers*: a reference pass through the model, with retention by Eq. 4 summed in Double, gives
/// every form the same q, k and v of each layer. Each head's output is compared with that sum before and after the group
/// norm. `RoundingBound` and `GroupNormReference` bound the rounding of each entry. *Logits*: every form runs through the
/// whole model by itself and is compared with the reference pass, in which everything except retention is Float32.
///
/// torchscale's norm 3 has no recurrent or chunkwise form. These omit the divisor and are compared only after the group
/// norm, within rounding and the effect of ε, which is computed from the divisor. Without a group norm they are skipped.
package struct Verification: Sendable {
  /// The largest number of tokens. Work grows with the square of the length, and so does the parallel form's memory.
  package static let longestText = 4096

  package let tokens: [Int]
  package let norms: NormOptions
  package let forms: [RetentionForm]
  /// γ of each head.
  package let decay: Decay
  /// Ordered by layer, then form, then head.
  package let heads: [HeadFinding]
  package let logits: [LogitsFinding]

  /// Whether every form computes the chosen norms exactly; false for torchscale's norm 3.
  package var isExact: Bool { forms.allSatisfy { norms.retention.available(in: $0, from: 0) == norms.retention } }
  /// Forms that could not be compared.
  package var formsLeftOut: [RetentionForm] { forms.filter { form in !logits.contains { $0.form == form } } }
  /// All comparisons.
  package var findings: [any VerificationFinding] { heads + logits }
  package var passed: Bool { findings.allSatisfy(\.deviation.passed) }
  /// The largest relative budget of all comparisons: the relative error of a correct form never exceeds it.
  package var budget: Double { findings.map(\.relativeBudget).filter(\.isFinite).max() ?? 0 }

  /// The forms to compare on a text: chunks of one token, of a length that seldom divides the text, of the usual length,
  /// and longer than the text.
  ///
  /// - Parameter chunkLength: an additional chunk length.
  package static func forms(time: Int, chunkLength: Int? = nil) -> [RetentionForm] {
    let lengths = Set([1, 7, 64, time + 1] + (chunkLength.map { [$0] } ?? []))
    return [.parallel, .recurrent] + lengths.sorted().map { .chunkwise(length: $0) }
  }

  /// The memory of a verification: three times the logits of all tokens, the parallel form's time², and the numbers of
  /// one layer in Float32, in Double and with their bounds.
  package static func memory(_ model: RetNetModel, time: Int) -> MemoryEstimate {
    let layer = model.architecture.blocks.first.map { LayerVerification.bytes($0.retention, time: time) } ?? 0
    let logits = 3 * 4 * Double(time) * Double(model.configuration.vocabularySize)
    return MemoryEstimate(
      "the verification of \(time) tokens", bytes: logits + layer + 4 * RetentionForm.parallel.scores(time: time),
      remedy: "verify a shorter text")
  }

  /// Runs all comparisons.
  ///
  /// - Parameters:
  ///   - tokens: 1 to `longestText`.
  ///   - forms: nil means `forms(time:)`.
  ///   - progress: called with the share of the work that is done.
  /// - Throws: `ModelError` if a token is not in the vocabulary or the reference pass is not finite, `VerificationError`,
  ///   `RetNetError` if there is not enough memory.
  package init(
    _ model: RetNetModel, tokens: [Int], norms: NormOptions, forms: [RetentionForm]? = nil,
    progress: @escaping (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws {
    try self.init(model, tokens: tokens, norms: norms, forms: forms, computation: nil, progress: progress)
  }

  /// - Parameter computation: computes a head in a form; nil means the package's forms.
  init(
    _ model: RetNetModel, tokens: [Int], norms: NormOptions, forms: [RetentionForm]? = nil,
    computation: RetentionHead<Float>.Computation?, progress: @escaping (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws {
    guard tokens.count <= Self.longestText else { throw VerificationError.tooLong(tokens: tokens.count) }
    try Self.memory(model, time: tokens.count).require()
    self.tokens = tokens
    self.norms = norms
    self.forms = forms ?? Self.forms(time: tokens.count)
    decay = model.decay
    let scratch = RetentionScratch<Float>()
    let run = VerificationRun(
      model, tokens: tokens, norms: norms, forms: self.forms,
      computation: computation ?? { head, form, input, state, output in
        head.compute(form, input, state: &state, output: output, scratch: scratch)
      }, progress: progress)
    heads = try run.compareLayers()
    logits = try run.compareLogits()
  }
}

/// A text that cannot be verified.
package enum VerificationError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLong(tokens: Int)

  package var description: String {
    switch self {
    case .tooLong(let tokens):
      "The text has \(tokens) tokens, but at most \(Verification.longestText) can be verified at once. Give a shorter one."
    }
  }
}

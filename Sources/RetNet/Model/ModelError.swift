/// What can be wrong with a model or with what it is asked.
public enum ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A configuration lacks a key, or a key holds something else than it should.
  case configuration(key: String, found: String, expected: String)
  /// A configuration asks for a part that this program does not have.
  case unsupported(feature: String, key: String, found: String)
  /// What a folder holds speaks for no dialect, or for two.
  case dialect(found: String)
  /// The folder holds a stand-alone retention module or a stack.
  case module(evidence: String)
  /// A token that the vocabulary does not have; `index` is its place in its text.
  case tokenOutOfRange(token: Int, index: Int, vocabularySize: Int)
  /// A call without tokens.
  case noTokens
  /// Texts of one batch that are not all as long.
  case unequalLengths(lengths: [Int])
  /// A state of another model, or of another number of texts; `found` and `expected` are layers, texts, heads, d_k, d_v.
  case stateShape(found: [Int], expected: [Int])
  /// Settings of a call that no model can be run with.
  case call(RetNetError)
  /// A token gave NaN or infinity in a form. `layer` is nil behind the last block, `head` the first whose retention has
  /// such a number, if any; `tensor` is the first with such an entry.
  case notFinite(layer: Int?, head: Int?, tensor: String?, position: Int, form: RetentionForm)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .configuration(let key, let found, let expected):
      "The model configuration's '\(key)' is \(found), expected \(expected). Correct it in config.json."
    case .unsupported(let feature, let key, let found):
      "The model has \(feature) (its configuration's '\(key)' is \(found)), which this program does not support. "
        + "Use a model without."
    case .dialect(let found):
      "The model's dialect is unclear: \(found). Name it with --dialect fla or --dialect torchscale."
    case .module(let evidence):
      "This is a retention module or a stack, no language model (\(evidence)). "
        + "Run it with 'retnet retain --module FOLDER --input FILE'."
    case .tokenOutOfRange(let token, let index, let vocabularySize):
      "Token \(token) at index \(index) is outside of the vocabulary; tokens go from 0 to \(vocabularySize - 1)."
    case .noTokens:
      "There are no tokens; give at least one."
    case .unequalLengths(let lengths):
      "The texts of a batch have lengths \(lengths); a state needs them to be equal. Give them one by one."
    case .stateShape(let found, let expected):
      "The state has the shape \(found) of [layers, texts, heads, d_k, d_v], expected \(expected). "
        + "Begin with the state that this model makes."
    case .call(let error): error.description
    case .notFinite(let layer, let head, let tensor, let position, let form):
      "A value is NaN or infinite at token \(position) in the \(form) form, first "
        + (layer.map { "in layer \($0)" } ?? "behind the last layer") + (head.map { " head \($0)" } ?? "") + ": "
        + (tensor.map { "tensor '\($0)' holds NaN or infinity. Use an intact checkpoint." }
          ?? "all weights are finite, but their products are not. Use a checkpoint that was trained to the end.")
    }
  }
}

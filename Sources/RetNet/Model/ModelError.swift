/// An invalid model, or invalid arguments of a call.
public enum ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A key of the configuration is missing or has an invalid value.
  case configuration(key: String, found: String, expected: String)
  /// The configuration needs a feature that this program does not support.
  case unsupported(feature: String, key: String, found: String)
  /// A key of the configuration that this program does not know.
  case unknownKey(key: String, found: String)
  /// The folder's content matches no dialect, or two.
  case dialect(found: String)
  /// The folder is a stand-alone retention module or a stack.
  case module(evidence: String)
  /// A token outside of the vocabulary; `index` is its index in the text.
  case tokenOutOfRange(token: Int, index: Int, vocabularySize: Int)
  /// A call without tokens.
  case noTokens
  /// The texts of a batch have different lengths.
  case unequalLengths(lengths: [Int])
  /// The state of another model or batch size; `found` and `expected` are layers, texts, heads, d_k, d_v.
  case stateShape(found: [Int], expected: [Int])
  /// An argument is invalid for every model.
  case call(RetNetError)
  /// A token gave NaN or infinity in a form. `layer` is nil after the last block. `head` is the first with such a value
  /// in its retention, if any; `tensor` is the first with such an entry.
  case notFinite(layer: Int?, head: Int?, tensor: String?, position: Int, form: RetentionForm)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .configuration(let key, let found, let expected):
      "The model configuration's '\(key)' is \(found), expected \(expected). Correct it in config.json."
    case .unsupported(let feature, let key, let found):
      "The model has \(feature) (its configuration's '\(key)' is \(found)), which this program does not support. "
        + "Use a model without it."
    case .unknownKey(let key, let found):
      "The model configuration's '\(key)' is \(found), but this program does not know this key and what it changes. "
        + "Remove it from config.json if the model computes the same without it."
    case .dialect(let found):
      "The model's dialect is unclear: \(found). Name it with --dialect fla or --dialect torchscale."
    case .module(let evidence):
      "This is a retention module or a stack, no language model (\(evidence)). "
        + "Run it with 'retnet retain --module FOLDER --input FILE'."
    case .tokenOutOfRange(let token, let index, let vocabularySize):
      "Token \(token) at index \(index) is outside of the vocabulary; tokens go from 0 to \(vocabularySize - 1)."
    case .noTokens:
      "There are no tokens. Give at least one."
    case .unequalLengths(let lengths):
      "The texts of a batch have lengths \(lengths), but they must be equal. Give the texts one by one."
    case .stateShape(let found, let expected):
      "The state has the shape \(found) of [layers, texts, heads, d_k, d_v], expected \(expected). "
        + "Begin with a state of this model."
    case .call(let error): error.description
    case .notFinite(let layer, let head, let tensor, let position, let form):
      "A value is NaN or infinite at token \(position) in the \(form) form, first "
        + (layer.map { "in layer \($0)" } ?? "after the last layer") + (head.map { " head \($0)" } ?? "") + ": "
        + (tensor.map { "tensor '\($0)' has NaN or infinity. Use an intact checkpoint." }
          ?? "all weights are finite, but their products are not. Use a fully trained checkpoint.")
    }
  }
}

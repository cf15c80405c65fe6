import Foundation
import RetNet
import RetNetSession
import RetNetText

/// Samples of a model in training: a short reply, or the continuation of a text.
enum TrainingSample {
  /// The default prompt of conversations.
  static let greeting = "Hi! How are you today?"

  /// - Parameter prompt: a message if the tokenizer has the chat symbols, else the start of a text; nil is `greeting`,
  ///   or an empty text.
  /// - Returns: the generated text; nil if the text would have no first token.
  /// - Throws: `TextError`, `EngineError`, `ModelError`.
  static func text(
    _ prompt: String?, _ model: RetNetModel, _ tokenizer: Tokenizer, maximumTokens: Int = 60
  ) throws -> String? {
    let format = TextGenerator.format(tokenizer, of: model)
    if case .continuation(let text) = format, text.opening.isEmpty, (prompt ?? "").isEmpty { return nil }
    var generator = try TextGenerator(
      prompt ?? (format.continuesText ? "" : greeting), mode: format.continuesText ? .plain : .chat, model: model,
      tokenizer: tokenizer, form: .recurrent, norms: model.norms, sampling: SamplingOptions())
    var text = ""
    for _ in 0..<maximumTokens {
      guard let step = try generator.next() else { break }
      text += step.text
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

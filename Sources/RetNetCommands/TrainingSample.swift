import Foundation
import RetNet
import RetNetSession
import RetNetText

/// What a model in training says: a short reply, or the continuation of a text.
enum TrainingSample {
  /// What conversations begin with where no prompt is given.
  static let greeting = "Hi! How are you today?"

  /// - Parameter prompt: a message where the tokenizer has the chat's symbols, else the beginning of a text; nil is
  ///   `greeting`, or a text from its beginning.
  /// - Returns: what the model adds; nil where neither a prompt nor a symbol opens the text.
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

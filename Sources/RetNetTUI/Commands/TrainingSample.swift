import Dispatch
import Foundation
import RetNet
import RetNetSession
import RetNetText

/// A short reply of a model in training.
enum TrainingSample {
  /// Blocks until the reply is there: training is between two steps and waits for it.
  ///
  /// Throws `TextError`, `EngineError` or `ModelError`.
  static func reply(
    to prompt: String, _ model: RetNetModel, _ tokenizer: Tokenizer, maximumTokens: Int = 60
  ) throws -> String {
    let engine = try Engine(model: model, tokenizer: tokenizer, norms: model.norms, sampling: SamplingOptions())
    let done = DispatchSemaphore(value: 0)
    let box = ReplyBox()
    Task.detached {
      do {
        try await engine.submit(prompt)
        var text = ""
        for try await moment in engine.run(maximumTokens: maximumTokens) where moment.role == .reply {
          text = moment.turnText
        }
        box.result = .success(text)
      } catch {
        box.result = .failure(error)
      }
      done.signal()
    }
    done.wait()
    return try box.result.get().trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Unchecked Sendable: it is written before the semaphore's signal and read after it.
  private final class ReplyBox: @unchecked Sendable {
    var result: Result<String, any Error> = .success("")
  }
}

import RetNetAnalysis
import RetNetSession

/// The time to go back to turns of a conversation.
package enum BenchTurns {
  /// Empties the model's session.
  ///
  /// - Throws: the error of a step.
  package static func measure(_ model: LoadedModel, seconds: Double) async throws -> TurnBenchmark.Result {
    guard let engine = model.engine as? Engine else { preconditionFailure("a model is read with its engine") }
    return try await TurnBenchmark.run(engine, seconds: seconds)
  }
}

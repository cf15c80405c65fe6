/// The forms of a model side by side on one text.
struct Laboratory {
  let model: RetNetModel
  /// Of the session, up to now.
  let tokens: [Int]
  /// Those of the session's next step.
  let norms: NormOptions

  /// - Throws: `LaboratoryError`, `ModelError`.
  func reading(_ request: LabRequest) throws -> LabReading {
    throw LaboratoryError.noTokens
  }
}

/// What the laboratory can be asked in vain.
public enum LaboratoryError: Error, Equatable, Sendable, CustomStringConvertible {
  case noTokens

  public var description: String {
    switch self {
    case .noTokens: "There are no tokens to compare the forms on: type a message first."
    }
  }
}

extension Engine {
  /// Answers on the session's tokens and with its norms, beside the engine: steps go on meanwhile.
  ///
  /// - Throws: `LaboratoryError`, `ModelError`.
  public nonisolated func laboratory(_ request: LabRequest) async throws -> LabReading {
    let laboratory = Laboratory(model: model, tokens: await tokens, norms: await norms)
    return try await Task.detached { try laboratory.reading(request) }.value
  }
}

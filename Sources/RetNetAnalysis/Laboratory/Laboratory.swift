import RetNet
import RetNetSession

/// The forms of a model side by side on one text.
struct Laboratory {
  let model: RetNetModel
  /// Of the session, up to now.
  let tokens: [Int]
  /// Those of the session's next step.
  let norms: NormOptions

  /// - Throws: `LaboratoryError`, `ModelError`, and `CancellationError` where the task has been cancelled.
  func reading(_ request: AnalysisRequest) throws -> AnalysisResult {
    try check(request)
    try Task.checkCancellation()
    return switch request {
    case .forms(let layer, let head, let chunkLength):
      .forms(try forms(layer: layer, head: head, chunkLength: chunkLength))
    case .norms(let norms, let layer): .norms(try self.norms(norms, layer: layer))
    case .precision(let layer, let head): .precision(try precision(layer: layer, head: head))
    case .costs(let layer, let chunkLength): .costs(try costs(layer: layer, chunkLength: chunkLength))
    }
  }

  private func check(_ request: AnalysisRequest) throws {
    let (layer, head, chunkLength) =
      switch request {
      case .forms(let layer, let head, let chunkLength): (layer, head, chunkLength)
      case .norms(_, let layer): (layer, 0, 1)
      case .precision(let layer, let head): (layer, head, 1)
      case .costs(let layer, let chunkLength): (layer, 0, chunkLength)
      }
    let (layers, heads) = (model.configuration.layers, model.configuration.heads)
    guard (0..<layers).contains(layer) else { throw LaboratoryError.layer(layer, layers: layers) }
    guard (0..<heads).contains(head) else { throw LaboratoryError.head(head, heads: heads) }
    guard chunkLength > 0 else { throw LaboratoryError.chunkLength(chunkLength) }
    if case .costs = request { return }
    guard !tokens.isEmpty else { throw LaboratoryError.noTokens }
  }
}

/// What the laboratory can be asked in vain.
package enum LaboratoryError: Error, Equatable, Sendable, CustomStringConvertible {
  case noTokens
  case layer(Int, layers: Int)
  case head(Int, heads: Int)
  case chunkLength(Int)

  package var description: String {
    switch self {
    case .noTokens: "There are no tokens to compare the forms on: type a message first."
    case .layer(let found, let layers):
      "There is no layer \(found): the model's layers go from 0 to \(layers - 1). Choose one of them."
    case .head(let found, let heads):
      "There is no head \(found): the model's heads go from 0 to \(heads - 1). Choose one of them."
    case .chunkLength(let found): "A chunk cannot have \(found) tokens: choose a length of at least 1."
    }
  }
}

extension Engine {
  /// Answers on the session's tokens and with its norms, beside the engine: steps go on meanwhile. Costs need no tokens.
  ///
  /// - Throws: `LaboratoryError`, `ModelError`, and `CancellationError` where the calling task is cancelled.
  package nonisolated func laboratory(_ request: AnalysisRequest) async throws -> AnalysisResult {
    let laboratory = await laboratory
    let reading = Task.detached { try laboratory.reading(request) }
    return try await withTaskCancellationHandler {
      try await reading.value
    } onCancel: {
      reading.cancel()
    }
  }

  private var laboratory: Laboratory { Laboratory(model: model, tokens: tokens, norms: norms) }
}

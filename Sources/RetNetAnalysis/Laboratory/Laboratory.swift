import RetNet
import RetNetSession

/// Compares the forms of a model on one text.
struct Laboratory {
  let model: RetNetModel
  /// The tokens that the session has read.
  let tokens: [Int]
  /// The norms of the session's next step.
  let norms: NormOptions
  /// The session's state before its last token; nil computes it under the norms of training.
  var stateBeforeLast: ModelState?
  /// Whether a token ends a reply.
  var endsReply: @Sendable (Int) -> Bool = { _ in false }

  /// - Parameter available: bytes of memory.
  /// - Throws: `LaboratoryError`, `RetNetError` if there is not enough memory, `ModelError`, and `CancellationError` if
  ///   the task is cancelled.
  func result(
    _ request: AnalysisRequest, available: @autoclosure () -> Double = AvailableMemory.bytes
  ) throws -> AnalysisResult {
    try check(request)
    try memory(request).require(available: available())
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

/// An analysis request that cannot be computed.
package enum LaboratoryError: Error, Equatable, Sendable, CustomStringConvertible {
  case noTokens
  case layer(Int, layers: Int)
  case head(Int, heads: Int)
  case chunkLength(Int)

  package var description: String {
    switch self {
    case .noTokens: "There are no tokens to compare the forms on: type a message first."
    case .layer(let found, let layers):
      "There is no layer \(found): the model has layers 0 to \(layers - 1). Choose one of them."
    case .head(let found, let heads):
      "There is no head \(found): the model has heads 0 to \(heads - 1). Choose one of them."
    case .chunkLength(let found): "A chunk cannot have \(found) tokens: choose a length of at least 1."
    }
  }
}

extension Engine {
  /// Computes a request on the session's tokens with its norms, concurrently with the engine's steps. Costs need no tokens.
  ///
  /// - Throws: as `Laboratory.result`, and `CancellationError` if the calling task is cancelled.
  package nonisolated func laboratory(_ request: AnalysisRequest) async throws -> AnalysisResult {
    let laboratory = try await laboratory(for: request)
    let analysis = Task.detached { try laboratory.result(request) }
    return try await withTaskCancellationHandler {
      try await analysis.value
    } onCancel: {
      analysis.cancel()
    }
  }

  private func laboratory(for request: AnalysisRequest) throws -> Laboratory {
    var laboratory = Laboratory(model: model, tokens: tokens, norms: norms)
    if case .norms = request, !tokens.isEmpty {
      laboratory.stateBeforeLast = try state(of: .position(tokens.count - 1))
      laboratory.endsReply = { [format] in format.endsReply($0) }
    }
    return laboratory
  }
}

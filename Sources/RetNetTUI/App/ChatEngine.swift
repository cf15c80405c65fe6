import RetNet

/// What the app asks of a model that speaks. `Engine` is the real one; tests bring their own.
protocol ChatEngine: Sendable {
  func setNorms(_ norms: NormOptions) async
  func setSampling(_ sampling: SamplingOptions) async
  /// Queues a user turn and opens a reply.
  func submit(_ text: String) async throws
  /// One recurrent step; nil when the reply has ended.
  func step() async throws -> Moment?
  /// The reply ends where it stands.
  func endReply() async
  /// Undoes one step: the moment that is now, nil at the start.
  func back() async -> Moment?
  /// Takes back the last user turn and its reply.
  func undoTurn() async -> (moment: Moment?, turns: Int)
  func reset() async
}

/// A model that has been read, and what the screen must know of it.
struct LoadedModel: Sendable {
  var info: ModelInfo
  var engine: any ChatEngine
}

/// Reads a model by name or folder; slow, never on the main actor.
typealias ModelLoader = @Sendable (String) async throws -> LoadedModel

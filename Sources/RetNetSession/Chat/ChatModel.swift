import Foundation
import RetNet
import RetNetText

/// A language model with its tokenizer and sampling values, opened from a folder and shared by any number of chats.
///
/// A model whose vocabulary has the chat symbols (`<s>`, `<|user|>`, `<|bot|>`, `</s>`) answers in turns. Any other
/// model continues the text of a message.
public struct ChatModel: Sendable {
  /// The values of `generation_config.json`, or the defaults of ``SamplingOptions`` if the folder has no such file.
  public let sampling: SamplingOptions
  /// Whether the model continues the text of a message instead of answering it.
  public var continuesText: Bool { format.continuesText }

  let model: RetNetModel
  let tokenizer: Tokenizer
  let format: ConversationFormat
  let weights: WeightsIdentity
  let threads: Int

  /// Opens a model. Reads all weights of a small model and maps those of a large one. Do not call on the main actor.
  ///
  /// - Parameters:
  ///   - folder: contains `config.json`, `model.safetensors` or its shards, `tokenizer.model` or `tokenizer.json`,
  ///     and optionally `generation_config.json`.
  ///   - threads: cores per chat, 1 to 256. The tokens do not depend on it. For small models one core is enough and
  ///     leaves the others to other chats.
  /// - Throws: `ChatError.file` or `ChatError.model`.
  public init(contentsOf folder: URL, threads: Int = 1) throws(ChatError) {
    let path = try ChatError.path(folder)
    self = try ChatError.mappingErrors({ .model(folder: path, reason: $0) }) {
      try WorkerTeam.validate(threads: threads)
      return try ChatModel(folder: path, threads: threads)
    }
  }

  private init(folder: String, threads: Int) throws {
    // Before the weights, so that a missing file is reported at once.
    let name = ModelFolder.tokenizer(in: folder) ?? ModelFolder.tokenizerFile
    let tokenizer = try Tokenizer.load(from: ModelFolder.path(folder, name))
    sampling = try SamplingOptions.stored(in: folder)
    weights = try WeightsIdentity(folder: folder)
    model = try RetNetModel.load(from: folder)
    try EngineError.checkVocabulary(tokenizer, model)
    self.tokenizer = tokenizer.completed(by: model.configuration)
    format = ConversationFormat(self.tokenizer)
    self.threads = threads
  }

  /// An empty chat with the model's own sampling values.
  ///
  /// - Parameter seed: seed of the random numbers; the same seed and messages give the same replies.
  /// - Returns: a chat that has read nothing.
  public func makeChat(seed: UInt64) -> Chat {
    Chat(self, sampling: sampling, state: ChatState(self, model.makeState(), seed: seed))
  }

  /// An empty chat.
  ///
  /// - Parameters:
  ///   - seed: seed of the random numbers; the same seed and messages give the same replies.
  ///   - sampling: nil selects the model's own values.
  ///   - persona: file with a trained initial state; nil starts with an empty state. The first use of a persona reads
  ///     all weights to compute their hash.
  /// - Returns: a chat that has read nothing.
  /// - Throws: `ChatError.sampling` for a value out of range; `ChatError.file`, `ChatError.state` and
  ///   `ChatError.weightsReplaced` for the persona.
  public func makeChat(
    seed: UInt64, sampling: SamplingOptions? = nil, persona: URL? = nil
  ) throws(ChatError) -> Chat {
    try sampling?.check()
    let state = try persona.map { url throws(ChatError) in try self.persona(ChatError.path(url)) } ?? model.makeState()
    return Chat(self, sampling: sampling ?? self.sampling, state: ChatState(self, state, seed: seed))
  }

  private func persona(_ path: String) throws(ChatError) -> ModelState {
    let hash = try weights.sha256()
    return try ChatError.mappingErrors({ .state(path: path, reason: $0) }) {
      try InitialState.read(from: path, for: model.configuration, modelHash: hash).state(for: model.configuration)
    }
  }
}

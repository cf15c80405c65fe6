import Foundation
import RetNet
import RetNetText

/// A language model with its vocabulary and its sampling values, opened from a folder. Any number of chats share it.
///
/// A model whose vocabulary has the symbols of a chat (`<s>`, `<|user|>`, `<|bot|>`, `</s>`) answers in turns. Any other
/// continues the text that it is sent.
public struct ChatModel: Sendable {
  /// The values of the model's `generation_config.json`; the defaults of `SamplingOptions` where the folder has none.
  public let sampling: SamplingOptions
  /// Whether the model continues the text that it is sent, instead of answering it.
  public var continuesText: Bool { format.continuesText }

  let model: RetNetModel
  let tokenizer: Tokenizer
  let format: ConversationFormat
  let weights: WeightsIdentity
  let threads: Int

  /// Opens a model. All weights of a small model are read, those of a large one are mapped: not for the main actor.
  ///
  /// - Parameters:
  ///   - folder: holds `config.json`, `model.safetensors` or its shards, `tokenizer.model` and, if the model has sampling
  ///     values of its own, `generation_config.json`.
  ///   - threads: cores that each chat computes on, 1 to 256; the tokens do not depend on it. One core is enough for
  ///     small models, and leaves the others to other chats.
  /// - Throws: `ChatError.file` or `ChatError.model`.
  public init(contentsOf folder: URL, threads: Int = 1) throws(ChatError) {
    let path = try ChatError.path(folder)
    self = try ChatError.describing({ .model(folder: path, reason: $0) }) {
      try WorkerTeam.validate(threads: threads)
      return try ChatModel(folder: path, threads: threads)
    }
  }

  private init(folder: String, threads: Int) throws {
    // Before the weights: what is missing shows at once.
    let tokenizer = try Tokenizer.load(from: ModelFolder.path(folder, ModelFolder.tokenizerFile))
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
  /// - Parameter seed: of the random numbers; the same seed and messages give the same replies.
  public func makeChat(seed: UInt64) -> Chat {
    Chat(self, sampling: sampling, state: ChatState(self, model.makeState(), seed: seed))
  }

  /// An empty chat.
  ///
  /// - Parameters:
  ///   - seed: of the random numbers; the same seed and messages give the same replies.
  ///   - sampling: nil has the model's own values.
  ///   - persona: a file of a state that the chat begins with, trained with all weights held fixed; nil begins with an empty
  ///     one. Its first use reads all weights for their hash.
  /// - Throws: `ChatError.sampling` for a value out of range; `ChatError.file`, `ChatError.state` and
  ///   `ChatError.weightsReplaced` about the persona.
  public func makeChat(
    seed: UInt64, sampling: SamplingOptions? = nil, persona: URL? = nil
  ) throws(ChatError) -> Chat {
    try sampling?.check()
    let state = try persona.map { url throws(ChatError) in try self.persona(ChatError.path(url)) } ?? model.makeState()
    return Chat(self, sampling: sampling ?? self.sampling, state: ChatState(self, state, seed: seed))
  }

  private func persona(_ path: String) throws(ChatError) -> ModelState {
    let hash = try weights.sha256()
    return try ChatError.describing({ .state(path: path, reason: $0) }) {
      try InitialState.read(from: path, for: model.configuration, modelHash: hash).state(for: model.configuration)
    }
  }
}

import Foundation
import RetNet

/// The state of a chat, as a value: copy it, write it to a file, and return to it with `Chat.restore`.
///
/// The same message to the same state gives the same tokens, bit for bit, with the same sampling values.
public struct ChatState: Sendable, Hashable, ReplyState {
  /// The model it belongs to.
  private(set) var weights: WeightsIdentity
  var retention: ModelState
  /// The tokens in the window of the repetition penalty, oldest first.
  private(set) var recent: [Int]
  /// Generator of the random number for the next token.
  var generator: SeededGenerator

  /// Tokens read and generated so far.
  public var position: Int { retention.position }

  init(_ model: ChatModel, _ retention: ModelState, seed: UInt64) {
    self.init(model, retention, recent: [], generator: SeededGenerator(seed: seed))
  }

  init(_ model: ChatModel, _ retention: ModelState, recent: [Int], generator: SeededGenerator) {
    weights = model.weights
    self.retention = retention
    self.recent = recent
    self.generator = generator
  }

  /// Adds a token that `retention` already includes.
  ///
  /// - Parameter window: length of the window of the repetition penalty.
  mutating func append(_ token: Int, window: Int) {
    recent.append(token)
    if recent.count > window { recent.removeFirst(recent.count - window) }
  }

  /// The state, verified as a state of `model`.
  ///
  /// - Throws: `ChatError.otherModel`; if the model was opened from other files, also the errors of reading all weights
  ///   to compare their hashes.
  func belonging(to model: ChatModel) throws(ChatError) -> ChatState {
    let (found, expected) = (Shape(retention), Shape(model.model.configuration))
    guard found == expected else { throw .otherModel(found: "\(found)", expected: "\(expected)") }
    if weights != model.weights {
      let (found, expected) = (try weights.sha256(), try model.weights.sha256())
      guard found == expected else { throw .otherModel(sha256: found, expected: expected) }
    }
    var state = self
    state.weights = model.weights
    return state
  }

  /// The shape of a model's state: `[layers, heads, headDim, valueDim]`.
  struct Shape: Hashable, CustomStringConvertible {
    let sizes: [Int]

    init(_ configuration: ModelConfiguration) {
      sizes = [configuration.layers, configuration.heads, configuration.headDim, configuration.headValueDim]
    }

    init(_ state: ModelState) {
      sizes = [state.layers.count] + (state.layers.first.map { [$0.heads, $0.headDim, $0.valueDim] } ?? [])
    }

    var description: String { "states of shape \(sizes)" }
  }
}

extension ChatError {
  static func otherModel(sha256 found: String, expected: String) -> ChatError {
    .otherModel(found: "weights \(found.prefix(12))…", expected: "weights \(expected.prefix(12))…")
  }
}

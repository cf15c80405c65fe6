import Foundation
import RetNet

/// Everything that a chat remembers: a value. Keep it, copy it, write it, and go back to it with `Chat.restore`.
///
/// The same message to the same state gives the same tokens, bit for bit, where the sampling values are the same too.
public struct ChatState: Sendable, Hashable {
  /// Which model it belongs to.
  private(set) var weights: WeightsIdentity
  var retention: ModelState
  /// The last tokens, which the repetition penalty looks at; oldest first.
  private(set) var recent: [Int]
  /// Of the next token that is drawn.
  var generator: SeededGenerator

  /// Tokens read and written so far.
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

  /// Records a token that `retention` has seen.
  ///
  /// - Parameter window: how many tokens the penalty looks at.
  mutating func append(_ token: Int, window: Int) {
    recent.append(token)
    if recent.count > window { recent.removeFirst(recent.count - window) }
  }

  /// The same state as one of `model`.
  ///
  /// - Throws: `ChatError.otherModel`; where the model was opened from other files, also what reading all weights for
  ///   their hash throws.
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

import Lessons
import RetNet
import RetNetSession

/// What the screen must know of a loaded model.
package struct ModelInfo: Sendable, Hashable {
  package var name: String
  var layers: Int
  /// Query heads per layer.
  var heads: Int
  /// d_k of one head: the rows of its state.
  var headDim: Int
  /// d_v of one head: the columns of its state.
  var valueDim: Int
  /// The norms the model was trained with.
  var norms = NormOptions()
  /// The sampling values kept beside the model, or in the settings file.
  var sampling = SamplingOptions()
  /// Whether the model continues what is typed, as it has no symbols for a chat, or as `isRaw` says.
  var continuesText = false
  /// Whether text without turns was asked for.
  var isRaw = false
  /// Whose layout the checkpoint has; nil where that is not known.
  var dialect: Dialect?
  /// nil where the model is not one of a folder.
  var configuration: ModelConfiguration?
  /// What its sessions begin with; nil is an empty state.
  var persona: ChosenPersona?
  /// Steps back that are kept; earlier states are computed again.
  var stepsKept = 128

  /// What a user must know of a model that has no symbols for a chat; nil of any other, and where text was asked for.
  var continuationNote: String? { continuesText && !isRaw ? Self.continuationNote(name) : nil }

  package static func continuationNote(_ name: String) -> String {
    "\(name) has no chat symbols: it continues the text that you type."
  }

  /// After an empty reply of such a model.
  static let nothingAdded = "The model ends the text here; type more to go on."

  /// What a command or a lesson can ask of it.
  var shape: ModelShape { ModelShape(layers: layers, heads: heads, headDim: headDim, valueDim: valueDim) }

  /// γ of every head.
  var decay: Decay { Decay(heads: heads) }
}

extension ModelInfo {
  init(name: String, configuration: ModelConfiguration, sampling: SamplingOptions) {
    self.init(
      name: name, layers: configuration.layers, heads: configuration.heads, headDim: configuration.headDim,
      valueDim: configuration.headValueDim, norms: NormOptions(retention: configuration.norms), sampling: sampling)
    dialect = configuration.dialect
  }
}

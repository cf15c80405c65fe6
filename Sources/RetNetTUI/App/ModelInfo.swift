import Lessons
import RetNet
import RetNetSession

/// The properties of a loaded model that the screen needs.
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
  /// The sampling values stored with the model or in the settings file.
  var sampling = SamplingOptions()
  /// Whether the model continues the typed text: it has no chat symbols, or `isRaw` is set.
  var continuesText = false
  /// Whether the user chose text without turns.
  var isRaw = false
  /// The dialect of the checkpoint; nil if unknown.
  var dialect: Dialect?
  /// nil if the model does not come from a folder.
  var configuration: ModelConfiguration?
  /// The persona of its sessions; nil is an empty state.
  var persona: ChosenPersona?
  /// The names of the personas in its folder.
  var personas: [String] = []
  /// The number of stored steps. Earlier states are recomputed.
  var stepsKept = 128

  /// A message about a model without chat symbols; nil for other models, and with `isRaw`.
  var continuationNote: String? { continuesText && !isRaw ? Self.continuationNote(name) : nil }

  package static func continuationNote(_ name: String) -> String {
    "\(name) has no chat symbols: it continues the text that you type."
  }

  /// The notice after an empty reply of such a model.
  static let nothingAdded = "The model ends the text here. Type more text."

  /// The limits of layer, head, row and column in commands and lessons.
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

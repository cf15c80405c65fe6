import Foundation
import RetNet

/// What `retnet inspect` finds out about a model's folder.
struct ModelReport {
  let folder: String
  let configuration: ModelConfiguration
  let parameterCount: Int
  let decay: Decay
  let norms: NormOptions
  let tensors: [TensorSummary]
  let groups: [Group]
  let tokenizer: Tokenizer?
  let sampling: SamplingOptions

  /// Tensors of one name but for the layer's number.
  struct Group: Equatable {
    /// With `N` where the layer's number stands.
    var name: String
    var type: TensorType
    var shape: [Int]
    var tensors: Int
    var parameters: Int
  }

  /// - Throws: `FileError`, `ModelError`, `CheckpointError`, `TextError`.
  init(folder: String, dialect: Dialect? = nil) throws {
    let model = try ModelReading.weights(folder, dialect: dialect)
    self.folder = folder
    configuration = model.configuration
    parameterCount = model.parameterCount
    decay = model.decay
    norms = model.norms
    tensors = try TensorSummary.summaries(
      of: SafetensorsFile(path: ModelFolder.path(folder, ModelFolder.weightsFile)))
    groups = Self.groups(tensors)
    tokenizer = try ModelReading.tokenizerIfAny(folder)
    sampling = try ModelCatalog.sampling(folder)
  }

  /// Tensors with NaN or infinity.
  var damaged: [TensorSummary] { tensors.filter { !$0.isFinite } }

  /// Bytes of everything that the model remembers: S in Float32, z and c in Double.
  var stateBytes: Int {
    let c = configuration
    return c.layers * c.heads * (4 * c.headDim * c.headValueDim + 8 * c.headDim + 8)
  }

  /// Whether the tokenizer has the symbols of the chat format.
  var canChat: Bool { tokenizer.flatMap { try? ChatFormat($0) } != nil }

  static func groups(_ tensors: [TensorSummary]) -> [Group] {
    var groups: [Group] = []
    for tensor in tensors.sorted(by: { $0.name.localizedStandardCompare($1.name) == .orderedAscending }) {
      let name = tensor.name.split(separator: ".", omittingEmptySubsequences: false)
        .map { Int($0) == nil ? String($0) : "N" }.joined(separator: ".")
      let place = groups.firstIndex { $0.name == name && $0.type == tensor.type && $0.shape == tensor.shape }
      if let place {
        groups[place].tensors += 1
        groups[place].parameters += tensor.count
      } else {
        groups.append(Group(name: name, type: tensor.type, shape: tensor.shape, tensors: 1, parameters: tensor.count))
      }
    }
    return groups
  }
}

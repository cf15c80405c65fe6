import Foundation
import RetNet
import RetNetSession
import RetNetTUI
import RetNetText

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
    /// Bytes in the file.
    var bytes: Int
  }

  /// - Throws: `FileError`, `ModelError`, `CheckpointError`, `TextError`.
  init(folder: String, dialect: Dialect? = nil) throws {
    let model = try ModelLoading.weights(folder, dialect: dialect)
    self.folder = folder
    configuration = model.configuration
    parameterCount = model.parameterCount
    decay = model.decay
    norms = model.norms
    tensors = try TensorSummary.summaries(of: TensorFiles(folder: folder))
    groups = Self.groups(tensors)
    tokenizer = try ModelLoading.tokenizerIfAny(folder, for: model)
    sampling = try SamplingOptions.stored(in: folder)
  }

  /// Tensors with NaN or infinity.
  var damaged: [TensorSummary] { tensors.filter { !$0.isFinite } }

  var stateBytes: Int { configuration.stateBytes }

  /// Lengths at which the state is set against a key/value cache.
  static let cacheLengths = [1024, 8192, 65_536]

  /// Bytes that a Transformer of this shape keeps of `tokens` tokens: each one's keys and values in every layer, in Float32
  /// as the state is.
  func cacheBytes(tokens: Int) -> Int {
    let c = configuration
    return 4 * c.layers * c.keyValueHeads * (c.headDim + c.headValueDim) * tokens
  }

  /// The length at which such a cache becomes as large as the state.
  var tokensOfEqualCache: Int {
    let perToken = cacheBytes(tokens: 1)
    return perToken > 0 ? (stateBytes + perToken - 1) / perToken : 0
  }

  /// What the vocabulary consists of.
  struct Pieces: Equatable {
    var control = 0
    var bytes = 0
    var text = 0
    /// Whether every byte has a piece, so that any text can be written.
    var hasByteFallback: Bool { bytes == 256 }

    init(_ tokenizer: Tokenizer) {
      for token in 0..<tokenizer.vocabularySize where token != tokenizer.unknown {
        if tokenizer.isControl(token) {
          control += 1
        } else if tokenizer.isByte(token) {
          bytes += 1
        } else {
          text += 1
        }
      }
    }
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
        groups[place].bytes += tensor.byteCount
      } else {
        groups.append(
          Group(
            name: name, type: tensor.type, shape: tensor.shape, tensors: 1, parameters: tensor.count,
            bytes: tensor.byteCount))
      }
    }
    return groups
  }
}

import Foundation
import RetNet
import RetNetSession
import RetNetTUI
import RetNetText

/// Result of `retnet inspect`.
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

  /// Tensors whose names differ only in the layer number.
  struct Group: Equatable {
    /// With `N` in index of the layer number.
    var name: String
    var type: TensorType
    var shape: [Int]
    var tensors: Int
    var parameters: Int
    /// Bytes in the file.
    var bytes: Int
  }

  /// - Parameter progress: called after each tensor.
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`, `TextError`.
  init(
    folder: String, dialect: Dialect? = nil, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws {
    let model = try ModelLoading.weights(folder, dialect: dialect)
    self.folder = folder
    configuration = model.configuration
    parameterCount = model.parameterCount
    decay = model.decay
    norms = model.norms
    tensors = try TensorSummary.summaries(of: TensorFiles(folder: folder), progress: progress)
    groups = Self.groups(tensors)
    tokenizer = try ModelLoading.tokenizerIfAny(folder, for: model)
    sampling = try SamplingOptions.stored(in: folder)
  }

  /// Tensors with NaN or infinity.
  var damaged: [TensorSummary] { tensors.filter { !$0.isFinite } }

  var stateBytes: Int { configuration.stateBytes }

  /// Lengths at which the state is compared with a key/value cache.
  static let cacheLengths = [1024, 8192, 65_536]

  /// Bytes of a Transformer's key/value cache of this shape after `tokens` tokens: keys and values of every layer, in
  /// Float32 as the state.
  func cacheBytes(tokens: Int) -> Int {
    let c = configuration
    return 4 * c.layers * c.keyValueHeads * (c.headDim + c.headValueDim) * tokens
  }

  /// The length at which the cache is as large as the state.
  var tokensOfEqualCache: Int {
    let perToken = cacheBytes(tokens: 1)
    return perToken > 0 ? (stateBytes + perToken - 1) / perToken : 0
  }

  /// Number of pieces by kind.
  struct Pieces: Equatable {
    var control = 0
    var bytes = 0
    var text = 0
    /// Whether every byte has a piece, so that any text can be encoded.
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

  /// Whether the tokenizer has the chat symbols.
  var canChat: Bool { tokenizer.flatMap { try? ChatFormat($0) } != nil }

  static func groups(_ tensors: [TensorSummary]) -> [Group] {
    var groups: [Group] = []
    for tensor in tensors.sorted(by: { $0.name.localizedStandardCompare($1.name) == .orderedAscending }) {
      let name = tensor.name.split(separator: ".", omittingEmptySubsequences: false)
        .map { Int($0) == nil ? String($0) : "N" }.joined(separator: ".")
      let index = groups.firstIndex { $0.name == name && $0.type == tensor.type && $0.shape == tensor.shape }
      if let index {
        groups[index].tensors += 1
        groups[index].parameters += tensor.count
        groups[index].bytes += tensor.byteCount
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

/// An invalid checkpoint file. Each case names the file or tensor.
package enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not a safetensors file.
  case notSafetensors(path: String, found: ForeignFile)
  /// The file ends inside its header.
  case truncatedHeader(path: String, headerBytes: Int, fileBytes: Int)
  /// The header is invalid; `problem` names what is wrong at `byteOffset` of the file.
  case badHeader(path: String, byteOffset: Int, problem: String)
  case duplicateKey(path: String, key: String)
  case unknownType(path: String, name: String, found: String)
  /// The bytes of a tensor do not match its shape and type; `needed` is nil if it overflows.
  case sizeMismatch(path: String, name: String, type: TensorType, shape: [Int], needed: Int?, found: Int)
  /// A tensor ends beyond the end of the file.
  case truncated(path: String, name: String, neededBytes: Int, fileBytes: Int)
  case overlap(path: String, first: String, second: String)
  /// Some bytes of the file belong to no tensor.
  case unusedBytes(path: String, byteRange: Range<Int>)

  /// Weights in PyTorch's format, in one or more files.
  case pickled(paths: [String])
  /// The folder has a safetensors file, but not with the expected name.
  case otherWeights(folder: String, found: String)
  /// An invalid index of a sharded model; `problem` continues a sentence that begins with the index.
  case badIndex(path: String, problem: String)
  case missingShard(index: String, shard: String)
  case missingInShard(index: String, name: String, shard: String)
  /// Two shards have a tensor of the same name.
  case duplicateTensor(name: String, first: String, second: String)

  case missingTensor(name: String, path: String)
  /// A stored decay or rotation that differs from the one that this program computes.
  case otherBuffer(name: String, path: String)
  /// Tensors that the model does not use, so that it may be another one.
  case unusedTensors(names: [String], path: String)
  case shapeMismatch(name: String, expected: [Int], found: [Int])
  case wrongType(name: String, expected: [TensorType], found: TensorType)
  case integerTooLarge(name: String, found: UInt64)

  package var description: String {
    switch self {
    case .notSafetensors(let path, let found):
      "'\(path)' is \(found.description)"
    case .truncatedHeader(let path, let header, let file):
      "'\(path)' is cut off: its header has \(header) bytes, but the file only \(file). Copy or download it again."
    case .badHeader(let path, let offset, let problem):
      "'\(path)' has a damaged safetensors header: \(problem) at byte \(offset). Copy or download it again."
    case .duplicateKey(let path, let key):
      "'\(path)' has the key '\(key)' twice in its header. Write the file again."
    case .unknownType(let path, let name, let found):
      "Tensor '\(name)' in '\(path)' has the unknown type '\(found)'. "
        + "Convert it to one of \(TensorType.allCases.map(\.rawValue).joined(separator: ", "))."
    case .sizeMismatch(let path, let name, let type, let shape, let needed, let found):
      "Tensor '\(name)' in '\(path)' has \(found) bytes, but shape \(shape) of \(type.rawValue) needs "
        + (needed.map { "\($0)" } ?? "more than any file can hold") + ". The header is damaged: write the file again."
    case .truncated(let path, let name, let needed, let file):
      "'\(path)' is cut off: tensor '\(name)' ends at byte \(needed), but the file has \(file) bytes. "
        + "Copy or download it again."
    case .overlap(let path, let first, let second):
      "Tensors '\(first)' and '\(second)' in '\(path)' overlap. Write the file again."
    case .unusedBytes(let path, let range):
      "Bytes \(range.lowerBound) to \(range.upperBound) of '\(path)' belong to no tensor, but safetensors files have "
        + "no gaps. Copy, download or write it again."
    case .pickled(let paths):
      "'\(paths.first ?? "")'" + (paths.count > 1 ? " (and \(paths.count - 1) more)" : "")
        + " is \(ForeignFile.pickle.description)"
    case .otherWeights(let folder, let found):
      "There is no file '\(ModelFolder.weightsFile)' and no index of shards in '\(folder)', but '\(found)'. "
        + "Rename the weights, or copy the missing \(ModelFolder.indexFile)."
    case .badIndex(let path, let problem):
      "The index '\(path)' \(problem). It must name a file in its folder for each tensor. Copy or download it again."
    case .missingShard(let index, let shard):
      "The shard '\(shard)' of the index '\(index)' is missing. Copy or download all files of the model."
    case .missingInShard(let index, let name, let shard):
      "'\(shard)' has no tensor '\(name)', which the index '\(index)' assigns to it. "
        + "Copy or download all files of the model again, in the same version."
    case .duplicateTensor(let name, let first, let second):
      "Tensor '\(name)' is in both '\(first)' and '\(second)'. Remove the file that does not belong to the model."
    case .missingTensor(let name, let path):
      "'\(path)' has no tensor '\(name)', which this model needs. "
        + "Check that weights and configuration belong together."
    case .otherBuffer(let name, let path):
      "Tensor '\(name)' in '\(path)' differs from the decay or rotation of a RetNet with this configuration. "
        + "Use a model with the standard ones, or check that weights and configuration belong together."
    case .unusedTensors(let names, let path):
      "'\(path)' has \(names.count == 1 ? "a tensor" : "\(names.count) tensors") that this model does not use: "
        + names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? " and others" : "")
        + ". Check that weights and configuration belong together, or remove what does not change the model."
    case .shapeMismatch(let name, let expected, let found):
      "Tensor '\(name)' has shape \(found), this model needs \(expected). "
        + "Set the model configuration to the one stored with the checkpoint."
    case .wrongType(let name, let expected, let found):
      "Tensor '\(name)' has type \(found.rawValue), expected \(expected.map(\.rawValue).joined(separator: ", ")). "
        + "Convert the tensor."
    case .integerTooLarge(let name, let found):
      "Tensor '\(name)' has the value \(found), but the limit is \(Int.max). Store it in a smaller type."
    }
  }
}

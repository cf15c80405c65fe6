/// What a checkpoint file can get wrong, named by file or tensor.
package enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Another kind of file where safetensors is needed.
  case notSafetensors(path: String, found: ForeignFile)
  /// The file ends before its header does.
  case truncatedHeader(path: String, headerBytes: Int, fileBytes: Int)
  /// The header cannot be read; `problem` says what stands at `byteOffset` of the file.
  case badHeader(path: String, byteOffset: Int, problem: String)
  case duplicateKey(path: String, key: String)
  case unknownType(path: String, name: String, found: String)
  /// Shape and type of a tensor need another number of bytes than it has; `needed` is nil where it overflows.
  case sizeMismatch(path: String, name: String, type: TensorType, shape: [Int], needed: Int?, found: Int)
  /// A tensor lies beyond the end of the file.
  case truncated(path: String, name: String, neededBytes: Int, fileBytes: Int)
  case overlap(path: String, first: String, second: String)
  /// Bytes of the file that belong to no tensor.
  case unusedBytes(path: String, byteRange: Range<Int>)

  /// Weights in PyTorch's own format, in one file or in parts; at least one.
  case pickled(paths: [String])
  /// A folder has safetensors, but none where the weights are looked for.
  case otherWeights(folder: String, found: String)
  /// The index of a sharded model; `problem` says what it is or does.
  case badIndex(path: String, problem: String)
  case missingShard(index: String, shard: String)
  case missingInShard(index: String, name: String, shard: String)
  /// Two shards hold a tensor of one name.
  case duplicateTensor(name: String, first: String, second: String)

  case missingTensor(name: String, path: String)
  case shapeMismatch(name: String, expected: [Int], found: [Int])
  case wrongType(name: String, expected: [TensorType], found: TensorType)
  case integerTooLarge(name: String, found: UInt64)

  package var description: String {
    switch self {
    case .notSafetensors(let path, let found):
      "'\(path)' is \(found.description)"
    case .truncatedHeader(let path, let header, let file):
      "'\(path)' is cut off: its header takes \(header) bytes, but the file has only \(file). Copy or download it again."
    case .badHeader(let path, let offset, let problem):
      "'\(path)' has a damaged safetensors header: \(problem) at byte \(offset). Copy or download it again."
    case .duplicateKey(let path, let key):
      "'\(path)' names '\(key)' twice in its header, where each name may stand once. Write the file anew."
    case .unknownType(let path, let name, let found):
      "Tensor '\(name)' in '\(path)' has the unknown type '\(found)'. "
        + "Convert it to one of \(TensorType.allCases.map(\.rawValue).joined(separator: ", "))."
    case .sizeMismatch(let path, let name, let type, let shape, let needed, let found):
      "Tensor '\(name)' in '\(path)' takes \(found) bytes, but shape \(shape) of \(type.rawValue) needs "
        + (needed.map { "\($0)" } ?? "more than any file can hold") + ". The header is damaged: write the file anew."
    case .truncated(let path, let name, let needed, let file):
      "'\(path)' is cut off: tensor '\(name)' ends at byte \(needed), but the file has only \(file). "
        + "Copy or download it again."
    case .overlap(let path, let first, let second):
      "Tensors '\(first)' and '\(second)' in '\(path)' lie over each other, where each needs bytes of its own. "
        + "Write the file anew."
    case .unusedBytes(let path, let range):
      "Bytes \(range.lowerBound) to \(range.upperBound) of '\(path)' belong to no tensor, where safetensors has no gaps. "
        + "Copy or download it again, or write it anew."
    case .pickled(let paths):
      "'\(paths.first ?? "")'" + (paths.count > 1 ? ", with \(paths.count - 1) more like it," : "")
        + " is \(ForeignFile.pickle.description)"
    case .otherWeights(let folder, let found):
      "There is no file '\(ModelFolder.weightsFile)' and no index of shards in '\(folder)', but '\(found)'. "
        + "Give the weights that name, or copy the missing \(ModelFolder.indexFile)."
    case .badIndex(let path, let problem):
      "The index '\(path)' \(problem), where it should name a file beside it for each tensor. Copy or download it again."
    case .missingShard(let index, let shard):
      "There is no '\(shard)' beside '\(index)', which names it. Copy or download all of the model's files."
    case .missingInShard(let index, let name, let shard):
      "'\(shard)' has no tensor '\(name)', though the index '\(index)' says so. "
        + "Copy or download the model's files again, all of one version."
    case .duplicateTensor(let name, let first, let second):
      "Tensor '\(name)' is in '\(first)' and in '\(second)', where one file should have it. "
        + "Remove the file that does not belong to the model."
    case .missingTensor(let name, let path):
      "'\(path)' has no tensor '\(name)', which this model needs. "
        + "Check that weights and configuration belong together."
    case .shapeMismatch(let name, let expected, let found):
      "Tensor '\(name)' has shape \(found), this model needs \(expected). "
        + "Set the model configuration to the one stored with the checkpoint."
    case .wrongType(let name, let expected, let found):
      "Tensor '\(name)' has type \(found.rawValue), but \(expected.map(\.rawValue).joined(separator: ", ")) "
        + (expected.count == 1 ? "is" : "are") + " read here. Convert the tensor."
    case .integerTooLarge(let name, let found):
      "Tensor '\(name)' holds \(found), and integers up to \(Int.max) are read here. Store it in a smaller type."
    }
  }
}

import Foundation

/// What a checkpoint file can get wrong, named by file or tensor.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
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

  /// A folder has weights in PyTorch's own format only.
  case pickled(path: String)
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

  /// Kinds of file that are often given instead of safetensors.
  public enum ForeignFile: Sendable, Hashable {
    case empty, pytorchZip, pickle, gitLFSPointer, json, gguf, unknown
  }

  public var description: String {
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
    case .pickled(let path):
      "'\(path)' is \(ForeignFile.pickle.description)"
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

extension CheckpointError {
  /// Whether a file's name is one that PyTorch's own format has.
  public static func isPickle(_ path: String) -> Bool {
    ["bin", "pt", "pth"].contains((path as NSString).pathExtension.lowercased())
  }

  /// Lines of Python that make a safetensors file of one in PyTorch's format; none for other errors.
  public var remedy: [String] {
    let path: String
    switch self {
    case .pickled(let found), .notSafetensors(let found, .pytorchZip), .notSafetensors(let found, .pickle): path = found
    default: return []
    }
    let folder = (path as NSString).deletingLastPathComponent
    let target = folder.isEmpty ? ModelFolder.weightsFile : ModelFolder.path(folder, ModelFolder.weightsFile)
    return [
      "import torch, safetensors.torch",
      "state = torch.load(\(Self.python(path)), map_location='cpu', weights_only=True)",
      "safetensors.torch.save_file({k: v.clone().contiguous() for k, v in state.get('model', state).items()}, "
        + "\(Self.python(target)))",
    ]
  }

  /// A string as Python writes it.
  private static func python(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "'", "\\": "\\\(scalar)"
      case _ where scalar.value < 0x20: "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: "\(scalar)"
      }
    }
    return "'" + escaped.joined() + "'"
  }
}

extension CheckpointError.ForeignFile: CustomStringConvertible {
  /// The end of a sentence that begins with the file's name.
  public var description: String {
    let save = "make safetensors of it with these lines of Python."
    switch self {
    case .empty:
      return "empty, but a safetensors file is needed. Copy or download it again."
    case .pytorchZip, .pickle:
      return "a PyTorch pickle (.pt, .pth, .bin), which may run code when opened and is not read here: " + save
    case .gitLFSPointer:
      return "a Git LFS pointer, not the file itself. Run 'git lfs pull' in its folder, or download the file."
    case .json:
      return "JSON text, but a safetensors file is needed. Give the weights, which often lie beside it."
    case .gguf:
      return "a GGUF file, but a safetensors file is needed. Get the model in safetensors form."
    case .unknown:
      return "not a safetensors file. Give one, which opens with its header's length and a '{'."
    }
  }

  /// What a file is that is not safetensors, by its first bytes.
  init(of bytes: UnsafeRawBufferPointer) {
    let head = bytes.prefix(64)
    if head.isEmpty {
      self = .empty
    } else if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      self = .pytorchZip
    } else if head.starts(with: "version https://git-lfs".utf8) {
      self = .gitLFSPointer
    } else if head.starts(with: "GGUF".utf8) {
      self = .gguf
    } else if head.count > 1, head[0] == 0x80, (2...5).contains(head[1]) {
      self = .pickle
    } else if let first = head.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }), [0x7B, 0x5B].contains(first) {
      self = .json
    } else {
      self = .unknown
    }
  }
}

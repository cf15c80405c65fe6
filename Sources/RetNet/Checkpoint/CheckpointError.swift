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

extension CheckpointError.ForeignFile: CustomStringConvertible {
  /// The end of a sentence that begins with the file's name.
  public var description: String {
    let save = "open it in Python and store its tensors with safetensors.torch.save_file, then give that file."
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

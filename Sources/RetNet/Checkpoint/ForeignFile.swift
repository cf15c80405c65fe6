extension CheckpointError {
  /// The kinds of file that users often give instead of safetensors.
  package enum ForeignFile: Sendable, Hashable {
    case empty, pytorchZip, pickle, gitLFSPointer, json, gguf, unknown
  }
}

extension CheckpointError.ForeignFile: CustomStringConvertible {
  /// Continues a sentence that begins with the file's name.
  package var description: String {
    let save = "convert it to safetensors with these lines of Python."
    switch self {
    case .empty:
      return "empty, but a safetensors file is needed. Copy or download it again."
    case .pytorchZip, .pickle:
      return "a PyTorch pickle (.pt, .pth, .bin), which can run code when opened and is not supported: " + save
    case .gitLFSPointer:
      return "a Git LFS pointer, not the file itself. Run 'git lfs pull' in its folder, or download the file."
    case .json:
      return "JSON text, but a safetensors file is needed. Give the weights, often in the same folder."
    case .gguf:
      return "a GGUF file, but a safetensors file is needed. Get the model in safetensors form."
    case .unknown:
      return "not a safetensors file, which begins with its header's length and a '{'. Give a safetensors file."
    }
  }

  /// The kind of a file that is not safetensors, from its first bytes.
  package init(of bytes: UnsafeRawBufferPointer) {
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

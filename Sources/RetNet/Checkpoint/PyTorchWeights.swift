import Foundation

/// Weights in PyTorch's format. They are never opened here, as a pickle can run code. Three lines of Python convert
/// them to safetensors.
enum PyTorchWeights {
  /// Whether the file's extension is one of PyTorch's format.
  package static func isNamed(_ path: String) -> Bool {
    ["bin", "pt", "pth"].contains((path as NSString).pathExtension.lowercased())
  }

  /// The files of a folder with the model's weights: one file, or all parts of `pytorch_model`. Files that training
  /// adds, such as the optimizer's, are excluded.
  package static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let excluded = ["training_args", "optimizer", "scheduler", "scaler", "rng_state"]
    let candidates = names.sorted().filter { name in isNamed(name) && !excluded.contains { name.hasPrefix($0) } }
    let whole = candidates.filter { $0 == "pytorch_model.bin" }
    let parts = candidates.filter { $0.hasPrefix("pytorch_model-") }
    let found = [whole, parts, Array(candidates.prefix(1))].first { !$0.isEmpty } ?? []
    return found.map { ModelFolder.path(folder, $0) }
  }

  /// Lines of Python that convert `paths` to one `model.safetensors` in the same folder.
  ///
  /// Shared and strided tensors are copied, as safetensors supports neither. The dictionary of a training checkpoint
  /// has the tensors under `model`.
  package static func remedy(_ paths: [String]) -> [String] {
    let folder = ((paths.first ?? "") as NSString).deletingLastPathComponent
    let target = folder.isEmpty ? ModelFolder.weightsFile : ModelFolder.path(folder, ModelFolder.weightsFile)
    let list = paths.map(quoted).joined(separator: ", ")
    return [
      "import torch, safetensors.torch",
      "states = [torch.load(path, map_location='cpu', weights_only=True) for path in [\(list)]]",
      "safetensors.torch.save_file({name: tensor.clone().contiguous() for state in states for name, tensor in "
        + "state.get('model', state).items() if torch.is_tensor(tensor)}, \(quoted(target)), {'format': 'pt'})",
    ]
  }

  /// A Python string literal.
  private static func quoted(_ text: String) -> String {
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

extension CheckpointError {
  /// Lines of Python that convert a file in PyTorch's format; empty for other errors.
  package var remedy: [String] {
    switch self {
    case .pickled(let paths): PyTorchWeights.remedy(paths)
    case .notSafetensors(let path, .pytorchZip), .notSafetensors(let path, .pickle): PyTorchWeights.remedy([path])
    default: []
    }
  }

  /// The error for a path with an extension of PyTorch's format; nil for other paths.
  package static func pickled(at path: String) -> CheckpointError? {
    PyTorchWeights.isNamed(path) ? .pickled(paths: [path]) : nil
  }
}

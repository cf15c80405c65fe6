import Foundation

/// Weights in PyTorch's own format. They are never opened here, as a pickle may run code; three lines of Python make
/// safetensors of them.
enum PyTorchWeights {
  /// Whether a file's name ends as these files' names do.
  package static func isNamed(_ path: String) -> Bool {
    ["bin", "pt", "pth"].contains((path as NSString).pathExtension.lowercased())
  }

  /// The files of a folder that hold a model: one, or all parts of `pytorch_model`. What training keeps beside it is none.
  package static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let kept = ["training_args", "optimizer", "scheduler", "scaler", "rng_state"]
    let candidates = names.sorted().filter { name in isNamed(name) && !kept.contains { name.hasPrefix($0) } }
    let whole = candidates.filter { $0 == "pytorch_model.bin" }
    let parts = candidates.filter { $0.hasPrefix("pytorch_model-") }
    let found = [whole, parts, Array(candidates.prefix(1))].first { !$0.isEmpty } ?? []
    return found.map { ModelFolder.path(folder, $0) }
  }

  /// Lines of Python that make one `model.safetensors` beside `paths` of all of them.
  ///
  /// Tensors that share memory, or lie in it with gaps, are copied, as safetensors knows neither. A training program's
  /// dictionary has the tensors under `model`.
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

  /// A string as Python writes it.
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
  /// Lines of Python that make a safetensors file of one in PyTorch's format; none for other errors.
  package var remedy: [String] {
    switch self {
    case .pickled(let paths): PyTorchWeights.remedy(paths)
    case .notSafetensors(let path, .pytorchZip), .notSafetensors(let path, .pickle): PyTorchWeights.remedy([path])
    default: []
    }
  }

  /// The refusal of a path whose ending is that of PyTorch's own format; nil for other paths.
  package static func pickled(at path: String) -> CheckpointError? {
    PyTorchWeights.isNamed(path) ? .pickled(paths: [path]) : nil
  }
}

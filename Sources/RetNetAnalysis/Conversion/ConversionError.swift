import RetNet

/// Why a model cannot be converted.
package enum ConversionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Source and destination are one folder.
  case sameFolder(path: String)
  /// The destination holds something already; `found` names it.
  case destinationTaken(folder: String, found: String, canOverwrite: Bool)
  case destinationIsAFile(path: String)
  /// The two dialects cannot say the same; every reason is named.
  case notTheSameFunction(from: Dialect, to: Dialect, obstacles: [String])
  /// A number that its new type would make infinite.
  case beyondRange(tensor: String, value: Float, type: TensorType)
  /// Somebody asked to stop.
  case interrupted

  package var description: String {
    switch self {
    case .sameFolder(let path):
      "'\(path)' is source and destination at once. Give another folder to write into."
    case .destinationTaken(let folder, let found, let canOverwrite):
      "'\(folder)' already holds \(found). Give another folder"
        + (canOverwrite ? ", or overwrite it with --overwrite." : "; it is not overwritten.")
    case .destinationIsAFile(let path):
      "'\(path)' is a file, but the model needs a folder to be written into. Give one that is empty or not there yet."
    case .notTheSameFunction(let from, let to, let obstacles):
      "This \(from.rawValue) model cannot be written as \(to.rawValue), which would compute something else: "
        + obstacles.joined(separator: "; ") + ". Keep its dialect."
    case .beyondRange(let tensor, let value, let type):
      "Tensor '\(tensor)' holds \(value), which is beyond the range of \(type.rawValue). Nothing was written. Use --type "
        + (type == .f16 ? "bf16, which reaches as far as f32." : "f32.")
    case .interrupted:
      "The conversion was interrupted; nothing was written."
    }
  }
}

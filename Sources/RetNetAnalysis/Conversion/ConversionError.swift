import RetNet

/// Why a model cannot be converted.
package enum ConversionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Source and destination are the same folder.
  case sameFolder(path: String)
  /// The destination already holds `found`.
  case destinationTaken(folder: String, found: String, canOverwrite: Bool)
  case destinationIsAFile(path: String)
  /// Another process converts to the destination, or trains there.
  case destinationInUse(folder: String)
  /// The target dialect cannot express the model, for each of the reasons in `obstacles`.
  case notTheSameFunction(from: Dialect, to: Dialect, obstacles: [String])
  /// A number overflows to infinity in its new type.
  case beyondRange(tensor: String, value: Float, type: TensorType)
  /// The caller stopped the conversion.
  case interrupted

  package var description: String {
    switch self {
    case .sameFolder(let path):
      "'\(path)' is both source and destination. Give another destination folder."
    case .destinationTaken(let folder, let found, let canOverwrite):
      "'\(folder)' already holds \(found). Give another folder"
        + (canOverwrite ? ", or overwrite it with --overwrite." : "; --overwrite does not replace it.")
    case .destinationIsAFile(let path):
      "'\(path)' is a file, but the destination must be a folder. Give an empty or a new one."
    case .destinationInUse(let folder):
      "Another process writes to '\(folder)'. Wait until it ends, or give another folder."
    case .notTheSameFunction(let from, let to, let obstacles):
      "This \(from.rawValue) model cannot be written as \(to.rawValue), which would compute a different function: "
        + obstacles.joined(separator: "; ") + ". Keep its dialect."
    case .beyondRange(let tensor, let value, let type):
      "Tensor '\(tensor)' holds \(value), which is beyond the range of \(type.rawValue). Nothing was written. Use --type "
        + (type == .f16 ? "bf16, which has the range of f32." : "f32.")
    case .interrupted:
      "The conversion was interrupted; nothing was written."
    }
  }
}

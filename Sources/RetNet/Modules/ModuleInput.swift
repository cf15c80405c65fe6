/// The input of a module in a file: tensor `input`, `[batch, time, dim]`.
package struct ModuleInput: Sendable {
  /// `[batch, time, dim]`, without zeros.
  package let tensor: Tensor

  /// - Parameter dim: the module's width.
  /// - Throws: `FileError`, `CheckpointError`, `ModuleInputError`.
  package init(path: String, dim: Int) throws {
    let file = try SafetensorsFile(path: path)
    guard let shape = file.info("input")?.shape else { throw ModuleInputError.missing(path: path) }
    guard shape.count == 3, shape[2] == dim, shape.allSatisfy({ $0 > 0 }) else {
      throw ModuleInputError.shape(found: shape, dim: dim)
    }
    tensor = try Tensor(try file.floats("input"), shape: shape)
    if let index = tensor.values.firstIndex(where: { !$0.isFinite }) { throw ModuleInputError.notFinite(index: index) }
  }
}

/// An invalid input of a module, or an output that is not finite.
package enum ModuleInputError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(path: String)
  case shape(found: [Int], dim: Int)
  case notFinite(index: Int)
  case outputNotFinite(index: Int)

  package var description: String {
    switch self {
    case .missing(let path):
      "'\(path)' has no tensor 'input'. Give a file with an input of shape [batch, time, dim]."
    case .shape(let found, let dim):
      "Tensor 'input' has shape \(found), expected [batch, time, \(dim)] without zeros. Correct the file."
    case .notFinite(let index):
      "Tensor 'input' is NaN or infinite at element \(index). Give finite numbers in Float32's range."
    case .outputNotFinite(let index):
      "The output is NaN or infinite at element \(index), but the input is finite. Check the module's weights."
    }
  }
}

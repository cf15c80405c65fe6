import Lessons

extension ModelShape {
  /// Why a command asks for a layer, head, row or column that the model does not have; nil where it asks for none such.
  ///
  /// - Parameter name: what the model is called there.
  func reason(against command: Command, of name: String) -> String? {
    switch command {
    case .layer(let layer) where layer >= layers: ":layer got \(layer), \(name) has layers 0 to \(layers - 1)."
    case .head(let head) where head >= heads: ":head got \(head), \(name) has heads 0 to \(heads - 1)."
    case .probe(let row, let column) where row >= headDim || column >= valueDim:
      ":probe got (\(row), \(column)), the state has rows 0 to \(headDim - 1) and columns 0 to \(valueDim - 1)."
    case .experiment(.copy(let source)) where source.layer >= layers || source.head >= heads:
      ":copy got layer \(source.layer) head \(source.head), \(name) has layers 0 to \(layers - 1) and "
        + "heads 0 to \(heads - 1)."
    default: nil
    }
  }
}

/// One tensor of trained numbers: its name as it stands in the checkpoint file, and its place in the model's memory.
struct Parameter: Sendable, Hashable {
  let name: String
  let shape: [Int]
  /// Elements before it.
  let offset: Int

  var count: Int { shape.reduce(1, *) }
}

/// All parameters of a model, one after the other in one block of Float32: what the checkpoint's reader, the optimizer
/// and the gradients have in common.
struct ParameterLayout: Sendable, Hashable {
  private(set) var entries: [Parameter] = []
  private(set) var count = 0

  mutating func add(_ name: String, _ shape: [Int]) -> Parameter {
    let parameter = Parameter(name: name, shape: shape, offset: count)
    entries.append(parameter)
    count += parameter.count
    return parameter
  }
}

/// Weights to read: the block that a layout describes.
struct Weights {
  let base: UnsafePointer<Float>

  subscript(parameter: Parameter) -> UnsafePointer<Float> { base + parameter.offset }

  /// A parameter of two dimensions as a matrix.
  func matrix(_ parameter: Parameter) -> Matrix<Float> {
    Matrix(self[parameter], rows: parameter.shape[0], columns: parameter.shape[1])
  }
}

/// Gradients to add to, laid out as the weights are.
struct Gradients {
  let base: UnsafeMutablePointer<Float>

  subscript(parameter: Parameter) -> UnsafeMutablePointer<Float> { base + parameter.offset }

  func matrix(_ parameter: Parameter) -> Matrix<Float> {
    Matrix(self[parameter], rows: parameter.shape[0], columns: parameter.shape[1])
  }
}

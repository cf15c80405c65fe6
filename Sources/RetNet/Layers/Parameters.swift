/// One tensor of trained numbers: its name as it stands in the checkpoint file, and its place in the model's memory.
struct Parameter: Sendable, Hashable {
  let name: String
  let shape: [Int]
  /// Elements before it.
  let offset: Int
  /// Parameters before it.
  let index: Int

  var count: Int { shape.reduce(1, *) }
}

/// All parameters of a model, one after the other as in one block of Float32: what the checkpoint's reader, the optimizer
/// and the gradients have in common.
struct ParameterLayout: Sendable, Hashable {
  private(set) var entries: [Parameter] = []
  private(set) var count = 0

  mutating func add(_ name: String, _ shape: [Int]) -> Parameter {
    let parameter = Parameter(name: name, shape: shape, offset: count, index: entries.count)
    entries.append(parameter)
    count += parameter.count
    return parameter
  }
}

/// Weights to read: one block of Float32 as a layout describes it, or tensors where a file has them.
struct Weights {
  private enum Place {
    case block(UnsafePointer<Float>)
    /// One for each parameter of the layout.
    case tensors(UnsafePointer<StoredMatrix>)
  }

  private let place: Place

  init(base: UnsafePointer<Float>) { place = .block(base) }

  /// - Parameter tensors: in the layout's order; those of one dimension in Float32, as one row.
  init(tensors: UnsafePointer<StoredMatrix>) { place = .tensors(tensors) }

  /// A parameter as it is stored, one of a single dimension as one row.
  func stored(_ parameter: Parameter) -> StoredMatrix {
    switch place {
    case .tensors(let tensors): return tensors[parameter.index]
    case .block(let base):
      let columns = parameter.shape.last ?? 1
      return StoredMatrix(
        base: base + parameter.offset, element: .f32, rows: parameter.count / max(columns, 1), columns: columns)
    }
  }

  /// A parameter in Float32: any of one dimension, and matrices that are stored so.
  subscript(parameter: Parameter) -> UnsafePointer<Float> {
    let stored = stored(parameter)
    precondition(stored.element == .f32, "'\(parameter.name)' is read as Float32, but is kept as \(stored.element)")
    return stored.base.assumingMemoryBound(to: Float.self)
  }

  /// A parameter of two dimensions as a matrix; stored in Float32.
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

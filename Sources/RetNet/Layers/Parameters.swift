/// One tensor of trained numbers: its name as it stands in the checkpoint file, and its place in the model's memory.
package struct Parameter: Sendable, Hashable {
  package let name: String
  package let shape: [Int]
  /// Elements before it.
  package let offset: Int
  /// Parameters before it.
  package let index: Int

  package var count: Int { shape.reduce(1, *) }
}

/// All parameters of a model, one after the other as in one block of Float32: what the checkpoint's reader, the optimizer
/// and the gradients have in common.
package struct ParameterLayout: Sendable, Hashable {
  package private(set) var entries: [Parameter] = []
  package private(set) var count = 0

  package init() {}

  package mutating func add(_ name: String, _ shape: [Int]) -> Parameter {
    let parameter = Parameter(name: name, shape: shape, offset: count, index: entries.count)
    entries.append(parameter)
    count += parameter.count
    return parameter
  }
}

/// Weights to read: one block of Float32 as a layout describes it, or tensors where a file has them.
package struct Weights {
  private enum Place {
    case block(UnsafePointer<Float>)
    /// One for each parameter of the layout.
    case tensors(UnsafePointer<StoredMatrix>)
  }

  private let place: Place
  /// Of products with weights in Float32, forward and backward.
  package let precision: ProductPrecision

  package init(base: UnsafePointer<Float>, precision: ProductPrecision = .float32) {
    place = .block(base)
    self.precision = precision
  }

  /// - Parameter tensors: in the layout's order; those of one dimension in Float32, as one row.
  package init(tensors: UnsafePointer<StoredMatrix>) {
    place = .tensors(tensors)
    precision = .float32
  }

  /// A parameter as it is stored, one of a single dimension as one row.
  package func stored(_ parameter: Parameter) -> StoredMatrix {
    switch place {
    case .tensors(let tensors): return tensors[parameter.index]
    case .block(let base):
      let columns = parameter.shape.last ?? 1
      return StoredMatrix(
        base: base + parameter.offset, element: .f32, rows: parameter.count / max(columns, 1), columns: columns)
    }
  }

  /// A parameter in Float32: any of one dimension, and matrices that are stored so.
  package subscript(parameter: Parameter) -> UnsafePointer<Float> {
    let stored = stored(parameter)
    precondition(stored.element == .f32, "'\(parameter.name)' is read as Float32, but is kept as \(stored.element)")
    return stored.base.assumingMemoryBound(to: Float.self)
  }

  /// A parameter of two dimensions as a matrix; stored in Float32.
  package func matrix(_ parameter: Parameter) -> MatrixView<Float> {
    MatrixView(self[parameter], rows: parameter.shape[0], columns: parameter.shape[1])
  }
}

extension Weights {
  /// y = x Wᵀ, or y + x Wᵀ where `adding` is true, with x `[n, columns of W]` and y `[n, rows of W]`.
  package func apply(
    _ parameter: Parameter, to x: MatrixView<Float>, into y: MutableMatrixView<Float>, adding: Bool = false
  ) {
    switch precision {
    case .float32: stored(parameter).apply(to: x, into: y, adding: adding)
    case .bfloat16: y.setProduct(x, matrix(parameter).transposed, adding: adding, precision: precision)
    }
  }

  /// dx = dy W, or dx + dy W where `adding` is true.
  package func applyTransposed(
    _ parameter: Parameter, to dy: MatrixView<Float>, into dx: MutableMatrixView<Float>, adding: Bool = false
  ) {
    dx.setProduct(dy, matrix(parameter), adding: adding, precision: precision)
  }
}

/// Gradients to add to, laid out as the weights are.
package struct Gradients {
  package let base: UnsafeMutablePointer<Float>
  /// Of products that are added to the gradients of matrices.
  package let precision: ProductPrecision

  package init(base: UnsafeMutablePointer<Float>, precision: ProductPrecision = .float32) {
    self.base = base
    self.precision = precision
  }

  package subscript(parameter: Parameter) -> UnsafeMutablePointer<Float> { base + parameter.offset }

  /// dW += dyᵀ x
  package func add(_ parameter: Parameter, _ dy: MatrixView<Float>, _ x: MatrixView<Float>) {
    matrix(parameter).setProduct(dy.transposed, x, adding: true, precision: precision)
  }

  package func matrix(_ parameter: Parameter) -> MutableMatrixView<Float> {
    MutableMatrixView(self[parameter], rows: parameter.shape[0], columns: parameter.shape[1])
  }
}

/// The location of one tensor in a block of weights. A trivial type: threads share a layer without reference counting.
/// `ParameterLayout` has the tensor's name.
package struct Parameter: Sendable, Hashable {
  /// The index in the layout.
  package let index: Int
  /// The index of its first element in the block.
  package let offset: Int
  /// 1 for a vector.
  package let rows: Int
  package let columns: Int
  package let isVector: Bool

  package var count: Int { rows * columns }
  /// `[columns]` of a vector, `[rows, columns]` of a matrix.
  package var shape: [Int] { isVector ? [columns] : [rows, columns] }
}

/// All parameters of a model in the order of a block of Float32 weights. The checkpoint reader, the optimizer and the
/// gradients use the same layout.
package struct ParameterLayout: Sendable, Hashable {
  /// A parameter with its name in the checkpoint file.
  package struct Entry: Sendable, Hashable {
    package let name: String
    package let parameter: Parameter

    package var shape: [Int] { parameter.shape }
    package var count: Int { parameter.count }
    package var offset: Int { parameter.offset }
  }

  package private(set) var entries: [Entry] = []
  package private(set) var count = 0

  package init() {}

  /// - Parameter shape: one or two dimensions.
  package mutating func add(_ name: String, _ shape: [Int]) -> Parameter {
    precondition(shape.count == 1 || shape.count == 2, "'\(name)' has shape \(shape), not of one or two dimensions")
    let isVector = shape.count == 1
    let parameter = Parameter(
      index: entries.count, offset: count, rows: isVector ? 1 : shape[0], columns: shape[shape.count - 1],
      isVector: isVector)
    entries.append(Entry(name: name, parameter: parameter))
    count += parameter.count
    return parameter
  }
}

/// Read-only weights: one block of Float32 in a layout's order, or tensors in a file's memory.
package struct Weights {
  private enum Storage {
    case block(UnsafePointer<Float>)
    /// One per parameter of the layout.
    case tensors(UnsafePointer<StoredMatrix>)
  }

  private let storage: Storage
  /// The precision of products with Float32 weights, forward and backward.
  package let precision: ProductPrecision

  package init(base: UnsafePointer<Float>, precision: ProductPrecision = .float32) {
    storage = .block(base)
    self.precision = precision
  }

  /// - Parameter tensors: in the layout's order; vectors in Float32 as one row.
  package init(tensors: UnsafePointer<StoredMatrix>) {
    storage = .tensors(tensors)
    precision = .float32
  }

  /// A parameter in its stored type; a vector is one row.
  package func stored(_ parameter: Parameter) -> StoredMatrix {
    switch storage {
    case .tensors(let tensors): tensors[parameter.index]
    case .block(let base):
      StoredMatrix(base: base + parameter.offset, element: .f32, rows: parameter.rows, columns: parameter.columns)
    }
  }

  /// The elements of a vector, or of a matrix stored as Float32.
  package subscript(parameter: Parameter) -> UnsafePointer<Float> {
    let stored = stored(parameter)
    precondition(
      stored.element == .f32, "parameter \(parameter.index) is read as Float32, but stored as \(stored.element)")
    return stored.base.assumingMemoryBound(to: Float.self)
  }

  /// A matrix stored as Float32.
  package func matrix(_ parameter: Parameter) -> MatrixView<Float> {
    MatrixView(self[parameter], rows: parameter.rows, columns: parameter.columns)
  }
}

extension Weights {
  /// y = x Wᵀ, or y += x Wᵀ if `adding` is true, with x `[n, columns of W]` and y `[n, rows of W]`.
  package func apply(
    _ parameter: Parameter, to x: MatrixView<Float>, into y: MutableMatrixView<Float>, adding: Bool = false
  ) {
    switch precision {
    case .float32: stored(parameter).apply(to: x, into: y, adding: adding)
    case .bfloat16: y.setProduct(x, matrix(parameter).transposed, adding: adding, precision: precision)
    }
  }

  /// dx = dy W, or dx += dy W if `adding` is true.
  package func applyTransposed(
    _ parameter: Parameter, to dy: MatrixView<Float>, into dx: MutableMatrixView<Float>, adding: Bool = false
  ) {
    dx.setProduct(dy, matrix(parameter), adding: adding, precision: precision)
  }
}

/// Gradients to add to, in the layout of the weights.
package struct Gradients {
  package let base: UnsafeMutablePointer<Float>
  /// The precision of the products that give gradients of matrices.
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
    MutableMatrixView(self[parameter], rows: parameter.rows, columns: parameter.columns)
  }
}

import CKernels

/// The type to which a matrix product rounds its factors. Sums are Float32 either way.
package enum ProductPrecision: String, Sendable, Hashable, Codable, CaseIterable {
  case float32
  /// 8 bits of mantissa: a relative error of at most 2⁻⁸ per factor.
  case bfloat16

  /// Whether the processor has instructions for it. Otherwise rounded factors are multiplied as Float32.
  package var isNative: Bool {
    switch self {
    case .float32: true
    case .bfloat16: retnet_has_bf16_product() != 0
    }
  }
}

extension MutableMatrixView where Scalar == Float {
  /// self = a b, or self += a b if `adding` is true, with factors of the given precision.
  ///
  /// Shapes are those of `setProduct(_:_:beta:)`.
  package func setProduct(
    _ a: MatrixView<Float>, _ b: MatrixView<Float>, adding: Bool = false, precision: ProductPrecision
  ) {
    switch precision {
    case .float32: setProduct(a, b, beta: adding ? 1 : 0)
    case .bfloat16:
      if !precision.isNative || !setNativeProduct(a, b, adding: adding) { setRoundedProduct(a, b, adding: adding) }
    }
  }

  /// The bfloat16 product with the processor's instructions. Returns false if allocating memory fails.
  func setNativeProduct(_ a: MatrixView<Float>, _ b: MatrixView<Float>, adding: Bool) -> Bool {
    let (m, n, k) = productShape(a, b)
    return retnet_bf16_product(
      a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, m, n, k, a.base, a.stride, b.base, b.stride, adding ? 1 : 0, base,
      stride) != 0
  }

  /// The same product on any processor: the factors are rounded to bfloat16 and multiplied as Float32.
  func setRoundedProduct(_ a: MatrixView<Float>, _ b: MatrixView<Float>, adding: Bool) {
    a.withRounded { a in
      b.withRounded { b in setProduct(a, b, beta: adding ? 1 : 0) }
    }
  }
}

extension MatrixView where Scalar == Float {
  fileprivate func withRounded(_ body: (MatrixView) -> Void) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: max(rows * columns, 1)) { memory in
      guard let to = memory.baseAddress else { return }
      retnet_round_to_bf16(base, stride, rows, columns, to)
      let rounded = MatrixView(to, rows: rows, columns: columns)
      body(isTransposed ? rounded.transposed : rounded)
    }
  }
}

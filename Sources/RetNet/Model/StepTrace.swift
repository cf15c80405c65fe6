/// The values that one recurrent step computed in each layer, for viewers.
package struct StepTrace: Sendable, Hashable {
  /// One layer. A session keeps one per token, so the values are in one array.
  package struct Layer: Sendable, Hashable {
    package let heads: Int
    private let headDim: Int
    private let valueDim: Int
    /// Query, key, value, energy and output, concatenated.
    private let numbers: [Float]
    /// r_n of each head, then the divisors; empty if all are 1.
    private let factors: [Double]

    /// The token's rotated query, `[heads, headDim]`.
    package var query: [Float] { Array(numbers[..<keys]) }
    /// The token's rotated key, `[heads, headDim]`, repeated for grouped heads.
    package var key: [Float] { Array(numbers[keys..<values]) }
    /// The token's value, `[heads, valueDim]`, repeated for grouped heads.
    package var value: [Float] { Array(numbers[values..<energies]) }
    /// r_n of norm 2 per head; 1 if it is off.
    package var rowScale: [Double] { (0..<heads).map(rowScale(head:)) }
    /// The divisor of norm 3 per head; 1 if it is off.
    package var divisor: [Double] { (0..<heads).map(divisor(head:)) }
    /// ‖o‖ of each head's retention before the group norm, `[heads]`.
    package var energy: [Float] { Array(numbers[energies..<outputs]) }
    /// The residual stream after the layer, `[modelDim]`.
    package var output: [Float] { Array(numbers[outputs...]) }

    /// The token's rotated query of one head, `[headDim]`.
    package func query(head: Int) -> ArraySlice<Float> { numbers(head, from: 0, width: headDim) }

    /// The token's rotated key of one head, `[headDim]`.
    package func key(head: Int) -> ArraySlice<Float> { numbers(head, from: keys, width: headDim) }

    /// The token's value of one head, `[valueDim]`.
    package func value(head: Int) -> ArraySlice<Float> { numbers(head, from: values, width: valueDim) }

    /// q·k of the token's key in one head, in Double.
    ///
    /// - Parameter query: `[headDim]`.
    package func score(of query: ArraySlice<Float>, head: Int) -> Double {
      precondition(query.count == headDim && head >= 0 && head < heads, "a query of \(query.count) for head \(head)")
      return query.withUnsafeBufferPointer { query in
        numbers.withUnsafeBufferPointer { numbers in
          var sum = 0.0
          for i in 0..<headDim { sum += Double(query[i]) * Double(numbers[keys + head * headDim + i]) }
          return sum
        }
      }
    }

    /// r_n of norm 2; 1 if it is off.
    package func rowScale(head: Int) -> Double { factors.isEmpty ? 1 : factors[head] }

    /// The divisor of norm 3; 1 if it is off.
    package func divisor(head: Int) -> Double { factors.isEmpty ? 1 : factors[heads + head] }

    /// Whether the divisor of any head is above 1.
    package var divides: Bool { !factors.isEmpty && factors[heads...].contains { $0 > 1 } }

    /// The number of stored values.
    package var count: Int { numbers.count }

    private var keys: Int { heads * headDim }
    private var values: Int { 2 * keys }
    private var energies: Int { values + heads * valueDim }
    private var outputs: Int { energies + heads }

    private func numbers(_ head: Int, from start: Int, width: Int) -> ArraySlice<Float> {
      precondition(head >= 0 && head < heads, "head \(head) of \(heads)")
      return numbers[start + head * width..<start + (head + 1) * width]
    }
  }

  package var layers: [Layer] = []

  package init(layers: [Layer] = []) { self.layers = layers }
}

extension StepTrace.Layer {
  /// - Parameters:
  ///   - query, key: `[heads, headDim]`.
  ///   - value: `[heads, valueDim]`.
  ///   - rowScale, divisor, energy: `[heads]`.
  ///   - output: `[modelDim]`.
  package init(
    query: [Float], key: [Float], value: [Float], rowScale: [Double], divisor: [Double], energy: [Float],
    output: [Float]
  ) {
    let heads = energy.count
    precondition(
      heads > 0 && query.count == key.count && query.count.isMultiple(of: heads) && value.count.isMultiple(of: heads)
        && rowScale.count == heads && divisor.count == heads, "a trace of \(heads) heads with parts of other shapes")
    self.heads = heads
    headDim = query.count / heads
    valueDim = value.count / heads
    numbers = query + key + value + energy + output
    factors = (rowScale + divisor).allSatisfy { $0 == 1 } ? [] : rowScale + divisor
  }

  /// - Parameters:
  ///   - activations: those of a forward pass over one token.
  ///   - state: the layer's state after that token.
  ///   - output: `[1, modelDim]`.
  package init(
    _ widths: HeadWidths, _ activations: MultiScaleRetentionLayer.Activations, _ norms: RetentionNorms,
    _ state: RetentionState<Float>, output: MatrixView<Float>
  ) {
    let (heads, headDim, valueDim) = (widths.heads, widths.headDim, widths.valueDim)
    let group = widths.group
    let count = heads * (2 * headDim + valueDim + 1) + output.columns
    (self.heads, self.headDim, self.valueDim) = (heads, headDim, valueDim)
    numbers = Array(unsafeUninitializedCapacity: count) { numbers, initialized in
      guard var next = numbers.baseAddress else { return }
      func put(_ values: UnsafePointer<Float>, count: Int) {
        next.initialize(from: values, count: count)
        next += count
      }
      func putShared(_ values: UnsafePointer<Float>, width: Int) {
        if group == 1 { return put(values, count: heads * width) }
        for h in 0..<heads { put(values + h / group * width, count: width) }
      }
      put(activations.q.pointer, count: heads * headDim)
      putShared(activations.k.pointer, width: headDim)
      putShared(activations.v.pointer, width: valueDim)
      for h in 0..<heads {
        let retained = activations.retained.pointer + h * valueDim
        next.initialize(to: VectorMath.dot(retained, retained, count: valueDim).squareRoot())
        next += 1
      }
      put(output.base, count: output.columns)
      initialized = count
    }
    factors = Self.factors(widths, activations, norms, state)
  }

  /// r_n of each head, then the divisors; empty if norms 2 and 3 are off.
  private static func factors(
    _ widths: HeadWidths, _ activations: MultiScaleRetentionLayer.Activations, _ norms: RetentionNorms,
    _ state: RetentionState<Float>
  ) -> [Double] {
    let available = norms.available(in: .recurrent, from: state.position)
    guard available.norm2 || available.norm3 != .off else { return [] }
    let (heads, headDim) = (widths.heads, widths.headDim)
    var result = [Double](repeating: 1, count: 2 * heads)
    for h in 0..<heads {
      var factors = ScoreNormalization(norms: available, headDim: headDim)
      state.keySum.withUnsafeBufferPointer { z in
        guard let z = z.baseAddress else { return }
        factors.read(
          q: activations.q.pointer + h * headDim, headDim: headDim, keySum: z + h * headDim, decaySum: state.decaySum[h]
        )
      }
      (result[h], result[heads + h]) = (factors.rowScale, factors.divisor)
    }
    return result
  }
}

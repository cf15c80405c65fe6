/// What one recurrent step did, layer by layer: what a viewer needs beside the state itself.
public struct StepTrace: Sendable, Hashable {
  public struct Layer: Sendable, Hashable {
    /// The token's rotated query, `[heads, headDim]`.
    public var query: [Float]
    /// The token's rotated key, `[heads, headDim]`, repeated for grouped heads.
    public var key: [Float]
    /// The token's value, `[heads, valueDim]`, repeated for grouped heads.
    public var value: [Float]
    /// r_n of norm 2 per head; 1 where it is off.
    public var rowScale: [Double]
    /// The divisor of norm 3 per head; 1 where it is off.
    public var divisor: [Double]
    /// ‖o‖ of each head's retention, before the group norm: what it has read out of its state.
    public var energy: [Float]
    /// The residual stream behind the layer, `[modelDim]`.
    public var output: [Float]
  }

  public var layers: [Layer] = []

  public init(layers: [Layer] = []) { self.layers = layers }
}

extension StepTrace.Layer {
  /// - Parameters:
  ///   - saved: what a forward pass over one token has left.
  ///   - state: the layer's state after that token.
  ///   - output: `[1, modelDim]`.
  init(
    _ layer: MultiScaleRetentionLayer, _ saved: MultiScaleRetentionLayer.Saved, _ norms: RetentionNorms,
    _ state: RetentionState<Float>, output: Matrix<Float>
  ) {
    let (heads, headDim, valueDim) = (layer.heads, layer.headDim, layer.valueDim)
    func shared(_ buffer: Buffer<Float>, width: Int) -> [Float] {
      if layer.keyValueHeads == heads {
        return Array(UnsafeBufferPointer(start: buffer.pointer, count: heads * width))
      }
      return (0..<heads).flatMap { h in
        UnsafeBufferPointer(start: buffer.pointer + h / (heads / layer.keyValueHeads) * width, count: width)
      }
    }
    query = Array(UnsafeBufferPointer(start: saved.q.pointer, count: heads * headDim))
    key = shared(saved.k, width: headDim)
    value = shared(saved.v, width: valueDim)
    energy = (0..<heads).map { h in
      let retained = saved.retained.pointer + h * valueDim
      return VectorMath.dot(retained, retained, count: valueDim).squareRoot()
    }
    self.output = Array(UnsafeBufferPointer(start: output.base, count: output.columns))
    rowScale = []
    divisor = []
    let available = norms.available(in: .recurrent, from: state.position)
    for h in 0..<heads {
      var factors = RowFactors(gamma: layer.decay.gammas[h], norms: available, headDim: headDim)
      state.keySum.withUnsafeBufferPointer { z in
        guard let z = z.baseAddress else { return }
        factors.read(
          q: saved.q.pointer + h * headDim, headDim: headDim, keySum: z + h * headDim, decaySum: state.decaySum[h])
      }
      rowScale.append(factors.rowScale)
      divisor.append(factors.divisor)
    }
  }
}

/// What one recurrent step did, layer by layer: what a viewer needs beside the state itself.
public struct StepTrace: Sendable, Hashable {
  public struct Layer: Sendable, Hashable {
    /// The token's rotated query, `[heads, headDim]`.
    public var query: [Float]
    /// The token's rotated key, `[heads, headDim]`, repeated for grouped heads.
    public var key: [Float]
    /// r_n of norm 2 per head; 1 where it is off.
    public var rowScale: [Double]
    /// The divisor of norm 3 per head; 1 where it is off.
    public var divisor: [Double]
  }

  public var layers: [Layer] = []
}

extension StepTrace.Layer {
  /// - Parameters:
  ///   - saved: what a forward pass over one token has left.
  ///   - state: the layer's state after that token.
  init(
    _ layer: MultiScaleRetentionLayer, _ saved: MultiScaleRetentionLayer.Saved, _ norms: RetentionNorms,
    _ state: RetentionState<Float>
  ) {
    let (heads, headDim) = (layer.heads, layer.headDim)
    query = Array(UnsafeBufferPointer(start: saved.q.pointer, count: heads * headDim))
    key = (0..<heads).flatMap { h in
      let shared = h / (heads / layer.keyValueHeads)
      return UnsafeBufferPointer(start: saved.k.pointer + shared * headDim, count: headDim)
    }
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

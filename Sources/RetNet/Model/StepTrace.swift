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
    /// ‖S‖, the Frobenius norm of each head's state after the step.
    public var stateNorm: [Float]
  }

  public var layers: [Layer]
}

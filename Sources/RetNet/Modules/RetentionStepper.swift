/// A layer that is fed token by token (Eq. 6): the same as calling it with one token at a time in the recurrent form, with
/// memory that is taken once.
///
///     let stepper = try RetentionStepper(layer)
///     var y = [Float](repeating: 0, count: layer.modelDim)
///     for x in tokens { try stepper.step(x, into: &y) }
public final class RetentionStepper {
  /// What the tokens so far have left. A copy that is kept makes the next step copy the state once.
  public private(set) var state: RetentionState<Float>

  private let layer: MultiScaleRetentionLayer
  private let rotation: XPos
  private let norms: NormOptions
  private let workers: RetentionWorkers
  private let weights: Buffer<Float>
  private let input: Buffer<Float>
  private let output: Buffer<Float>
  private let activations: MultiScaleRetentionLayer.Activations
  private let sequences: Sequences
  private var angles: XPos.Angles

  /// - Parameters:
  ///   - layer: its weights as they are now.
  ///   - state: where to begin; nil is the empty state of one text.
  ///   - norms: the layer's own where not given.
  ///   - threads: cores to compute on, 1 to 256.
  /// - Throws: `RetNetError` where state or weights have another shape than the layer's.
  public init(
    _ layer: MultiScaleRetention, state: RetentionState<Float>? = nil, norms: NormOptions? = nil, threads: Int = 1
  ) throws(RetNetError) {
    try RetNetError.requireWeights(layer.weights.count, layer.layout.count)
    try WorkerTeam.validate(threads: threads)
    let state = if let state { state } else { try layer.makeState() }
    try state.validate(layer.layer)
    (self.state, self.layer, rotation, self.norms) = (state, layer.layer, layer.rotation, norms ?? layer.norms)
    workers = RetentionWorkers(threads: threads)
    weights = Buffer(copying: layer.weights)
    input = Buffer(count: state.batch * layer.modelDim)
    output = Buffer(count: state.batch * layer.modelDim)
    activations = MultiScaleRetentionLayer.Activations(layer.layer, rows: state.batch)
    sequences = Sequences(lengths: Array(repeating: 1, count: state.batch))
    angles = layer.rotation.angles(from: state.position, count: 1)
  }

  /// Feeds one token of each text.
  ///
  /// - Parameters:
  ///   - x: `[batch · modelDim]`.
  ///   - y: likewise, set.
  /// - Throws: `RetNetError.shape`, or `value` once 2⁵³ tokens have been fed; nothing has changed then.
  public func step(_ x: [Float], into y: inout [Float]) throws(RetNetError) {
    guard x.count == input.count else { throw .shape(of: "input", found: [x.count], expected: "[\(input.count)]") }
    guard y.count == input.count else { throw .shape(of: "output", found: [y.count], expected: "[\(input.count)]") }
    try state.requirePosition()
    rotation.setAngles(&angles, from: state.position, count: 1)
    let pass = RetentionPass(
      sequences: sequences, angles: angles, form: .recurrent, norms: norms, workers: workers,
      weights: Weights(base: weights.pointer))
    x.withUnsafeBufferPointer { if let base = $0.baseAddress { input.pointer.update(from: base, count: $0.count) } }
    output.zero()
    let (rows, columns) = (state.batch, layer.modelDim)
    layer.forward(
      input.view(rows: rows, columns: columns), addingTo: output.matrix(rows: rows, columns: columns), state: &state,
      activations: activations, pass)
    y.withUnsafeMutableBufferPointer { y in y.baseAddress?.update(from: output.pointer, count: y.count) }
  }
}

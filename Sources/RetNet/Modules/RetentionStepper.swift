/// Computes a layer token by token (Eq. 6). The result is that of calls in the recurrent form, but steps allocate no
/// memory.
///
///     let stepper = try RetentionStepper(layer)
///     var y = [Float](repeating: 0, count: layer.modelDim)
///     for x in tokens { try stepper.step(x, into: &y) }
public final class RetentionStepper {
  /// The state after the last token. If a copy of it is retained, the next step copies the state once.
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

  /// A stepper that continues from a state.
  ///
  /// - Parameters:
  ///   - layer: the layer. The stepper copies its weights.
  ///   - state: the initial state; nil for the empty state of one text.
  ///   - norms: the layer's by default.
  ///   - threads: the number of cores to use, 1 to 256.
  /// - Throws: ``RetNetError`` if state or weights have the wrong shape, or a value is out of range.
  public init(
    _ layer: MultiScaleRetention, state: RetentionState<Float>? = nil, norms: NormOptions? = nil, threads: Int = 1
  ) throws(RetNetError) {
    try RetNetError.requireWeights(layer.weights.count, layer.layout.count)
    try WorkerTeam.validate(threads: threads)
    let norms = norms ?? layer.norms
    try norms.validate()
    let state = if let state { state } else { try layer.makeState() }
    try state.validate(layer.layer)
    (self.state, self.layer, rotation, self.norms) = (state, layer.layer, layer.rotation, norms)
    workers = RetentionWorkers(threads: threads)
    weights = Buffer(copying: layer.weights)
    input = Buffer(count: state.batch * layer.modelDim)
    output = Buffer(count: state.batch * layer.modelDim)
    activations = MultiScaleRetentionLayer.Activations(layer.layer, rows: state.batch)
    sequences = Sequences(lengths: Array(repeating: 1, count: state.batch))
    angles = layer.rotation.angles(from: state.position, count: 1)
  }

  /// Computes one token of each text and advances the state.
  ///
  /// - Parameters:
  ///   - x: `[batch · modelDim]`.
  ///   - y: `[batch · modelDim]`, set.
  /// - Throws: `RetNetError.shape`, or `value` after 2⁵³ tokens. Nothing has changed then.
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

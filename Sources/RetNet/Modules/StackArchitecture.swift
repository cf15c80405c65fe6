/// The equations of a RetNet on dense inputs over a block of weights.
///
///     M_l = X_{l−1} + MSR(LayerNorm(X_{l−1}))     X_l = M_l + MLP(M_l)
package struct StackArchitecture: Sendable, Hashable {
  package let configuration: RetNetStackConfiguration
  package let layout: ParameterLayout
  package let blocks: [Block]

  package struct Block: Sendable, Hashable {
    package let retention: MultiScaleRetentionLayer
    /// Includes its LayerNorm.
    package let mlp: MLP
  }

  package init(_ configuration: RetNetStackConfiguration) {
    self.configuration = configuration
    var layout = ParameterLayout()
    let retention = configuration.retention.layer
    blocks = (0..<configuration.layers).map { layer in
      Block(
        retention: MultiScaleRetentionLayer(
          retention, preNorm: true, prefix: "layers.\(layer).0", &layout),
        mlp: MLP(
          prefix: "layers.\(layer).1.net", modelDim: configuration.modelDim,
          hiddenWidths: configuration.hiddenWidths, activation: configuration.mlpGate,
          activatesLast: configuration.mlpActivatesLast, bias: configuration.mlpBias, dropout: configuration.dropout,
          epsilon: configuration.epsilon, &layout))
    }
    self.layout = layout
  }

  /// Whether a tensor of that name stores values that this program computes.
  package static func isBuffer(_ name: String) -> Bool {
    name.hasPrefix("layers.") && (name.hasSuffix(".0.angle") || name.hasSuffix(".0.decay"))
  }
}

/// One pass over a batch, with the activations of every layer for the backward pass.
final class StackPass {
  package let architecture: StackArchitecture
  package let rows: Int
  private let call: (Weights) -> RetentionPass
  /// X_0 … X_L, `[rows, modelDim]` each.
  private let streams: [Buffer<Float>]
  /// M_1 … M_L, `[rows, modelDim]` each.
  private let middles: [Buffer<Float>]
  private let retentions: [MultiScaleRetentionLayer.Activations]
  private(set) var mlps: [MLP.Activations]

  /// - Parameters:
  ///   - x: `[batch, time, modelDim]`.
  ///   - position: the position of the first token.
  ///   - mask: valid for `form`.
  ///   - storesActivations: needed for `backward`; otherwise all layers share memory.
  package init(
    _ architecture: StackArchitecture, _ x: [Float], batch: Int, position: Int, form: RetentionForm,
    mask: RetentionMask, norms: NormOptions, threads: Int = 1, storesActivations: Bool
  ) {
    let modelDim = architecture.configuration.modelDim
    let rows = x.count / modelDim
    precondition(
      batch > 0 && x.count == rows * modelDim && rows % batch == 0,
      "\(x.count) numbers are not [\(batch), time, \(modelDim)]")
    self.architecture = architecture
    self.rows = rows
    let sequences = Sequences(lengths: Array(repeating: rows / batch, count: batch))
    let angles = architecture.configuration.retention.layer.rotation.angles(from: position, count: rows / batch)
    let workers = RetentionWorkers(threads: threads)
    call = { weights in
      RetentionPass(
        sequences: sequences, angles: angles, form: form, norms: norms, mask: mask, workers: workers,
        weights: weights)
    }
    /// Memory per layer, or the same memory for all layers.
    func each<Memory>(_ make: (StackArchitecture.Block) -> Memory) -> [Memory] {
      if storesActivations { return architecture.blocks.map(make) }
      return architecture.blocks.first.map { block in
        Array(repeating: make(block), count: architecture.blocks.count)
      } ?? []
    }
    streams = [Buffer(copying: x)] + each { _ in Buffer(count: x.count) }
    middles = each { _ in Buffer(count: x.count) }
    retentions = each { MultiScaleRetentionLayer.Activations($0.retention, rows: rows) }
    mlps = each { MLP.Activations($0.mlp, rows: rows) }
  }

  /// - Parameters:
  ///   - state: advanced in place; nil for an empty initial state and a discarded final state.
  ///   - dropoutSeed: the seed of the dropout; nil disables it.
  /// - Returns: X_L, `[batch, time, modelDim]`.
  package func forward(
    _ weights: Weights, state: inout ModelState?, dropoutSeed: UInt64?
  ) -> [Float] {
    guard rows > 0 else { return [] }
    var generator = dropoutSeed.map(SeededGenerator.init)
    let pass = call(weights)
    for (index, block) in architecture.blocks.enumerated() {
      let (x, middle, y) = (matrix(streams[index]), matrix(middles[index]), matrix(streams[index + 1]))
      middle.copy(x.view)
      if state != nil {
        block.retention.forward(
          x.view, addingTo: middle, state: &state!.layers[index], activations: retentions[index], pass)
      } else {
        block.retention.forward(x.view, addingTo: middle, state: nil, activations: retentions[index], pass)
      }
      y.copy(middle.view)
      block.mlp.forward(middle.view, addingTo: y, activations: mlps[index], dropping: &generator, weights)
    }
    return streams[architecture.blocks.count].values
  }

  /// - Parameter dOutput: `[batch, time, modelDim]`.
  /// - Returns: dX, `[batch, time, modelDim]`. The gradient of the weights is added to `gradients`.
  package func backward(_ dOutput: [Float], _ weights: Weights, _ gradients: Gradients) -> [Float] {
    precondition(
      dOutput.count == streams[0].count, "the output has \(streams[0].count) numbers, its gradient \(dOutput.count)")
    guard rows > 0, let first = architecture.blocks.first else { return [] }
    let pass = call(weights)
    let gradient = Buffer(copying: dOutput)
    let d = matrix(gradient)
    let retentionScratch = MultiScaleRetentionLayer.Activations(first.retention, rows: rows)
    let mlpScratch = MLP.Activations(first.mlp, rows: rows)
    for (index, block) in architecture.blocks.enumerated().reversed() {
      block.mlp.backward(
        matrix(middles[index]).view, d.view, addingTo: d, activations: mlps[index], scratch: mlpScratch, weights,
        gradients)
      block.retention.backward(
        matrix(streams[index]).view, d.view, into: d, adding: true, activations: retentions[index],
        gradientScratch: retentionScratch, pass, gradients)
    }
    return gradient.values
  }

  private func matrix(_ buffer: Buffer<Float>) -> MutableMatrixView<Float> {
    buffer.matrix(rows: rows, columns: architecture.configuration.modelDim)
  }
}

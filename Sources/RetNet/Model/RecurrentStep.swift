/// One recurrent step of the whole model (Eq. 6), the fast path of `Inference`. It allocates no memory.
/// `MultiScaleRetentionLayer.TokenStep` computes the heads.
///
/// It computes the same as `RetentionBlock.forward` for one row, but divides the work differently: products with one
/// vector are bound by memory bandwidth, so threads share the rows of the weights, and the heads. One thread computes
/// each output completely, so results do not depend on the number of threads.
final class RecurrentStep {
  private let model: RetNetModel
  private let workers: RetentionWorkers
  private let blocks: [Block]
  private let head: VectorProducts
  /// The residual stream, `[1, modelDim]`.
  private let stream: Buffer<Float>
  private let normed: Buffer<Float>
  private let logits: Buffer<Float>
  private let inverse = Buffer<Float>(count: 1)
  private let activations: RetentionBlock.Activations?
  private var angles: XPos.Angles

  private static let sequences = Sequences(lengths: [1])

  package init(_ model: RetNetModel, workers: RetentionWorkers) {
    let (architecture, shape) = (model.architecture, model.configuration)
    let (weights, threads) = (model.parameters.weights, workers.team.threads)
    self.model = model
    self.workers = workers
    let stream = Buffer<Float>(count: shape.modelDim)
    let normed = Buffer<Float>(count: shape.modelDim)
    let logits = Buffer<Float>(count: shape.vocabularySize)
    (self.stream, self.normed, self.logits) = (stream, normed, logits)
    let activations = architecture.blocks.first.map { RetentionBlock.Activations($0, rows: 1) }
    self.activations = activations
    blocks = architecture.blocks.map {
      Block($0, stream: stream, activations: activations!, weights, threads: threads)
    }
    head = VectorProducts(
      [(weights.stored(architecture.head), logits.pointer)],
      x: architecture.finalNorm == nil ? stream.pointer : normed.pointer, threads: threads)
    angles = architecture.rotation.angles(from: 0, count: 1)
  }

  /// - Parameters:
  ///   - token: a token of the vocabulary.
  ///   - state: the state of one text, advanced past the token.
  ///   - afterLayer: called with each layer's index, activations, state and output, `[1, modelDim]`.
  /// - Returns: the next token's logits, `[vocabulary]`, in memory that the next call overwrites.
  package func run<Failure: Error>(
    _ token: Int, norms: NormOptions, overrides: HeadOverrides, state: inout ModelState,
    afterLayer: (_ index: Int, RetentionBlock.Activations, RetentionState<Float>, MatrixView<Float>) throws(Failure) ->
      Void
  ) throws(Failure) -> MatrixView<Float> {
    let (architecture, weights) = (model.architecture, model.parameters.weights)
    let x = stream.matrix(rows: 1, columns: stream.count)
    architecture.rotation.setAngles(&angles, from: state.position, count: 1)
    let pass = RetentionPass(
      sequences: Self.sequences, angles: angles, form: .recurrent, norms: norms, workers: workers, weights: weights)
    architecture.embed(CollectionOfOne(token), into: x, scaled: x, inverse: inverse.pointer, weights)
    for (index, block) in blocks.enumerated() {
      guard let activations else { break }
      if overrides.isEmpty {
        block.run(x, state: &state.layers[index], activations: activations, pass, overrides: nil)
      } else {
        let overrides = (0..<block.block.retention.heads).map { overrides[HeadIndex(layer: index, head: $0)] }
        overrides.withUnsafeBufferPointer { overrides in
          block.run(x, state: &state.layers[index], activations: activations, pass, overrides: overrides.baseAddress)
        }
      }
      try afterLayer(index, activations, state.layers[index], x.view)
    }
    _ = architecture.normalizeForHead(
      x.view, into: normed.matrix(rows: 1, columns: normed.count), inverse: inverse.pointer, weights)
    head.run(on: workers.team)
    return logits.view(rows: 1, columns: logits.count)
  }

  /// One block, with products divided into parts in advance.
  private final class Block {
    let block: RetentionBlock
    private let views: MultiScaleRetentionLayer.Views
    let projections: VectorProducts
    let output: VectorProducts
    let hidden: HiddenRows
    let down: VectorProducts

    init(
      _ block: RetentionBlock, stream: Buffer<Float>, activations: RetentionBlock.Activations,
      _ weights: Weights, threads: Int
    ) {
      self.block = block
      let (layer, values, mlp) = (block.retention, activations.retention, block.mlp)
      views = MultiScaleRetentionLayer.Views(layer, rows: 1, values)
      func product(_ linear: LinearMap, _ output: Buffer<Float>) -> VectorProducts.Product {
        precondition(linear.bias == nil, "the linear maps of a language model have no bias")
        return (weights.stored(linear.weight), output.pointer)
      }
      let before = block.preNorm
      projections = VectorProducts(
        [product(layer.query, values.q), product(layer.key, values.k), product(layer.value, values.v)]
          + (layer.gate.map { [product($0, values.g)] } ?? []),
        x: before ? activations.first.pointer : stream.pointer, threads: threads)
      output = VectorProducts(
        [product(layer.output, before ? activations.middle : activations.first)],
        x: layer.gate == nil ? values.normed.pointer : values.gated.pointer, adding: true, threads: threads)
      hidden = HiddenRows(
        gate: weights.stored(mlp.gate.weight), up: weights.stored(mlp.up.weight), activation: mlp.activation,
        x: before ? activations.second.pointer : activations.middle.pointer, activations: activations.mlp,
        threads: threads)
      down = VectorProducts(
        [product(mlp.down, before ? stream : activations.second)], x: activations.mlp.hidden.pointer, adding: true,
        threads: threads)
    }

    /// - Parameters:
    ///   - x: the block's input, `[1, modelDim]`, overwritten with its output.
    ///   - overrides: one per head; nil for none.
    func run(
      _ x: MutableMatrixView<Float>, state: UnsafeMutablePointer<RetentionState<Float>>,
      activations: RetentionBlock.Activations, _ pass: RetentionPass, overrides: UnsafePointer<HeadOverride>?
    ) {
      let team = pass.workers.team
      func row(_ buffer: Buffer<Float>) -> MutableMatrixView<Float> { buffer.matrix(rows: 1, columns: x.columns) }
      func normalize(
        _ norm: RMSNorm, _ from: MatrixView<Float>, into to: MutableMatrixView<Float>, _ inverse: Buffer<Float>
      ) {
        norm.forward(from, into: to, inverse: inverse.pointer, pass.weights)
      }
      func scaled(_ from: MatrixView<Float>, into to: MutableMatrixView<Float>) {
        to.copy(from)
        to.scale(by: block.residualScale)
      }
      let (first, middle, second) = (row(activations.first), row(activations.middle), row(activations.second))
      if block.preNorm { normalize(block.retentionNorm, x.view, into: first, activations.firstInverse) }
      projections.run(on: team)
      pass.angles.rotate(views.q, heads: block.retention.heads)
      pass.angles.rotate(views.k, heads: block.retention.keyValueHeads)
      state.pointee.advance(by: 1) { states in
        let heads = MultiScaleRetentionLayer.TokenStep(
          block.retention, views, states, pass.norms, overrides: overrides, pass.weights)
        team.perform(heads, parts: block.retention.heads)
      }
      if block.preNorm {
        scaled(x.view, into: middle)
        output.run(on: team)
        normalize(block.mlpNorm, middle.view, into: second, activations.secondInverse)
        hidden.run(on: team)
        scaled(middle.view, into: x)
        down.run(on: team)
      } else {
        scaled(x.view, into: first)
        output.run(on: team)
        normalize(block.retentionNorm, first.view, into: middle, activations.firstInverse)
        hidden.run(on: team)
        scaled(middle.view, into: second)
        down.run(on: team)
        normalize(block.mlpNorm, second.view, into: x, activations.secondInverse)
      }
    }
  }

  /// The hidden values of the MLP. Each part computes the same rows of both maps and applies the gate to them.
  private final class HiddenRows {
    private let gate: StoredMatrix
    private let up: StoredMatrix
    private let activation: Activation
    private let x: FactorVector
    private let activations: GatedMLP.Activations
    private let ranges: UnsafeMutableBufferPointer<Range<Int>>

    init(
      gate: StoredMatrix, up: StoredMatrix, activation: Activation, x: UnsafePointer<Float>,
      activations: GatedMLP.Activations, threads: Int
    ) {
      (self.gate, self.up, self.activation, self.activations) = (gate, up, activation, activations)
      self.x = FactorVector(x, of: [gate, up])
      let rowBytes = 2 * gate.element.rowBytes(columns: gate.columns)
      let ranges = RowParts(rows: gate.rows, of: gate.rows, rowBytes: rowBytes, threads: threads).ranges
      self.ranges = .allocate(capacity: ranges.count)
      _ = self.ranges.initialize(from: ranges)
    }

    deinit {
      ranges.deinitialize()
      ranges.deallocate()
    }

    func run(on team: WorkerTeam) {
      x.prepare()
      team.perform(Work(hidden: .passUnretained(self)), parts: ranges.count)
    }

    private struct Work: TeamWork {
      let hidden: Unmanaged<HiddenRows>

      func perform(part: Int, thread: Int) { hidden._withUnsafeGuaranteedRef { $0.compute($0.ranges[part]) } }
    }

    private func compute(_ rows: Range<Int>) {
      x.multiply(gate, rows: rows, into: activations.gate.pointer)
      x.multiply(up, rows: rows, into: activations.up.pointer)
      let first = rows.lowerBound
      Gate(activation: activation).forward(
        activations.gate.pointer + first, activations.up.pointer + first, into: activations.hidden.pointer + first,
        count: rows.count)
    }
  }
}

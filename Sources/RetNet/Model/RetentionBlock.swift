/// One block of the model (Section 2.3), pre-norm or post-norm.
///
///     pre-norm:  M = α X + MSR(RMSNorm(X))      post-norm:  M = RMSNorm(α X + MSR(X))
///                Y = α M + MLP(RMSNorm(M))                  Y = RMSNorm(α M + MLP(M))
///
/// α = 1 unless deepnorm scales the residual stream. In training, dropout acts on what MSR and MLP add, as in torchscale's
/// decoder layer.
package struct RetentionBlock: Sendable, Hashable {
  package let index: Int
  package let retentionNorm: RMSNorm
  package let retention: MultiScaleRetentionLayer
  package let mlpNorm: RMSNorm
  package let mlp: GatedMLP
  package let modelDim: Int
  package let preNorm: Bool
  /// α.
  let residualScale: Float
  /// Everything of this block among the model's parameters.
  package let parameters: [Parameter]

  package init(index: Int, _ configuration: ModelConfiguration, _ names: TensorNames, _ layout: inout ParameterLayout) {
    let first = layout.entries.count
    self.index = index
    modelDim = configuration.modelDim
    preNorm = configuration.preNorm
    residualScale = configuration.residualScale
    func norm(_ name: String, _ layout: inout ParameterLayout) -> RMSNorm {
      RMSNorm(
        columns: configuration.modelDim, epsilon: configuration.normEpsilon,
        weight: layout.add("\(names.block(index)).\(name)", [configuration.modelDim]))
    }
    retentionNorm = norm(names.retentionNorm, &layout)
    retention = MultiScaleRetentionLayer(
      configuration.retentionLayer, prefix: names.retention(ofBlock: index), &layout)
    mlpNorm = norm(names.mlpNorm, &layout)
    mlp = GatedMLP(
      prefix: names.mlp(ofBlock: index), names: names.mlpTensors, modelDim: modelDim,
      hiddenDim: configuration.feedForwardDim, activation: configuration.activation, &layout)
    parameters = Array(layout.entries[first...])
  }

  /// What `forward` computes on the way, and the same again for gradients in `backward`.
  package final class Activations {
    /// `[rows, modelDim]`: RMSNorm(X), which goes into retention; with the norm behind, the sum that goes into the norm.
    package let first: Buffer<Float>
    let firstInverse: Buffer<Float>
    package let retention: MultiScaleRetentionLayer.Activations
    /// M, `[rows, modelDim]`.
    package let middle: Buffer<Float>
    /// As `first`, of the MLP.
    package let second: Buffer<Float>
    let secondInverse: Buffer<Float>
    package let mlp: GatedMLP.Activations

    package init(_ block: RetentionBlock, rows: Int) {
      first = Buffer(count: rows * block.modelDim)
      firstInverse = Buffer(count: rows)
      retention = MultiScaleRetentionLayer.Activations(block.retention, rows: rows)
      middle = Buffer(count: rows * block.modelDim)
      second = Buffer(count: rows * block.modelDim)
      secondInverse = Buffer(count: rows)
      mlp = GatedMLP.Activations(rows: rows, hiddenDim: block.mlp.hiddenDim)
    }
  }

  /// - Parameters:
  ///   - x: `[rows, modelDim]`.
  ///   - y: `[rows, modelDim]`, set; may be x.
  ///   - state: as in `MultiScaleRetentionLayer`.
  package func forward(
    _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, state: UnsafeMutablePointer<RetentionState<Float>>?,
    activations: Activations, _ pass: RetentionPass
  ) {
    let team = pass.workers.team
    let length = rowsOfPart(of: x.rows, threads: team.threads)
    let parts = (x.rows + length - 1) / length
    func work(_ step: Work.Step) -> Work {
      Work(block: self, step: step, x: x, y: y, activations: activations, pass: pass, rowsOfPart: length)
    }
    team.perform(work(.project), parts: parts)
    pass.turn?.wait(forLayer: index)
    retention.advance(state, pass) { states in team.perform(work(.retain(states)), parts: retention.heads) }
    pass.turn?.pass(layer: index)
    team.perform(work(.finish), parts: parts)
  }

  /// All rows where one thread does everything; else blocks that keep every thread busy, and products efficient.
  private func rowsOfPart(of rows: Int, threads: Int) -> Int {
    threads == 1 ? max(rows, 1) : max(64, (rows + 2 * threads - 1) / (2 * threads))
  }

  /// A step of `forward` that threads share: rows by blocks, retention by heads.
  private struct Work: TeamWork {
    package enum Step {
      case project
      case retain(RetentionState<Float>.Heads?)
      case finish
    }

    let block: RetentionBlock
    let step: Step
    let x: MatrixView<Float>
    let y: MutableMatrixView<Float>
    let activations: Activations
    let pass: RetentionPass
    let rowsOfPart: Int

    func perform(part: Int, thread: Int) {
      let rows = min(part * rowsOfPart, x.rows)..<min((part + 1) * rowsOfPart, x.rows)
      switch step {
      case .project: block.project(x, rows: rows, activations: activations, pass)
      case .retain(let states):
        block.retention.retain(
          head: part, states, activations: activations.retention, pass, scratch: pass.workers.scratch(thread))
      case .finish: block.finish(x, into: y, rows: rows, activations: activations, pass)
      }
    }
  }

  /// What comes before retention.
  private func project(_ x: MatrixView<Float>, rows: Range<Int>, activations: Activations, _ pass: RetentionPass) {
    guard preNorm else { return retention.project(x, rows: rows, activations: activations.retention, pass) }
    let first = activations.first.matrix(rows: x.rows, columns: modelDim)
    normalize(retentionNorm, x, into: first, rows: rows, inverse: activations.firstInverse, pass.weights)
    retention.project(first.view, rows: rows, activations: activations.retention, pass)
  }

  /// What comes after it.
  private func finish(
    _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, rows: Range<Int>, activations: Activations,
    _ pass: RetentionPass
  ) {
    let first = activations.first.matrix(rows: x.rows, columns: modelDim)
    let middle = activations.middle.matrix(rows: x.rows, columns: modelDim)
    let second = activations.second.matrix(rows: x.rows, columns: modelDim)
    func finishRetention(addingTo sum: MutableMatrixView<Float>) {
      join(x, into: sum, rows: rows, .retention(block: index), pass) {
        retention.finish(rows: rows, addingTo: sum, activations: activations.retention, pass)
      }
    }
    func feedForward(_ input: MatrixView<Float>, addingTo sum: MutableMatrixView<Float>) {
      join(middle.view, into: sum, rows: rows, .mlp(block: index), pass) {
        mlp.forward(input, rows: rows, addingTo: sum, activations: activations.mlp, pass.weights)
      }
    }
    if preNorm {
      finishRetention(addingTo: middle)
      normalize(mlpNorm, middle.view, into: second, rows: rows, inverse: activations.secondInverse, pass.weights)
      feedForward(second.view, addingTo: y)
    } else {
      finishRetention(addingTo: first)
      normalize(retentionNorm, first.view, into: middle, rows: rows, inverse: activations.firstInverse, pass.weights)
      feedForward(middle.view, addingTo: second)
      normalize(mlpNorm, second.view, into: y, rows: rows, inverse: activations.secondInverse, pass.weights)
    }
  }

  private func normalize(
    _ norm: RMSNorm, _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, rows: Range<Int>, inverse: Buffer<Float>,
    _ weights: Weights
  ) {
    norm.forward(x.rows(rows), into: y.rows(rows), inverse: inverse.pointer + rows.lowerBound, weights)
  }

  /// y ← α x + what `branch` adds to y, after dropout where there is any.
  private func join(
    _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, rows: Range<Int>, _ place: PassDropout.Place,
    _ pass: RetentionPass, _ branch: () -> Void
  ) {
    let (from, to) = (x.rows(rows), y.rows(rows))
    guard let dropping = pass.dropout else {
      to.copy(from)
      to.scale(by: residualScale)
      return branch()
    }
    to.fill(0)
    branch()
    dropping.dropout.join(
      from.base, times: residualScale, into: to.base, key: dropping.key(place), first: rows.lowerBound * modelDim,
      count: rows.count * modelDim)
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, modelDim]`, which `forward` has not overwritten.
  ///   - d: dY on entry, dX on return, `[rows, modelDim]`.
  ///   - gradientScratch: memory for the gradients of what `activations` holds.
  package func backward(
    _ x: MatrixView<Float>, _ d: MutableMatrixView<Float>, activations: Activations, gradientScratch: Activations,
    _ pass: RetentionPass,
    _ gradients: Gradients
  ) {
    let first = activations.first.view(rows: x.rows, columns: modelDim)
    let middle = activations.middle.view(rows: x.rows, columns: modelDim)
    let second = activations.second.view(rows: x.rows, columns: modelDim)
    let part = gradientScratch.first.matrix(rows: x.rows, columns: modelDim)
    func branch(_ dSum: MatrixView<Float>, _ place: PassDropout.Place) -> MatrixView<Float> {
      guard let dropping = pass.dropout else { return dSum }
      let dBranch = gradientScratch.middle.matrix(rows: x.rows, columns: modelDim)
      dropping.dropout.backward(dSum.base, into: dBranch.base, key: dropping.key(place), count: x.rows * modelDim)
      return dBranch.view
    }
    func retainBackward(_ input: MatrixView<Float>, _ dSum: MatrixView<Float>, into dInput: MutableMatrixView<Float>) {
      retention.backward(
        input, branch(dSum, .retention(block: index)), into: dInput, activations: activations.retention,
        gradientScratch: gradientScratch.retention, pass, gradients)
    }
    func feedForwardBackward(
      _ input: MatrixView<Float>, _ dSum: MatrixView<Float>, into dInput: MutableMatrixView<Float>
    ) {
      mlp.backward(
        input, branch(dSum, .mlp(block: index)), into: dInput, activations: activations.mlp,
        scratch: gradientScratch.mlp,
        pass.weights, gradients)
    }
    if preNorm {
      feedForwardBackward(second, d.view, into: part)
      d.scale(by: residualScale)
      mlpNorm.backward(
        middle, part, inverse: activations.secondInverse.pointer, into: d, adding: true, pass.weights, gradients)
      retainBackward(first, d.view, into: part)
      d.scale(by: residualScale)
      retentionNorm.backward(
        x, part, inverse: activations.firstInverse.pointer, into: d, adding: true, pass.weights, gradients)
    } else {
      let dSum = gradientScratch.second.matrix(rows: x.rows, columns: modelDim)
      mlpNorm.backward(second, d, inverse: activations.secondInverse.pointer, into: dSum, pass.weights, gradients)
      feedForwardBackward(middle, dSum.view, into: part)
      d.copy(part.view)
      d.add(dSum.view, times: residualScale)
      retentionNorm.backward(first, d, inverse: activations.firstInverse.pointer, into: dSum, pass.weights, gradients)
      retainBackward(x, dSum.view, into: part)
      d.copy(part.view)
      d.add(dSum.view, times: residualScale)
    }
  }
}

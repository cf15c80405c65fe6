/// One block of the model (Section 2.3), pre-norm or post-norm.
///
///     pre-norm:  M = α X + MSR(RMSNorm(X))      post-norm:  M = RMSNorm(α X + MSR(X))
///                Y = α M + MLP(RMSNorm(M))                  Y = RMSNorm(α M + MLP(M))
///
/// α = 1 unless DeepNorm scales the residual stream. In training, dropout applies to the outputs of MSR and MLP, as in
/// torchscale's decoder layer.
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
  /// The indices of this block's parameters in the layout.
  package let parameters: Range<Int>

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
    parameters = first..<layout.entries.count
  }

  /// The intermediate values of `forward` that `backward` needs; the same shapes hold their gradients.
  package final class Activations {
    /// `[rows, modelDim]`: pre-norm RMSNorm(X), the input of retention; post-norm α X + MSR(X), the input of the norm.
    package let first: Buffer<Float>
    let firstInverse: Buffer<Float>
    package let retention: MultiScaleRetentionLayer.Activations
    /// M, `[rows, modelDim]`.
    package let middle: Buffer<Float>
    /// `[rows, modelDim]`: pre-norm RMSNorm(M), the input of the MLP; post-norm α M + MLP(M), the input of the norm.
    package let second: Buffer<Float>
    let secondInverse: Buffer<Float>
    package let mlp: GatedMLP.Activations

    /// Numbers of one row.
    package static func numbersPerRow(_ block: RetentionBlock) -> Int {
      3 * block.modelDim + 2 + MultiScaleRetentionLayer.Activations.numbersPerRow(block.retention)
        + GatedMLP.Activations.numbersPerRow(hiddenDim: block.mlp.hiddenDim)
    }

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
  ///   - state: as in `MultiScaleRetentionLayer.forward`.
  package func forward(
    _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, state: UnsafeMutablePointer<RetentionState<Float>>?,
    activations: Activations, _ pass: RetentionPass
  ) {
    retention.run(
      Rows(block: self, x: x, y: y, activations: activations, pass: pass), rows: x.rows, index: index, state: state,
      activations: activations.retention, pass)
  }

  private struct Rows: RowWork {
    let block: RetentionBlock
    let x: MatrixView<Float>
    let y: MutableMatrixView<Float>
    let activations: Activations
    let pass: RetentionPass

    func beforeRetention(_ rows: Range<Int>) { block.project(x, rows: rows, activations: activations, pass) }
    func afterRetention(_ rows: Range<Int>) { block.finish(x, into: y, rows: rows, activations: activations, pass) }
  }

  private func project(_ x: MatrixView<Float>, rows: Range<Int>, activations: Activations, _ pass: RetentionPass) {
    guard preNorm else { return retention.project(x, rows: rows, activations: activations.retention, pass) }
    let first = activations.first.matrix(rows: x.rows, columns: modelDim)
    normalize(retentionNorm, x, into: first, rows: rows, inverse: activations.firstInverse, pass.weights)
    retention.project(first.view, rows: rows, activations: activations.retention, pass)
  }

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

  /// y ← α x + Dropout(branch), where `branch` adds its output to y.
  private func join(
    _ x: MatrixView<Float>, into y: MutableMatrixView<Float>, rows: Range<Int>, _ site: PassDropout.Site,
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
      from.base, times: residualScale, into: to.base, key: dropping.key(site), first: rows.lowerBound * modelDim,
      count: rows.count * modelDim)
  }

  /// - Parameters:
  ///   - x: the unchanged input of `forward`, `[rows, modelDim]`.
  ///   - d: dY on entry, dX on return, `[rows, modelDim]`.
  ///   - gradientScratch: memory for the gradients of `activations`.
  package func backward(
    _ x: MatrixView<Float>, _ d: MutableMatrixView<Float>, activations: Activations, gradientScratch: Activations,
    _ pass: RetentionPass, _ gradients: Gradients
  ) {
    let first = activations.first.view(rows: x.rows, columns: modelDim)
    let middle = activations.middle.view(rows: x.rows, columns: modelDim)
    let second = activations.second.view(rows: x.rows, columns: modelDim)
    let part = gradientScratch.first.matrix(rows: x.rows, columns: modelDim)
    func branch(_ dSum: MatrixView<Float>, _ site: PassDropout.Site) -> MatrixView<Float> {
      guard let dropping = pass.dropout else { return dSum }
      let dBranch = gradientScratch.middle.matrix(rows: x.rows, columns: modelDim)
      dropping.dropout.backward(dSum.base, into: dBranch.base, key: dropping.key(site), count: x.rows * modelDim)
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
        scratch: gradientScratch.mlp, pass.weights, gradients)
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

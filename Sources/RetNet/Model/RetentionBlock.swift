/// One block of the model (Eqs. 9 and 10), the norm before each part or behind each sum.
///
///     before:  M = α X + MSR(RMSNorm(X))      behind:  M = RMSNorm(α X + MSR(X))
///              Y = α M + MLP(RMSNorm(M))               Y = RMSNorm(α M + MLP(M))
///
/// α = 1 unless deepnorm scales the residual stream.
struct RetentionBlock: Sendable, Hashable {
  let retentionNorm: RMSNorm
  let retention: MultiScaleRetentionLayer
  let mlpNorm: RMSNorm
  let mlp: GatedMLP
  let modelDim: Int
  let normalizesBefore: Bool
  /// α.
  let residualScale: Float
  /// Everything of this block among the model's parameters.
  let parameters: [Parameter]

  init(index: Int, _ configuration: ModelConfiguration, _ names: TensorNames, _ layout: inout ParameterLayout) {
    let first = layout.entries.count
    modelDim = configuration.modelDim
    normalizesBefore = configuration.normalizesBefore
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
  final class Saved {
    /// `[rows, modelDim]`: RMSNorm(X), which goes into retention; with the norm behind, the sum that goes into the norm.
    let first: Buffer<Float>
    let firstInverse: Buffer<Float>
    let retention: MultiScaleRetentionLayer.Saved
    /// M, `[rows, modelDim]`.
    let middle: Buffer<Float>
    /// As `first`, of the MLP.
    let second: Buffer<Float>
    let secondInverse: Buffer<Float>
    let mlp: GatedMLP.Saved

    init(_ block: RetentionBlock, rows: Int) {
      first = Buffer(count: rows * block.modelDim)
      firstInverse = Buffer(count: rows)
      retention = MultiScaleRetentionLayer.Saved(block.retention, rows: rows)
      middle = Buffer(count: rows * block.modelDim)
      second = Buffer(count: rows * block.modelDim)
      secondInverse = Buffer(count: rows)
      mlp = GatedMLP.Saved(rows: rows, hiddenDim: block.mlp.hiddenDim)
    }
  }

  /// How one pass over a batch is to be computed, for every block alike.
  struct Pass {
    let sequences: Sequences
    let angles: XPos.Angles
    let form: RetentionForm
    let norms: NormOptions
    let scratch: RetentionScratch<Float>
    let weights: Weights
  }

  /// - Parameters:
  ///   - x: `[rows, modelDim]`.
  ///   - y: `[rows, modelDim]`, set; may be x.
  ///   - state: as in `MultiScaleRetentionLayer`.
  func forward(
    _ x: Matrix<Float>, into y: Matrix<Float>, state: UnsafeMutablePointer<RetentionState<Float>>?, saved: Saved,
    _ pass: Pass
  ) {
    let first = saved.first.matrix(rows: x.rows, columns: modelDim)
    let middle = saved.middle.matrix(rows: x.rows, columns: modelDim)
    let second = saved.second.matrix(rows: x.rows, columns: modelDim)
    func retain(_ input: Matrix<Float>, addingTo sum: Matrix<Float>) {
      sum.copy(x)
      sum.scale(by: residualScale)
      retention.forward(
        input, sequences: pass.sequences, angles: pass.angles, form: pass.form, norms: pass.norms, state: state,
        addingTo: sum, saved: saved.retention, scratch: pass.scratch, pass.weights)
    }
    func feedForward(_ input: Matrix<Float>, addingTo sum: Matrix<Float>) {
      sum.copy(middle)
      sum.scale(by: residualScale)
      mlp.forward(input, addingTo: sum, saved: saved.mlp, pass.weights)
    }
    if normalizesBefore {
      retentionNorm.forward(x, into: first, inverse: saved.firstInverse.pointer, pass.weights)
      retain(first, addingTo: middle)
      mlpNorm.forward(middle, into: second, inverse: saved.secondInverse.pointer, pass.weights)
      feedForward(second, addingTo: y)
    } else {
      retain(x, addingTo: first)
      retentionNorm.forward(first, into: middle, inverse: saved.firstInverse.pointer, pass.weights)
      feedForward(middle, addingTo: second)
      mlpNorm.forward(second, into: y, inverse: saved.secondInverse.pointer, pass.weights)
    }
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, modelDim]`, which `forward` has not overwritten.
  ///   - d: dY on entry, dX on return, `[rows, modelDim]`.
  ///   - gradientScratch: memory for the gradients of what `saved` holds.
  func backward(
    _ x: Matrix<Float>, _ d: Matrix<Float>, saved: Saved, gradientScratch: Saved, _ pass: Pass, _ gradients: Gradients
  ) {
    let first = saved.first.matrix(rows: x.rows, columns: modelDim)
    let middle = saved.middle.matrix(rows: x.rows, columns: modelDim)
    let second = saved.second.matrix(rows: x.rows, columns: modelDim)
    let part = gradientScratch.first.matrix(rows: x.rows, columns: modelDim)
    func retainBackward(_ input: Matrix<Float>, _ dSum: Matrix<Float>, into dInput: Matrix<Float>) {
      retention.backward(
        input, dSum, into: dInput, sequences: pass.sequences, angles: pass.angles, form: pass.form, norms: pass.norms,
        saved: saved.retention, gradientScratch: gradientScratch.retention, scratch: pass.scratch, pass.weights,
        gradients)
    }
    func feedForwardBackward(_ input: Matrix<Float>, _ dSum: Matrix<Float>, into dInput: Matrix<Float>) {
      mlp.backward(
        input, dSum, into: dInput, saved: saved.mlp, scratch: gradientScratch.mlp, pass.weights, gradients)
    }
    if normalizesBefore {
      feedForwardBackward(second, d, into: part)
      d.scale(by: residualScale)
      mlpNorm.backward(
        middle, part, inverse: saved.secondInverse.pointer, into: d, adding: true, pass.weights, gradients)
      retainBackward(first, d, into: part)
      d.scale(by: residualScale)
      retentionNorm.backward(
        x, part, inverse: saved.firstInverse.pointer, into: d, adding: true, pass.weights, gradients)
    } else {
      let dSum = gradientScratch.second.matrix(rows: x.rows, columns: modelDim)
      mlpNorm.backward(second, d, inverse: saved.secondInverse.pointer, into: dSum, pass.weights, gradients)
      feedForwardBackward(middle, dSum, into: part)
      d.copy(part)
      d.add(dSum, times: residualScale)
      retentionNorm.backward(first, d, inverse: saved.firstInverse.pointer, into: dSum, pass.weights, gradients)
      retainBackward(x, dSum, into: part)
      d.copy(part)
      d.add(dSum, times: residualScale)
    }
  }
}

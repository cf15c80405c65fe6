/// One block of the model (Eqs. 9 and 10).
///
///     M = X + MSR(RMSNorm(X))
///     Y = M + MLP(RMSNorm(M))
struct RetentionBlock: Sendable, Hashable {
  let retentionNorm: RMSNorm
  let retention: MultiScaleRetentionLayer
  let mlpNorm: RMSNorm
  let mlp: GatedMLP
  let modelDim: Int
  /// Everything of this block among the model's parameters.
  let parameters: [Parameter]

  init(index: Int, _ configuration: ModelConfiguration, _ layout: inout ParameterLayout) {
    let prefix = "model.layers.\(index)"
    let first = layout.entries.count
    modelDim = configuration.modelDim
    func norm(_ name: String, _ layout: inout ParameterLayout) -> RMSNorm {
      RMSNorm(
        columns: configuration.modelDim, epsilon: configuration.normEpsilon,
        weight: configuration.normWeights ? layout.add("\(prefix).\(name).weight", [configuration.modelDim]) : nil)
    }
    retentionNorm = norm("attn_norm", &layout)
    retention = MultiScaleRetentionLayer(configuration.retentionLayer, prefix: "\(prefix).attn", &layout)
    mlpNorm = norm("mlp_norm", &layout)
    mlp = GatedMLP(
      prefix: "\(prefix).mlp", modelDim: modelDim, hiddenDim: configuration.feedForwardDim, &layout)
    parameters = Array(layout.entries[first...])
  }

  /// What `forward` computes on the way, and the same again for gradients in `backward`.
  final class Saved {
    /// After the first norm, `[rows, modelDim]`.
    let retentionInput: Buffer<Float>
    let retentionInverse: Buffer<Float>
    let retention: MultiScaleRetentionLayer.Saved
    /// M, `[rows, modelDim]`.
    let middle: Buffer<Float>
    let mlpInput: Buffer<Float>
    let mlpInverse: Buffer<Float>
    let mlp: GatedMLP.Saved

    init(_ block: RetentionBlock, rows: Int) {
      retentionInput = Buffer(count: rows * block.modelDim)
      retentionInverse = Buffer(count: rows)
      retention = MultiScaleRetentionLayer.Saved(block.retention, rows: rows)
      middle = Buffer(count: rows * block.modelDim)
      mlpInput = Buffer(count: rows * block.modelDim)
      mlpInverse = Buffer(count: rows)
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
    let normed = saved.retentionInput.matrix(rows: x.rows, columns: modelDim)
    retentionNorm.forward(x, into: normed, inverse: saved.retentionInverse.pointer, pass.weights)
    let middle = saved.middle.matrix(rows: x.rows, columns: modelDim)
    middle.copy(x)
    retention.forward(
      normed, sequences: pass.sequences, angles: pass.angles, form: pass.form, norms: pass.norms, state: state,
      addingTo: middle, saved: saved.retention, scratch: pass.scratch, pass.weights)
    let mlpInput = saved.mlpInput.matrix(rows: x.rows, columns: modelDim)
    mlpNorm.forward(middle, into: mlpInput, inverse: saved.mlpInverse.pointer, pass.weights)
    y.copy(middle)
    mlp.forward(mlpInput, addingTo: y, saved: saved.mlp, pass.weights)
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, modelDim]`, which `forward` has not overwritten.
  ///   - d: dY on entry, dX on return, `[rows, modelDim]`.
  ///   - gradientScratch: memory for the gradients of what `saved` holds.
  func backward(
    _ x: Matrix<Float>, _ d: Matrix<Float>, saved: Saved, gradientScratch: Saved, _ pass: Pass, _ gradients: Gradients
  ) {
    let dNormed = gradientScratch.mlpInput.matrix(rows: x.rows, columns: modelDim)
    mlp.backward(
      saved.mlpInput.matrix(rows: x.rows, columns: modelDim), d, into: dNormed, saved: saved.mlp,
      scratch: gradientScratch.mlp, pass.weights, gradients)
    mlpNorm.backward(
      saved.middle.matrix(rows: x.rows, columns: modelDim), dNormed, inverse: saved.mlpInverse.pointer, into: d,
      adding: true, pass.weights, gradients)
    retention.backward(
      saved.retentionInput.matrix(rows: x.rows, columns: modelDim), d, into: dNormed, sequences: pass.sequences,
      angles: pass.angles, form: pass.form, norms: pass.norms, saved: saved.retention,
      gradientScratch: gradientScratch.retention, scratch: pass.scratch, pass.weights, gradients)
    retentionNorm.backward(
      x, dNormed, inverse: saved.retentionInverse.pointer, into: d, adding: true, pass.weights, gradients)
  }
}

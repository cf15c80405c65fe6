/// Multi-scale retention with its own norm before it, as one module.
///
///     Y = MSR(Norm(X))
package struct RetentionModule: Sendable, Hashable {
  /// LayerNorm, or none.
  let preNorm: Norm
  package let retention: MultiScaleRetentionLayer
  package let modelDim: Int

  /// - Parameter prefix: what stands before the tensors' names, with a dot between; empty where nothing does.
  package init(_ shape: RetentionLayerShape, preNorm: Bool, prefix: String, _ layout: inout ParameterLayout) {
    modelDim = shape.modelDim
    let name = prefix.isEmpty ? "pre_norm" : "\(prefix).pre_norm"
    self.preNorm =
      preNorm
      ? Norm(.layer(affine: true), name: name, columns: shape.modelDim, epsilon: shape.normEpsilon, &layout) : .off
    retention = MultiScaleRetentionLayer(shape, prefix: prefix, &layout)
  }

  /// What `forward` computes on the way, and the same again for gradients in `backward`.
  package final class Activations {
    /// After the norm, `[rows, modelDim]`.
    package let normed: Buffer<Float>
    package let inverse: Buffer<Float>
    package let retention: MultiScaleRetentionLayer.Activations

    package init(_ module: RetentionModule, rows: Int) {
      normed = Buffer(count: rows * module.modelDim)
      inverse = Buffer(count: rows)
      retention = MultiScaleRetentionLayer.Activations(module.retention, rows: rows)
    }
  }

  /// - Parameters:
  ///   - x: `[rows, modelDim]`.
  ///   - y: `[rows, modelDim]`; the result is added to it; may be x.
  ///   - state: as in `MultiScaleRetentionLayer`.
  package func forward(
    _ x: MatrixView<Float>, addingTo y: MutableMatrixView<Float>, state: UnsafeMutablePointer<RetentionState<Float>>?,
    activations: Activations, _ pass: RetentionPass
  ) {
    let normed = activations.normed.matrix(rows: x.rows, columns: modelDim)
    preNorm.forward(x, into: normed, inverse: activations.inverse.pointer, pass.weights)
    retention.forward(normed.view, addingTo: y, state: state, activations: activations.retention, pass)
  }

  /// - Parameters:
  ///   - x: the input of `forward`, `[rows, modelDim]`, which `forward` has not overwritten.
  ///   - dy: `[rows, modelDim]`.
  ///   - dx: `[rows, modelDim]`; the gradient is added to it; may be dy.
  ///   - gradientScratch: memory for the gradients of what `activations` holds.
  package func backward(
    _ x: MatrixView<Float>, _ dy: MatrixView<Float>, addingTo dx: MutableMatrixView<Float>, activations: Activations,
    gradientScratch: Activations, _ pass: RetentionPass, _ gradients: Gradients
  ) {
    let dNormed = gradientScratch.normed.matrix(rows: x.rows, columns: modelDim)
    retention.backward(
      activations.normed.view(rows: x.rows, columns: modelDim), dy, into: dNormed, activations: activations.retention,
      gradientScratch: gradientScratch.retention, pass, gradients)
    preNorm.backward(
      x, dNormed, inverse: activations.inverse.pointer, into: dx, adding: true, pass.weights, gradients)
  }
}

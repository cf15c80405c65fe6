import RetNet

extension MemoryEstimate {
  /// The memory of a training run:
  ///
  ///     4 bytes · parameters · (5 + threads, and 1 for the average) + threads · worker
  ///
  /// Parameters, two moments and the gradient of each worker; the model that the run begins with, and the copy that a
  /// checkpoint saves. A worker (`GradientWorker.bytes`) holds its share of `batchTokens`, or one sequence if that is
  /// longer.
  ///
  /// - Parameters:
  ///   - longest: tokens of the longest document that is trained on.
  ///   - longestValidation: tokens of the longest held-out document.
  package static func training(
    _ architecture: RetNetArchitecture, _ options: TrainingOptions, longest: Int, longestValidation: Int = 0
  ) -> MemoryEstimate {
    let copies = 5 + options.threads + (options.averageDecay > 0 ? 1 : 0)
    let length = max(min(longest, options.length), min(longestValidation, Validation.maximumLength))
    let worker = GradientWorker.bytes(
      architecture, rows: max(options.batchTokens / options.threads, length), longest: length, form: options.form)
    let weights = Double(architecture.layout.count) * Double(copies * MemoryLayout<Float>.stride)
    let activations = Double(options.threads) * worker
    return MemoryEstimate(
      "training a model of \(architecture.layout.count) parameters", bytes: weights + activations,
      remedy: weights > activations
        ? "use fewer --threads, or a smaller model (--model-dim, --layers, --vocabulary)"
        : "use a smaller --batch-tokens" + (options.form == .parallel ? " or --form chunkwise" : " or --length"))
  }
}

import RetNet

extension PrecisionComparison {
  /// The numbers of tokens after which errors are measured.
  package static let standardLengths = [1_000, 10_000, 100_000]
  /// An error is the largest of this many tokens before a length.
  static let window = 64

  /// Tokens that are computed together. Blocks consist of whole chunks, so splitting the text does not change results.
  static func blockLength(chunkLength: Int) -> Int { (1024 + chunkLength - 1) / chunkLength * chunkLength }
}

extension Laboratory {
  /// The errors of each method of computing a head against Eq. 6 in Double, on the session's tokens repeated.
  ///
  /// - Parameter lengths: ascending.
  /// - Throws: `ModelError`, `CancellationError`.
  func precision(
    layer: Int, head h: Int, lengths: [Int] = PrecisionComparison.standardLengths, chunkLength: Int = chunkLength
  ) throws -> PrecisionComparison {
    let tokens = Array(tokens.suffix(FormComparison.longestText))
    let input = try LayerInput.read(model, tokens, layer: layer, norms: norms).input
    let gamma = Decay.gamma(head: h)
    let score = RetentionNorms(norm1: model.configuration.norms.norm1, norm2: false, norm3: .paper)
    let text = RepeatedText(input.head(h), rotation: model.architecture.rotation)
    let (headDim, valueDim) = (text.headDim, text.valueDim)
    let exact = RecurrentReference(gamma: gamma, norms: score, headDim: headDim, valueDim: valueDim)
    let runs = PrecisionComparison.Method.allCases.map {
      MethodRun(
        $0, gamma: gamma, norms: score, headDim: headDim, valueDim: valueDim, chunkLength: chunkLength)
    }
    let blockLength = PrecisionComparison.blockLength(chunkLength: chunkLength)
    let (q, k) = (Buffer<Float>(count: blockLength * headDim), Buffer<Float>(count: blockLength * headDim))
    let v = Buffer<Float>(count: blockLength * valueDim)
    let found = Buffer<Float>(count: blockLength * valueDim)
    var magnitudes = lengths.map { _ in 0.0 }
    var differences = runs.map { _ in lengths.map { _ in 0.0 } }
    for start in stride(from: 0, to: lengths.last ?? 0, by: blockLength) {
      try Task.checkCancellation()
      let block = start..<min(start + blockLength, lengths.last ?? 0)
      let target = RetentionHead<Float>.MutableInput(
        q: q.matrix(rows: block.count, columns: headDim), k: k.matrix(rows: block.count, columns: headDim),
        v: v.matrix(rows: block.count, columns: valueDim))
      text.fill(target, from: start)
      let headInput = target.view
      let reference = exact.compute(headInput)
      let windows = lengths.map { (max(0, $0 - PrecisionComparison.window)..<$0).clamped(to: block) }
      for (place, window) in windows.enumerated() {
        for n in window {
          for j in 0..<valueDim { magnitudes[place] = max(magnitudes[place], abs(reference.row(n - start)[j])) }
        }
      }
      let output = found.matrix(rows: block.count, columns: valueDim)
      for (m, run) in runs.enumerated() {
        run.compute(headInput, into: output)
        for (place, window) in windows.enumerated() {
          for n in window {
            for j in 0..<valueDim {
              let distance = abs(Double(output.row(n - start)[j]) - reference.row(n - start)[j])
              differences[m][place] = distance.isNaN ? .infinity : max(differences[m][place], distance)
            }
          }
        }
      }
    }
    return PrecisionComparison(
      layer: layer, head: h, gamma: gamma, norms: score, chunkLength: chunkLength, lengths: lengths,
      rows: zip(runs, differences).map { run, differences in
        PrecisionComparison.Row(
          method: run.method, errors: zip(differences, magnitudes).map { Deviation.share($0, of: $1) })
      }, divisions: exact.divisions)
  }
}

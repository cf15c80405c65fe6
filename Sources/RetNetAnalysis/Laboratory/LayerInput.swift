import RetNet

/// q, k and v of all heads of one layer of a model on a text.
final class LayerInput {
  let index: Int
  let layer: MultiScaleRetentionLayer
  let time: Int
  /// Rotated queries and keys, `[heads, time, headDim]`. Heads that share keys and values each have a copy.
  private let q: Buffer<Float>
  private let k: Buffer<Float>
  /// `[heads, time, valueDim]`
  private let v: Buffer<Float>

  private init(_ layer: MultiScaleRetentionLayer, index: Int, time: Int) {
    (self.layer, self.index, self.time) = (layer, index, time)
    (q, k) = (Buffer(count: layer.heads * time * layer.headDim), Buffer(count: layer.heads * time * layer.headDim))
    v = Buffer(count: layer.heads * time * layer.valueDim)
  }

  /// Runs a model on a text from an empty state in the parallel form.
  ///
  /// - Parameters:
  ///   - tokens: at least one.
  ///   - rows: the rows of logits to compute.
  /// - Returns: the inputs of the layer, and the logits, `[rows, vocabulary]`.
  /// - Throws: `ModelError`.
  static func read(
    _ model: RetNetModel, _ tokens: [Int], layer index: Int, norms: NormOptions, logits rows: Inference.Rows = .none
  ) throws -> (input: LayerInput, logits: [Float]) {
    let layer = model.architecture.blocks[index].retention
    let input = LayerInput(layer, index: index, time: tokens.count)
    let scratch = RetentionScratch<Float>()
    var calls = 0
    let inference = Inference(model) { head, form, headInput, state, output in
      let (place, h) = calls.quotientAndRemainder(dividingBy: layer.heads)
      if place == index {
        let own = input.memory(h)
        own.q.copy(headInput.q)
        own.k.copy(headInput.k)
        own.v.copy(headInput.v)
      }
      calls += 1
      head.compute(form, headInput, state: &state, output: output, scratch: scratch)
    }
    var state = model.makeState()
    let logits = try inference.logits([tokens], form: .parallel, norms: norms, state: &state, rows: rows)
    return (input, logits)
  }

  /// Bytes of the inputs of `time` tokens.
  static func bytes(_ layer: MultiScaleRetentionLayer, time: Int) -> Double {
    4 * Double(time) * Double(layer.heads * (2 * layer.headDim + layer.valueDim))
  }

  /// The input of one head.
  func head(_ h: Int) -> RetentionHead<Float>.Input { memory(h).view }

  private func memory(_ h: Int) -> RetentionHead<Float>.MutableInput {
    let (headDim, valueDim) = (layer.headDim, layer.valueDim)
    func rows(_ buffer: Buffer<Float>, _ columns: Int) -> MutableMatrixView<Float> {
      MutableMatrixView(buffer.pointer + h * time * columns, rows: time, columns: columns)
    }
    return .init(q: rows(q, headDim), k: rows(k, headDim), v: rows(v, valueDim))
  }

  /// All heads, each with its decay, under norms 1 to 3.
  func heads(_ norms: RetentionNorms) -> [(RetentionHead<Float>, RetentionHead<Float>.Input)] {
    (0..<layer.heads).map { (RetentionHead(gamma: Decay.gamma(head: $0), norms: norms), head($0)) }
  }
}

import RetNet

/// A retention layer between the layers of another network, where an attention layer could be.
///
/// The network reads a noisy signal and predicts after each value whether the weighted mean of all values so far is above
/// zero. One value is not enough for this: the past is in the state of the retention layer.
@main
struct DropInRetention {
  static let (texts, time, width) = (8, 32, 16)

  static func main() throws {
    var random = SeededGenerator(seed: 1)
    var encoder = Dense(inputs: 1, outputs: width, isLinear: false, using: &random)
    var retention = try MultiScaleRetention(modelDim: width, heads: 2, seed: 2)
    var decoder = Dense(inputs: width, outputs: 2, isLinear: true, using: &random)
    let optimizer = try AdamW(tensors: retention.tensors)

    for step in 0...150 {
      let (signal, labels) = makeSignals(using: &random)

      // Forward: own layer, retention with a residual connection, own layer. At the border, an array becomes a
      // Tensor of shape [batch, time, modelDim], and .values is the array again.
      let encoded = encoder.forward(signal)
      let x = try Tensor(encoded, shape: [texts, time, width])
      let pass = try retention.forward(x, form: .chunkwise(length: 16))
      let hidden = try x + pass.output
      let scores = decoder.forward(hidden.values)
      let (loss, dScores) = try CrossEntropy.meanAndGradient(
        Tensor(scores, shape: [texts, time, 2]), targets: labels)

      // Backward, in reverse order. The residual connection adds its gradient to that of the layer.
      let (dHidden, dDecoder) = decoder.backward(hidden.values, scores, dScores.values)
      let dSum = try Tensor(dHidden, shape: [texts, time, width])
      let (dRetained, dRetention) = try pass.backward(dSum)
      let dEncoded = try dSum + dRetained
      let dEncoder = encoder.backward(signal, encoded, dEncoded.values).dWeights

      // Each part of the network may have its own optimizer.
      encoder.descend(dEncoder, rate: 0.1)
      decoder.descend(dDecoder, rate: 0.1)
      try optimizer.update(&retention.weights, gradients: dRetention, learningRate: 0.01)

      if step % 25 == 0 {
        let correct = labels.indices.count { (scores[2 * $0 + 1] > scores[2 * $0]) == (labels[$0] == 1) }
        print("step \(step): loss \(loss), \(100 * correct / labels.count) % correct")
      }
    }
  }

  /// Signals [texts, time], and for each value whether the mean up to it, weighted by 0.95^distance, is above 0.
  static func makeSignals(using random: inout SeededGenerator) -> (signal: [Float], labels: [Int]) {
    var (signal, labels): ([Float], [Int]) = ([], [])
    for _ in 0..<texts {
      var mean: Float = 0
      for _ in 0..<time {
        let value = Float(random.nextNormal())
        mean = 0.95 * mean + value
        signal.append(value)
        labels.append(mean > 0 ? 1 : 0)
      }
    }
    return (signal, labels)
  }
}

import Foundation
import RetNet
import RetNetSession

/// Trains a network with one retention layer to repeat the symbol of three positions before, then streams a reply of the
/// chat model.
@main
struct Example {
  static func main() async throws {
    let losses = try learnToCopy(steps: 150)
    print("loss: \(losses[0]) at first, \(losses[losses.count - 1]) at last")

    let model = try ChatModel(contentsOf: URL(filePath: CommandLine.arguments.dropFirst().first ?? "../Models/chat"))
    let chat = model.makeChat(seed: 1)
    for try await token in chat.respond(to: "Do you like old films?") { print(token.text, terminator: "") }
    print()
  }

  static func learnToCopy(steps: Int) throws -> [Double] {
    let (symbols, time, batch) = (8, 12, 16)
    var embedding = try Linear(inputs: symbols, outputs: 32, bias: false, seed: 1)
    var retention = try MultiScaleRetention(modelDim: 32, heads: 4, seed: 2)
    var head = try Linear(inputs: 32, outputs: symbols, seed: 3)
    let optimizers = try [embedding.tensors, retention.tensors, head.tensors].map { try AdamW(tensors: $0) }
    var random = SystemRandomNumberGenerator()
    return try (0..<steps).map { _ in
      let texts = (0..<batch * time).map { _ in Int.random(in: 0..<symbols, using: &random) }
      let targets = texts.indices.map { $0 % time < 3 ? -1 : texts[$0 - 3] }
      var oneHot = [Float](repeating: 0, count: texts.count * symbols)
      for (n, symbol) in texts.enumerated() { oneHot[n * symbols + symbol] = 1 }

      let x = try embedding.forward(Tensor(oneHot, shape: [batch, time, symbols]))
      let y = try retention.forward(x.output, form: .chunkwise(length: 4))
      let logits = try head.forward(x.output + y.output)
      let (loss, dLogits) = try CrossEntropy.meanAndGradient(logits.output, targets: targets)

      let (dSum, dHead) = try logits.backward(dLogits)
      let (dRetained, dRetention) = try y.backward(dSum)
      let dEmbedding = try x.backward(dSum + dRetained).dWeights
      try optimizers[0].update(&embedding.weights, gradients: dEmbedding, learningRate: 0.01)
      try optimizers[1].update(&retention.weights, gradients: dRetention, learningRate: 0.01)
      try optimizers[2].update(&head.weights, gradients: dHead, learningRate: 0.01)
      return loss
    }
  }
}

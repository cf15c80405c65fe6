import RetNet

/// Scores the symbols: an embedding, two layers of retention and MLP, and a linear head.
struct SymbolNetwork {
  var embedding: Linear
  var stack: RetNetStack
  var head: Linear

  init(symbols: Int) throws {
    let shape = RetNetStackConfiguration(modelDim: 32, layers: 2, heads: 2, mlpWidth: .multiple(2))
    embedding = try Linear(inputs: symbols, outputs: 32, bias: false, seed: 1)
    stack = try RetNetStack(shape, seed: 2)
    head = try Linear(inputs: 32, outputs: symbols, seed: 3)
  }

  /// Scores after each symbol, [texts, time, symbols]. The state advances past the symbols.
  func scores(_ rows: Tensor, form: RetentionForm, state: inout ModelState) throws -> Tensor {
    try head(stack(embedding(rows), form: form, state: &state))
  }
}

/// Updates a network. Each layer has its own weights, and so its own optimizer.
struct SymbolTraining {
  let embedding: AdamW
  let stack: AdamW
  let head: AdamW

  init(_ network: SymbolNetwork) throws {
    embedding = try AdamW(tensors: network.embedding.tensors)
    stack = try AdamW(tensors: network.stack.tensors)
    head = try AdamW(tensors: network.head.tensors)
  }

  /// Makes one step on a batch. The result is the loss before the step, in nats per symbol.
  func step(_ network: inout SymbolNetwork, _ rows: Tensor, targets: [Int], learningRate: Double) throws -> Double {
    let embedded = try network.embedding.forward(rows)
    let hidden = try network.stack.forward(embedded.output, form: .chunkwise(length: 4))
    let scores = try network.head.forward(hidden.output)
    let (loss, dScores) = try CrossEntropy.meanAndGradient(scores.output, targets: targets)

    let (dHidden, dHead) = try scores.backward(dScores)
    let (dEmbedded, dStack) = try hidden.backward(dHidden)
    let dEmbedding = try embedded.backward(dEmbedded).dWeights

    try head.update(&network.head.weights, gradients: dHead, learningRate: learningRate)
    try stack.update(&network.stack.weights, gradients: dStack, learningRate: learningRate)
    try embedding.update(&network.embedding.weights, gradients: dEmbedding, learningRate: learningRate)
    return loss
  }
}

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

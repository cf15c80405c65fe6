import RetNet

/// Texts of random symbols. The target of each position is the symbol before it.
struct DelayTask {
  let symbols = 8
  let delay = 1
  let length = 12

  /// Texts, one after another, and a target for each symbol: -1 at the start of a text.
  func makeBatch(of texts: Int, using random: inout SeededGenerator) -> (symbols: [Int], targets: [Int]) {
    let all = (0..<texts * length).map { _ in Int.random(in: 0..<symbols, using: &random) }
    let targets = all.indices.map { $0 % length < delay ? -1 : all[$0 - delay] }
    return (all, targets)
  }

  /// A row for each symbol, with 1 at its number: [texts, time, symbols].
  func rows(_ all: [Int], texts: Int) throws -> Tensor {
    var values = [Float](repeating: 0, count: all.count * symbols)
    for (n, symbol) in all.enumerated() { values[n * symbols + symbol] = 1 }
    return try Tensor(values, shape: [texts, all.count / texts, symbols])
  }
}

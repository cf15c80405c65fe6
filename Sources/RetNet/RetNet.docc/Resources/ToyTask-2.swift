import RetNet

@main
struct ToyTask {
  static func main() throws {
    let task = DelayTask()
    var network = try SymbolNetwork(symbols: task.symbols)
    let training = try SymbolTraining(network)
    var random = SeededGenerator(seed: 4)
    for step in 0...150 {
      let batch = task.makeBatch(of: 16, using: &random)
      let rows = try task.rows(batch.symbols, texts: 16)
      let rate = 0.01 * (1 - Double(step) / 151)
      let loss = try training.step(&network, rows, targets: batch.targets, learningRate: rate)
      if step % 25 == 0 { print("step \(step): loss \(loss)") }
    }
  }
}

import RetNet

@main
struct ToyTask {
  static func main() throws {
    let task = DelayTask()
    var network = try SymbolNetwork(symbols: task.symbols)
    let training = try SymbolTraining(network)
    var random = SeededGenerator(seed: 4)
  }
}

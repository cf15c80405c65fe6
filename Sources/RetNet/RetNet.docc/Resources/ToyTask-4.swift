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

    // A new text, symbol by symbol. The state is all that the network keeps of the symbols it has read.
    let text = task.makeBatch(of: 1, using: &random)
    var state = try network.stack.makeState()
    var correct = 0
    for (symbol, target) in zip(text.symbols, text.targets) {
      let row = try task.rows([symbol], texts: 1)
      let scores = try network.scores(row, form: .recurrent, state: &state).values
      let best = scores.indices.max { scores[$0] < scores[$1] }
      print("read \(symbol), predicted \(best ?? -1), expected \(target)")
      if best == target { correct += 1 }
    }
    print("\(correct) of \(task.length - task.delay) correct")

    // A copy of a state is a branch: both continue from the same past.
    var branch = state
    let row = try task.rows([5], texts: 1)
    let first = try network.scores(row, form: .recurrent, state: &state)
    let second = try network.scores(row, form: .chunkwise(length: 4), state: &branch)
    let difference = zip(first.values, second.values).map { abs($0 - $1) }.max() ?? 0
    print("the branches differ by \(difference)")
  }
}

import Benchmark
import RetNet
import RetNetSession
import RetNetText

/// The sampler, and the bundled tokenizer.
func textBenchmarks() {
  let logits = try! Tensor(normal: [4096], deviation: 3, seed: 1).values
  let recent = (0..<64).map { $0 * 37 % 4096 }
  var greedy = SamplingOptions()
  greedy.temperature = 0
  var whole = SamplingOptions()
  (whole.topK, whole.topP) = (0, 1)
  for (name, options) in [("most probable", greedy), ("top-k 40, top-p 0.95", SamplingOptions()), ("all", whole)] {
    Benchmark("Sampler, vocabulary of 4096, \(name)") { benchmark in
      var sampler = try Sampler(options, seed: 1)
      benchmark.startMeasurement()
      blackHole(try sampler.draw(logits, recent: recent))
      benchmark.stopMeasurement()
    }
  }

  let sentence = "Do you like old films? I saw one last week, about a dog who finds his way home. "
  let text = String(repeating: sentence, count: 50)
  Benchmark("Tokenizer, encode \(text.utf8.count) bytes") { _, tokenizer in
    blackHole(tokenizer.encode(text))
  } setup: {
    try Tokenizer(contentsOf: bundledModel.appending(path: "tokenizer.model"))
  }
  Benchmark("Tokenizer, decode \(text.utf8.count) bytes") { _, input in
    blackHole(try input.tokenizer.text(of: input.tokens))
  } setup: {
    let tokenizer = try Tokenizer(contentsOf: bundledModel.appending(path: "tokenizer.model"))
    return (tokenizer: tokenizer, tokens: tokenizer.encode(text))
  }
}

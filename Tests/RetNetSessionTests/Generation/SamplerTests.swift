import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Sampler")
struct SamplerTests {
  /// Probabilities 0.5, 0.25, 0.15, 0.1 in another order.
  static let logits: [Float] = [0.15, 0.5, 0.1, 0.25].map { Float(log($0)) }

  static func plain(_ change: (inout SamplingOptions) -> Void = { _ in }) -> SamplingOptions {
    var options = SamplingOptions()
    options.temperature = 1
    options.topK = 0
    options.topP = 1
    options.minP = 0
    options.repetitionPenalty = 1
    change(&options)
    return options
  }

  func choices(_ options: SamplingOptions, recent: [Int] = [], logits: [Float] = logits) -> [Sampler.Choice] {
    logits.withUnsafeBufferPointer { Sampler(options).choices($0, recent: recent) }
  }

  @Test(
    "Each stage keeps the expected tokens",
    arguments: [
      (plain(), [1, 3, 0, 2]), (plain { $0.topK = 2 }, [1, 3]), (plain { $0.topP = 0.7 }, [1, 3]),
      (plain { $0.topP = 0.76 }, [1, 3, 0]), (plain { $0.minP = 0.25 }, [1, 3, 0]), (plain { $0.temperature = 0 }, [1]),
    ])
  func stages(_ options: SamplingOptions, _ kept: [Int]) {
    let found = choices(options)
    #expect(found.map(\.token) == kept)
    #expect(abs(found.reduce(0) { $0 + $1.probability } - 1) < 1e-6)
  }

  @Test("Temperature is the exponent 1 / t of probabilities")
  func temperature() {
    let found = choices(Self.plain { $0.temperature = 0.5 })
    // 0.25, 0.0625, 0.0225, 0.01 over their sum 0.345
    for (choice, expected) in zip(found, [0.25, 0.0625, 0.0225, 0.01]) {
      #expect(abs(choice.probability - expected / 0.345) < 1e-5)
    }
  }

  @Test("The penalty divides positive and multiplies negative logits of recent tokens only")
  func penalty() {
    let options = Self.plain {
      $0.repetitionPenalty = 2; $0.repetitionWindow = 2
    }
    let found = choices(options, recent: [3, 0, 1], logits: [2, -1, 0, 1])
    // Token 3 is outside of the window: logits 1, −2, 0, 1.
    let sum = exp(1.0) + exp(-2.0) + exp(0.0) + exp(1.0)
    #expect(abs(found.first { $0.token == 0 }!.probability - exp(1.0) / sum) < 1e-6)
    #expect(abs(found.first { $0.token == 1 }!.probability - exp(-2.0) / sum) < 1e-6)
    #expect(abs(found.first { $0.token == 3 }!.probability - exp(1.0) / sum) < 1e-6)
  }

  @Test("Drawn frequencies are the probabilities")
  func frequencies() {
    var sampler = Sampler(Self.plain())
    var counts = [0, 0, 0, 0]
    for _ in 0..<20_000 {
      let token = Self.logits.withUnsafeBufferPointer { sampler.draw($0, recent: []) }
      counts[token ?? 0] += 1
    }
    // Three standard deviations of 20,000 draws are below 0.011.
    for (count, expected) in zip(counts, [0.15, 0.5, 0.1, 0.25]) {
      #expect(abs(Double(count) / 20_000 - expected) < 0.011)
    }
  }

  @Test("Only allowed tokens are drawn, and without any the result is nil")
  func allowed() {
    var sampler = Sampler(Self.plain())
    for _ in 0..<100 {
      #expect(Self.logits.withUnsafeBufferPointer { sampler.draw($0, recent: [], allowed: { $0 == 2 }) } == 2)
    }
    #expect(Self.logits.withUnsafeBufferPointer { sampler.draw($0, recent: [], allowed: { _ in false }) } == nil)
  }

  @Test("Entropy and most probable tokens of a distribution")
  func distribution() {
    let next = Self.logits.withUnsafeBufferPointer(NextToken.init)
    let expected = -(0.5 * log(0.5) + 0.25 * log(0.25) + 0.15 * log(0.15) + 0.1 * log(0.1))
    #expect(abs(next.entropy - expected) < 1e-6)
    #expect(next.best(3).map(\.token) == [1, 3, 0])
    #expect(abs(next.best(1)[0].probability - 0.5) < 1e-6)
  }

  @Test("generation_config.json is read back as written, and the error names an invalid value")
  func json() throws {
    let options = Self.plain {
      $0.temperature = 0.7; $0.topK = 12; $0.seed = 99
    }
    #expect(try SamplingOptions(json: options.json()) == options)
    #expect(try SamplingOptions(json: Data("{}".utf8)) == SamplingOptions())
    #expect(throws: ModelError.configuration(key: "top_p", found: "1.5", expected: "a number from 0.0 to 1.0")) {
      try SamplingOptions(json: Data(#"{"top_p": 1.5}"#.utf8))
    }
  }

  @Test(
    "With top-p and min-p only, the choices equal those from the whole sorted vocabulary",
    arguments: [(Float(0.3), Float(0)), (0.9, 0), (0.999, 0), (0.9, 0.02), (0.5, 0.2)])
  func nucleus(topP: Float, minP: Float) {
    var generator = SeededGenerator(seed: 5)
    let logits = (0..<3000).map { _ in Float.random(in: -6..<6, using: &generator) }
    let options = Self.plain {
      $0.topP = topP; $0.minP = minP; $0.temperature = 0.8
    }
    let found = logits.withUnsafeBufferPointer { Sampler(options).choices($0, recent: []) { $0 % 5 != 0 } }
    // Softmax in Double over the allowed tokens; top-p, then min-p, then temperature.
    let order = logits.indices.filter { $0 % 5 != 0 }.sorted { logits[$0] > logits[$1] }
    let shares = order.map { exp(Double(logits[$0] - logits[order[0]])) }
    var (kept, reached) = (0, 0.0)
    while reached < Double(topP) * shares.reduce(0, +) {
      reached += shares[kept]
      kept += 1
    }
    let drawn = shares.prefix(kept).filter { $0 >= Double(minP) }.map { pow($0, 1 / 0.8) }
    #expect(found.map(\.token) == Array(order.prefix(drawn.count)))
    for (choice, share) in zip(found, drawn) {
      #expect(abs(choice.probability - share / drawn.reduce(0, +)) < 1e-6)
    }
  }

  @Test("Top-n-σ keeps tokens within n standard deviations of all logits below the largest")
  func topNSigma() {
    // The mean is 0.
    let logits: [Float] = [3, 1.3, -1.3, -3]
    let deviation = (2 * (9 + 1.3 * 1.3) / 4 as Double).squareRoot()
    for n in [0.5, 0.8, 1.2, 2, 3] as [Double] {
      let found = choices(Self.plain { $0.topNSigma = Float(n) }, logits: logits)
      #expect(found.map(\.token) == (0..<4).filter { Double(logits[$0]) >= 3 - n * deviation }, "n = \(n)")
    }
  }

  @Test("Typical-p keeps the tokens whose information is nearest to the entropy until they reach p")
  func typical() {
    // −ln p of 0.15, 0.5, 0.1, 0.25 is 1.897, 0.693, 2.303, 1.386; the entropy is 1.208. By distance: 0.25 (0.178),
    // 0.5 (0.515), 0.15 (0.689), 0.1 (1.095).
    for (p, kept) in [
      (0.2, [3]), (0.25, [3]), (0.3, [1, 3]), (0.75, [1, 3]), (0.8, [1, 3, 0]), (0.95, [1, 3, 0, 2]),
    ] {
      let found = choices(Self.plain { $0.typicalP = Float(p) - 1e-6 })
      #expect(found.map(\.token) == kept, "p = \(p)")
    }
  }

  @Test("The frequency penalty counts occurrences, the presence penalty does not, and a bias is added")
  func differences() {
    let options = Self.plain {
      $0.frequencyPenalty = 0.5; $0.presencePenalty = 0.25; $0.repetitionWindow = 3; $0.logitBias = [1: 1, 9: 5]
    }
    let found = choices(options, recent: [2, 0, 3, 0], logits: [2, -1, 0, 1])
    // Token 2 is outside of the window: 2 − 2 · 0.5 − 0.25, −1 + 1, 0, 1 − 0.5 − 0.25.
    let expected = [0.75, 0, 0, 0.25]
    let sum = expected.reduce(0) { $0 + exp($1) }
    for choice in found { #expect(abs(choice.probability - exp(expected[choice.token]) / sum) < 1e-6) }
    #expect(found.count == 4)
  }

  @Test("A high temperature keeps tokens whose probability before it is tiny")
  func hot() {
    let found = choices(Self.plain { $0.temperature = 20 }, logits: [0, -100])
    #expect(found.count == 2)
    #expect(abs((found.last?.probability ?? 0) - exp(-5.0) / (1 + exp(-5.0))) < 1e-9)
  }

  @Test("Entropy and log-probabilities of a large vocabulary equal Double arithmetic to 10⁻⁵")
  func largeDistribution() {
    var generator = SeededGenerator(seed: 6)
    let logits = (0..<4096).map { _ in Float.random(in: -20..<20, using: &generator) } + [-.infinity]
    let next = logits.withUnsafeBufferPointer(NextToken.init)
    let sum = logits.reduce(0) { $0 + exp(Double($1)) }
    let shares = logits.map { exp(Double($0)) / sum }
    let entropy = -shares.filter { $0 > 0 }.reduce(0) { $0 + $1 * log($1) }
    #expect(abs(next.entropy - entropy) < 1e-5)
    for token in 0..<4096 { #expect(abs(next.logProbability(token) - (Double(logits[token]) - log(sum))) < 1e-5) }
  }

  @Test("For a large vocabulary, top-k equals a full sort, with ties by token number", arguments: [1, 7, 40])
  func largeVocabulary(topK: Int) {
    var generator = SeededGenerator(seed: 8)
    // Few distinct values, so that many are equal.
    let logits = (0..<2000).map { _ in Float(Int.random(in: 0..<50, using: &generator)) / 8 }
    let options = Self.plain { $0.topK = topK }
    let found = logits.withUnsafeBufferPointer { Sampler(options).choices($0, recent: []) { $0 % 3 != 0 } }
    let order = logits.indices.filter { $0 % 3 != 0 }.sorted { (-logits[$0], $0) < (-logits[$1], $1) }
    #expect(found.map(\.token) == Array(order.prefix(topK)))
    #expect(abs(found.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
  }
}

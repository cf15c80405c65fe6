import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("Stages of the sampler")
struct SamplerStagesTests {
  static let options: [SamplingOptions] = [
    SamplerTests.plain(), SamplerTests.plain { $0.temperature = 0 }, SamplerTests.plain { $0.topK = 7 },
    SamplerTests.plain { $0.topP = 0.8 }, SamplerTests.plain { $0.minP = 0.1 },
    SamplerTests.plain { $0.temperature = 0.05 }, SamplerTests.plain { $0.repetitionPenalty = 1.3 }, SamplingOptions(),
    SamplerTests.plain {
      $0.temperature = 0.7; $0.topK = 30; $0.topP = 0.9; $0.minP = 0.02; $0.repetitionPenalty = 1.5
      $0.repetitionWindow = 5
    },
    SamplerTests.plain { $0.typicalP = 0.6 }, SamplerTests.plain { $0.topNSigma = 1 },
    SamplerTests.plain {
      $0.typicalP = 0.9; $0.topNSigma = 2; $0.topP = 0.8; $0.minP = 0.05; $0.temperature = 1.5
      $0.frequencyPenalty = 0.3; $0.presencePenalty = -0.2; $0.logitBias = [3: 2]
    },
    SamplerTests.plain {
      $0.temperature = 0; $0.topK = 3; $0.repetitionPenalty = 2
    },
  ]

  @Test("The last stage has the result of `choices`", arguments: options, [7, 400])
  func last(_ options: SamplingOptions, _ vocabulary: Int) {
    var generator = SeededGenerator(seed: 12)
    for isFiltered in [false, true] {
      let logits = (0..<vocabulary).map { _ in Float(2 * generator.nextNormal()) }
      let recent = (0..<20).map { _ in generator.index(below: vocabulary) }
      let allowed: (Int) -> Bool = { !isFiltered || $0 % 3 != 1 }
      let candidates = Array(0..<vocabulary)
      let (stages, choices) = logits.withUnsafeBufferPointer { logits in
        (
          Sampler(options).stages(logits, recent: recent, candidates: candidates, allowed: allowed),
          Sampler(options).choices(logits, recent: recent, allowed: allowed)
        )
      }
      let off: [SamplerStage.Name] =
        (options.topNSigma == 0 ? [.topNSigma] : []) + (options.typicalP == 1 ? [.typicalP] : [])
      #expect(stages.map(\.name) == SamplerStage.Name.allCases.filter { !off.contains($0) })
      var expected = [Double](repeating: 0, count: vocabulary)
      for choice in choices { expected[choice.token] = choice.probability }
      let found = stages[stages.count - 1]
      #expect(found.kept == choices.count)
      // Probabilities are stored as Float32.
      for token in candidates { #expect(abs(Double(found.probabilities[token]) - expected[token]) < 1e-7) }
      for stage in stages {
        #expect(abs(stage.probabilities.reduce(0.0) { $0 + Double($1) } - 1) < 1e-5)
        #expect(stage.probabilities.count { $0 > 0 } <= stage.kept)
      }
      #expect(stages.dropFirst().allSatisfy { !isFiltered || $0.probabilities[1] == 0 })
    }
  }

  @Test("The shares after each stage equal hand-computed ones: penalties, top-k, top-p, min-p, temperature")
  func byHand() {
    // Probabilities 0.15, 0.5, 0.1, 0.25.
    let options = SamplerTests.plain {
      $0.repetitionPenalty = 2; $0.temperature = 0.5; $0.minP = 0.5; $0.topK = 3; $0.topP = 0.9
    }
    let stages = SamplerTests.logits.withUnsafeBufferPointer {
      Sampler(options).stages($0, recent: [1], candidates: [1, 3, 0, 2])
    }
    func expect(_ index: Int, _ kept: Int, _ shares: [Double]) {
      #expect(stages[index].kept == kept)
      // Float32 logits.
      for (found, share) in zip(stages[index].probabilities, shares) { #expect(abs(Double(found) - share) < 1e-6) }
    }
    expect(0, 4, [0.5, 0.25, 0.15, 0.1])
    // All logits are negative, so the penalty doubles that of token 1: 0.5² = 0.25 beside 0.25, 0.15 and 0.1.
    expect(1, 4, [0.25 / 0.75, 0.25 / 0.75, 0.15 / 0.75, 0.1 / 0.75])
    expect(2, 3, [0.25 / 0.65, 0.25 / 0.65, 0.15 / 0.65, 0])
    // The first two have 0.77 of the probability, below 0.9.
    expect(3, 3, [0.25 / 0.65, 0.25 / 0.65, 0.15 / 0.65, 0])
    // 0.15 is more than half of 0.25.
    expect(4, 3, [0.25 / 0.65, 0.25 / 0.65, 0.15 / 0.65, 0])
    // Squared: 0.0625, 0.0625, 0.0225 over 0.1475.
    expect(5, 3, [0.0625 / 0.1475, 0.0625 / 0.1475, 0.0225 / 0.1475, 0])
  }

  @Test("Tokens 30 nats below the best are dropped, and without allowed tokens the result is empty")
  func edges() {
    let logits: [Float] = [0, -29, -31]
    logits.withUnsafeBufferPointer { logits in
      let stages = Sampler(SamplerTests.plain()).stages(logits, recent: [], candidates: [2])
      #expect(stages.map(\.kept) == [3, 3, 2, 2, 2, 2])
      let none = Sampler(SamplerTests.plain()).stages(logits, recent: [], candidates: [0], allowed: { _ in false })
      #expect(none.map(\.kept) == [3, 0, 0, 0, 0, 0])
      #expect(none.dropFirst().allSatisfy { $0.probabilities == [0] })
    }
  }
}

import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText
@testable import RetNetTraining

@Suite("Training an initial state")
struct InitialStateTrainingTests {
  @Test("Training changes only the state, and lowers the loss", arguments: [1, 2])
  func training(threads: Int) throws {
    let root = try TemporaryFolder()
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let before = model.architecture.layout.entries.map { model.parameters.values($0.parameter) }
    let text = try root.write("text.txt", "the cat saw\nthe dog\n\nwhere is home?\n\nwho\n")
    var options = TrainingOptions(data: [text])
    options.steps = 20
    options.batchTokens = 64
    options.length = 64
    options.warmUp = 2
    options.learningRate = 0.5
    options.weightDecay = 0
    options.threads = threads
    let training = try InitialStateTraining(model, tokenizer, options: options, modelHash: "a")
    #expect(training.state.matrices.allSatisfy { $0.allSatisfy { $0 == 0 } })
    var losses: [Double] = []
    try training.train(report: { losses.append($0.loss) })
    #expect(losses.count == 20)
    #expect(try #require(losses.last) < 0.9 * losses[0])
    #expect(model.architecture.layout.entries.map { model.parameters.values($0.parameter) } == before)

    // The returned state is that of the measured loss.
    let configuration = model.configuration
    let state = try training.state.state(for: configuration)
    let corpus = try TrainingCorpus(files: [text], tokenizer: tokenizer, threads: 1)
    var (nats, count) = (0.0, 0)
    for piece in corpus.pieces(length: 64) {
      let range = piece.start..<piece.start + piece.count
      var own = state
      let logits = try Inference(model).logits(
        [corpus.tokens[range].map(Int.init)], form: .parallel, norms: model.norms, state: &own)
      for (n, at) in range.enumerated() {
        let row = logits[n * configuration.vocabularySize..<(n + 1) * configuration.vocabularySize].map(Double.init)
        let largest = row.max() ?? 0
        let sum = row.reduce(0) { $0 + exp($1 - largest) }
        nats += log(sum) + largest - row[Int(corpus.tokens[at + 1])]
        count += 1
      }
    }
    #expect(nats / Double(count) < losses[19] * 1.02)
  }
}

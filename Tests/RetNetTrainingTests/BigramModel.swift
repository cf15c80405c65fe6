import Foundation

@testable import RetNet
@testable import RetNetTraining

/// The smallest language model: logits = table[token] + bias. It replaces a network in tests of training.
struct BigramModel: TrainableModel {
  let vocabulary: Int
  let layout: ParameterLayout
  let parameters: Buffer<Float>
  let table: Parameter
  let bias: Parameter
  /// The loss is NaN from this call on, counted over all workers.
  var failsAt: Int?

  init(vocabulary: Int, seed: UInt64) {
    self.vocabulary = vocabulary
    var layout = ParameterLayout()
    table = layout.add("table.weight", [vocabulary, vocabulary])
    bias = layout.add("bias.weight", [vocabulary])
    self.layout = layout
    parameters = Buffer(count: layout.count)
    var generator = SeededGenerator(seed: seed)
    for i in 0..<layout.count { parameters.pointer[i] = Float(generator.nextNormal() * 0.1) }
  }

  var blockParameters: [Parameter] { [table] }

  func makeState() -> ModelState { ModelState(layers: []) }

  func makeWorker(form: RetentionForm, precision: ProductPrecision) -> any GradientSource { Worker(model: self) }

  func save(_ parameters: Buffer<Float>, to folder: String) throws {
    try AtomicFile.write("{}", to: folder + "/config.json")
    let weights = Data(bytes: parameters.pointer, count: parameters.count * MemoryLayout<Float>.stride)
    try AtomicFile.write(weights, to: folder + "/weights")
  }

  final class Worker: GradientSource {
    let model: BigramModel
    private var calls = 0

    init(model: BigramModel) { self.model = model }

    func lossAndGradients(
      _ batch: inout RaggedBatch, parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
      lossScale: Float
    ) -> LossSum {
      calls += 1
      let sum = pass(batch, parameters, gradients, lossScale)
      return calls == model.failsAt ? LossSum(nats: .nan, predicted: sum.predicted) : sum
    }

    func loss(_ batch: RaggedBatch, parameters: UnsafePointer<Float>) -> LossSum { pass(batch, parameters, nil, 1) }

    private func pass(
      _ batch: RaggedBatch, _ parameters: UnsafePointer<Float>, _ gradients: UnsafeMutablePointer<Float>?,
      _ lossScale: Float
    ) -> LossSum {
      precondition(batch.lengths.reduce(0, +) == batch.tokens.count)
      let size = model.vocabulary
      var sum = LossSum()
      for (token, target) in zip(batch.tokens.map(Int.init), batch.targets.map(Int.init)) where target >= 0 {
        let logits = (0..<size).map { parameters[token * size + $0] + parameters[size * size + $0] }
        let total = logits.reduce(0) { $0 + exp($1) }
        sum.nats += Double(log(total) - logits[target])
        sum.predicted += 1
        guard let gradients else { continue }
        for i in 0..<size {
          let d = (exp(logits[i]) / total - (i == target ? 1 : 0)) * lossScale
          gradients[token * size + i] += d
          gradients[size * size + i] += d
        }
      }
      return sum
    }
  }
}

/// Documents of random tokens below `vocabulary`, `lengths` long.
func randomDocuments(lengths: [Int], vocabulary: Int, seed: UInt64) -> [[Int]] {
  var generator = SeededGenerator(seed: seed)
  return lengths.map { length in (0..<length).map { _ in Int(generator.next() % UInt64(vocabulary)) } }
}

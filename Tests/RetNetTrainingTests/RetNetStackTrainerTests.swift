import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("Training on dense inputs")
struct RetNetStackTrainerTests {
  @Test("Training learns to add up what each token has seen, with dropout, and the same seed gives the same weights")
  func training() throws {
    let configuration = RetNetStackConfiguration(
      modelDim: 8, layers: 1, heads: 2, dropout: 0.05, mlpWidth: .multiple(2), mlpActivatesLast: false)
    func train() throws -> (losses: [Double], stack: RetNetStack) {
      let trainer = RetNetStackTrainer(RetNetStack(configuration, seed: 1), learningRate: 1e-2, seed: 2)
      var losses: [Double] = []
      for step in 0..<120 {
        let (x, target) = Self.runningMeans(seed: UInt64(step % 4))
        losses.append(try trainer.step(x, batch: 4, form: .chunkwise(length: 4)) { Self.squares($0, target) })
      }
      #expect(trainer.steps == 120)
      return (losses, trainer.stack)
    }
    let (losses, stack) = try train()
    let (early, late) = (losses[..<4].reduce(0, +), losses[116...].reduce(0, +))
    #expect(late < early * 0.4, "\(early / 4) to \(late / 4)")
    #expect(try train().stack.weights == stack.weights)
    // Without dropout, in another form: the same function.
    let (x, target) = Self.runningMeans(seed: 0)
    #expect(Self.squares(try stack(x, batch: 4, form: .recurrent), target).loss < early / 4 * 0.4)
  }

  @Test("A loss that is not finite stops training with the weights as they were")
  func diverged() throws {
    let start = RetNetStack(
      RetNetStackConfiguration(modelDim: 16, layers: 3, heads: 4, mlpWidth: .multiple(2)), seed: 1)
    let trainer = RetNetStackTrainer(start, learningRate: 1e-2, seed: 2)
    let x = [Float](repeating: 1, count: 2 * 16)
    #expect(throws: RetNetStackError.self) {
      try trainer.step(x, batch: 1) { (.infinity, $0.map { _ in .infinity }) }
    }
    #expect(trainer.stack.weights == start.weights)
    #expect(trainer.steps == 0)
  }

  /// Four texts of eight tokens, and the mean of all tokens so far at each.
  private static func runningMeans(seed: UInt64) -> (x: [Float], target: [Float]) {
    let x = normalNumbers(4 * 8 * 8, seed: seed)
    var target = x
    for b in 0..<4 {
      for j in 0..<8 {
        var sum: Float = 0
        for n in 0..<8 {
          let i = (b * 8 + n) * 8 + j
          sum += x[i]
          target[i] = sum / Float(n + 1)
        }
      }
    }
    return (x, target)
  }

  /// mean (y − t)², and its gradient.
  private static func squares(_ output: [Float], _ target: [Float]) -> (loss: Double, dOutput: [Float]) {
    let differences = zip(output, target).map { $0 - $1 }
    let scale = 1 / Double(output.count)
    return (
      differences.reduce(0) { $0 + Double($1) * Double($1) } * scale, differences.map { $0 * 2 * Float(scale) }
    )
  }
}

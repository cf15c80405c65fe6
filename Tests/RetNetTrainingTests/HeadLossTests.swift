import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("Cross-entropy of the predicted rows")
struct HeadLossTests {
  /// Which of the rows are predicted.
  enum Predicted: CaseIterable, Sendable {
    case all, none, first, last, everySecond, runs, aThird

    func holds(_ row: Int) -> Bool {
      switch self {
      case .all: true
      case .none: false
      case .first: row == 0
      case .last: row == Example.rows - 1
      case .everySecond: row.isMultiple(of: 2)
      case .runs: row / 70 % 2 == 1  // alternating runs of rows, the last one short
      case .aThird: row * 7919 % 3 == 1
      }
    }
  }

  /// A head with random weights, rows and targets, for complete blocks of 512 rows and a partial one.
  struct Example {
    static let (rows, vocabulary, modelDim) = (1200, 37, 12)
    static let scale: Float = 0.25
    var head: [Float]
    var x: [Float]
    var targets: [Int32]
    /// The initial gradient of the head, added to.
    var before: [Float]

    init(_ predicted: Predicted) {
      var generator = SeededGenerator(seed: 5)
      func normal(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.nextNormal()) } }
      head = normal(Self.vocabulary * Self.modelDim)
      x = normal(Self.rows * Self.modelDim)
      before = normal(Self.vocabulary * Self.modelDim)
      targets = (0..<Self.rows).map { row in
        let target = Int32(generator.next() % UInt64(Self.vocabulary))
        return predicted.holds(row) ? target : -1
      }
    }

    struct Result: Equatable {
      var nats = 0.0
      var predicted = 0
      var dx: [Float] = []
      var dHead: [Float] = []
    }

    func result() -> Result {
      var layout = ParameterLayout()
      let entropy = HeadLoss(head: layout.add("head.weight", [Self.vocabulary, Self.modelDim]))
      let (weights, gradients) = (Buffer(copying: head), Buffer(copying: before))
      let input = Buffer(copying: x)
      // A value that reveals rows that are not set.
      let dx = Buffer(copying: x.map { _ in Float.nan })
      let (rows, columns) = (targets.count, Self.modelDim)
      let loss = entropy.lossAndGradients(
        input.view(rows: rows, columns: columns), targets: targets, scratch: HeadLoss.Scratch(),
        into: dx.matrix(rows: rows, columns: columns), scale: Self.scale, Weights(base: weights.pointer),
        Gradients(base: gradients.pointer))
      let alone = entropy.loss(
        input.view(rows: rows, columns: columns), targets: targets, scratch: HeadLoss.Scratch(),
        Weights(base: weights.pointer))
      #expect(alone == loss)
      return Result(nats: loss.nats, predicted: loss.predicted, dx: dx.values, dHead: gradients.values)
    }

    /// The equations of `HeadLoss`, row by row, in Double.
    func summed() -> (nats: Double, dx: [Double], dHead: [Double]) {
      var nats = 0.0
      var dx = x.map { _ in 0.0 }
      var dHead = before.map(Double.init)
      for (n, target) in targets.enumerated() where target >= 0 {
        let row = x[n * Self.modelDim..<(n + 1) * Self.modelDim].map(Double.init)
        let logits = (0..<Self.vocabulary).map { v in
          row.indices.reduce(0) { $0 + row[$1] * Double(head[v * Self.modelDim + $1]) }
        }
        let sum = logits.reduce(0) { $0 + exp($1) }
        nats += log(sum) - logits[Int(target)]
        for v in 0..<Self.vocabulary {
          let d = (exp(logits[v]) / sum - (v == Int(target) ? 1 : 0)) * Double(Self.scale)
          for j in row.indices {
            dx[n * Self.modelDim + j] += d * Double(head[v * Self.modelDim + j])
            dHead[v * Self.modelDim + j] += d * row[j]
          }
        }
      }
      return (nats, dx, dHead)
    }
  }

  @Test("Loss, dX and dW equal the sums over the predicted rows", arguments: Predicted.allCases)
  func equalsSums(predicted: Predicted) {
    let example = Example(predicted)
    let (found, expected) = (example.result(), example.summed())
    #expect(found.predicted == (0..<Example.rows).count(where: predicted.holds))
    // Float32: sums of at most 1,200 terms, and exponentials accurate to a few units in the last place.
    #expect(abs(found.nats - expected.nats) <= 1e-5 * expected.nats)
    #expect(maxRelativeError(found.dx, expected.dx) < 1e-5)
    #expect(maxRelativeError(found.dHead, expected.dHead) < 1e-5)
  }

  @Test(
    "Rows that are not predicted have no gradient and do not change the bits of the others",
    arguments: Predicted.allCases)
  func othersChangeNothing(predicted: Predicted) {
    let example = Example(predicted)
    var compact = example
    func kept(_ values: [Float]) -> [Float] {
      (0..<Example.rows).filter(predicted.holds).flatMap {
        values[$0 * Example.modelDim..<($0 + 1) * Example.modelDim]
      }
    }
    compact.x = kept(example.x)
    compact.targets = example.targets.filter { $0 >= 0 }
    var found = example.result()
    for n in 0..<Example.rows where !predicted.holds(n) {
      #expect(found.dx[n * Example.modelDim..<(n + 1) * Example.modelDim].allSatisfy { $0 == 0 })
    }
    found.dx = kept(found.dx)
    #expect(found == compact.result())
  }
}

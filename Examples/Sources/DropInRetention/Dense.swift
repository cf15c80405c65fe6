import Foundation
import RetNet

/// A layer of another library, with its own arrays: y = tanh(W x + b) for each row, or y = W x + b.
struct Dense {
  let inputs: Int
  let outputs: Int
  let isLinear: Bool
  /// W, [outputs, inputs], then b, [outputs].
  var weights: [Float]

  init(inputs: Int, outputs: Int, isLinear: Bool, using random: inout SeededGenerator) {
    (self.inputs, self.outputs, self.isLinear) = (inputs, outputs, isLinear)
    let deviation = 1 / Double(inputs).squareRoot()
    weights = (0..<outputs * inputs).map { _ in Float(random.nextNormal() * deviation) }
    weights += Array(repeating: 0, count: outputs)
  }

  func forward(_ x: [Float]) -> [Float] {
    (0..<x.count / inputs * outputs).map { index in
      let (row, output) = index.quotientAndRemainder(dividingBy: outputs)
      var sum = weights[outputs * inputs + output]
      for i in 0..<inputs { sum += weights[output * inputs + i] * x[row * inputs + i] }
      return isLinear ? sum : tanh(sum)
    }
  }

  /// The gradients with respect to x and the weights, from those with respect to y = forward(x).
  func backward(_ x: [Float], _ y: [Float], _ dy: [Float]) -> (dx: [Float], dWeights: [Float]) {
    var dx = [Float](repeating: 0, count: x.count)
    var dWeights = [Float](repeating: 0, count: weights.count)
    for index in dy.indices {
      let (row, output) = index.quotientAndRemainder(dividingBy: outputs)
      let d = isLinear ? dy[index] : dy[index] * (1 - y[index] * y[index])
      for i in 0..<inputs {
        dx[row * inputs + i] += weights[output * inputs + i] * d
        dWeights[output * inputs + i] += x[row * inputs + i] * d
      }
      dWeights[outputs * inputs + output] += d
    }
    return (dx, dWeights)
  }

  /// Gradient descent: W ← W − rate · dW.
  mutating func descend(_ dWeights: [Float], rate: Float) {
    for i in weights.indices { weights[i] -= rate * dWeights[i] }
  }
}

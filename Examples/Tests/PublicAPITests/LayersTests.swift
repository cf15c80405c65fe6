import Foundation
import RetNet
import Testing

/// Compares the public layers with their equations in Double.
@Suite("Public layers and their training")
struct LayersTests {
  @Test("A linear map and its gradients equal y = W x + b and its derivatives")
  func linear() throws {
    let linear = try Linear(inputs: 3, outputs: 2, seed: 1)
    let x = try Tensor(normal: [2, 4, 3], seed: 2)
    let pass = try linear.forward(x)
    #expect(try linear(x) == pass.output)
    #expect(pass.output.shape == [2, 4, 2])
    let (w, b) = (linear.weights[..<6].map(Double.init), [0.0, 0.0])
    #expect(linear.weights[6...] == [0, 0])
    let dOutput = try Tensor(normal: [2, 4, 2], seed: 3)
    var (dx, dw, db) = ([Double](repeating: 0, count: 24), [Double](repeating: 0, count: 6), [0.0, 0.0])
    for n in 0..<8 {
      for o in 0..<2 {
        var y = b[o]
        let d = Double(dOutput.values[n * 2 + o])
        db[o] += d
        for i in 0..<3 {
          y += w[o * 3 + i] * Double(x.values[n * 3 + i])
          dx[n * 3 + i] += w[o * 3 + i] * d
          dw[o * 3 + i] += d * Double(x.values[n * 3 + i])
        }
        #expect(abs(Double(pass.output.values[n * 2 + o]) - y) < 1e-5)
      }
    }
    let (dInput, dWeights) = try pass.backward(dOutput)
    #expect(zip(dInput.values, dx).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    #expect(zip(dWeights, dw + db).allSatisfy { abs(Double($0) - $1) < 1e-5 })
  }

  @Test("The cross entropy and its gradient skip rows without a target")
  func crossEntropy() throws {
    let logits = try Tensor(normal: [5, 4], deviation: 3, seed: 1)
    let targets = [2, -1, 0, 3, -7]
    let (loss, dLogits) = try CrossEntropy.meanAndGradient(logits, targets: targets)
    var sum = 0.0
    for (n, target) in targets.enumerated() {
      let row = logits.values[n * 4..<(n + 1) * 4].map(Double.init)
      let total = row.reduce(0) { $0 + exp($1) }
      if target >= 0 { sum -= log(exp(row[target]) / total) }
      for c in 0..<4 {
        let expected = target < 0 ? 0 : (exp(row[c]) / total - (c == target ? 1 : 0)) / 3
        #expect(abs(Double(dLogits.values[n * 4 + c]) - expected) < 1e-6)
      }
    }
    #expect(abs(loss - sum / 3) < 1e-6)
    #expect(try CrossEntropy.meanAndGradient(logits, targets: [-1, -1, -1, -1, -1]).loss == 0)
  }

  @Test("An update is that of AdamW, with clipped gradients and without weight decay of biases")
  func adamW() throws {
    var linear = try Linear(inputs: 2, outputs: 2, seed: 1)
    let before = linear.weights.map(Double.init)
    let options = AdamW.Options(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1)
    let optimizer = try AdamW(tensors: linear.tensors, options: options)
    let gradients: [Float] = [3, -4, 0, 12, 0, 0.5]
    try optimizer.update(&linear.weights, gradients: gradients, learningRate: 0.01, limit: 1)
    let norm = sqrt(gradients.reduce(0) { $0 + Double($1 * $1) })
    for i in before.indices {
      // At the first update m̂ = g and v̂ = g².
      let g = Double(gradients[i]) / norm
      let expected = before[i] - 0.01 * (g / (abs(g) + 1e-8) + (i < 4 ? 0.1 * before[i] : 0))
      #expect(abs(Double(linear.weights[i]) - expected) < 1e-6)
    }
    #expect(optimizer.updates == 1)
  }

  @Test("The stepper equals the recurrent form", arguments: [1, 3])
  func stepper(threads: Int) throws {
    let layer = try MultiScaleRetention(modelDim: 16, heads: 4, seed: 1)
    let x = try Tensor(normal: [2, 6, 16], seed: 2)
    var state = try layer.makeState(batch: 2)
    let whole = try layer(x, form: .recurrent, state: &state)
    let stepper = try RetentionStepper(layer, state: layer.makeState(batch: 2), threads: threads)
    var y = [Float](repeating: 0, count: 32)
    for n in 0..<6 {
      func row(_ all: [Float], _ b: Int) -> ArraySlice<Float> { all[(b * 6 + n) * 16..<(b * 6 + n + 1) * 16] }
      let token = Array(row(x.values, 0)) + Array(row(x.values, 1))
      try stepper.step(token, into: &y)
      for b in 0..<2 {
        let found = y[b * 16..<(b + 1) * 16]
        #expect(zip(found, row(whole.values, b)).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
    #expect(stepper.state.position == 6)
    for head in 0..<4 {
      let (a, b) = (try stepper.state.matrix(ofHead: head, batch: 1), try state.matrix(ofHead: head, batch: 1))
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test("Retention equals Eq. 4 summed in Double in every form")
  func retention() throws {
    let (gammas, dk, dv, time) = ([0.9, 0.97], 3, 4, 7)
    let retention = try Retention(gammas: gammas, headDim: dk, valueDim: dv)
    let q = try Tensor(normal: [1, 2, time, dk], seed: 1)
    let k = try Tensor(normal: [1, 2, time, dk], seed: 2)
    let v = try Tensor(normal: [1, 2, time, dv], seed: 3)
    var expected: [Double] = []
    for (h, gamma) in gammas.enumerated() {
      func number(_ x: Tensor, _ n: Int, _ i: Int) -> Double {
        Double(x.values[(h * time + n) * x.shape[3] + i])
      }
      for n in 0..<time {
        for j in 0..<dv {
          var sum = 0.0
          for m in 0...n {
            let score = (0..<dk).reduce(0) { $0 + number(q, n, $1) * number(k, m, $1) }
            sum += pow(gamma, Double(n - m)) * score * number(v, m, j)
          }
          expected.append(sum / sqrt(Double(dk)))
        }
      }
    }
    for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 3)] {
      var state = try retention.makeState()
      let o = try retention(q: q, k: k, v: v, form: form, state: &state)
      #expect(zip(o.values, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(form)")
      #expect(state.position == time)
    }
  }
}

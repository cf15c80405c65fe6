import TestSupport
import Testing

@testable import RetNet

@Suite("Stand-alone multi-scale retention layer")
struct MultiScaleRetentionTests {
  static let layer = try! MultiScaleRetention(modelDim: 8, heads: 2, valueDim: 12, seed: 5)

  @Test("All forms have the same output, also when they continue from each other's state, for every group norm")
  func formsAgree() throws {
    let x = normalNumbers(2 * 9 * 8, seed: 1)
    let input = try Tensor(x, shape: [2, 9, 8])
    for group in NormOptions.Group.allCases {
      let norms = NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: group)
      var state = try Self.layer.makeState(batch: 2)
      let parallel = try Self.layer(input, form: .parallel, norms: norms, state: &state).values
      for form in [RetentionForm.recurrent, .chunkwise(length: 2), .chunkwise(length: 50)] {
        var other = try Self.layer.makeState(batch: 2)
        let output = try Self.layer(input, form: form, norms: norms, state: &other).values
        #expect(maxRelativeError(output, parallel) < 1e-5, "\(form), group norm \(group)")
        #expect(maxRelativeError(other.matrix, state.matrix) < 1e-5)
      }
      // The first five tokens of each text in one form, the rest in another.
      func part(_ all: [Float], _ range: Range<Int>) throws -> Tensor {
        let (first, end) = (range.lowerBound * 8, range.upperBound * 8)
        return try Tensor(Array(all[first..<end]) + Array(all[72 + first..<72 + end]), shape: [2, range.count, 8])
      }
      var handed = try Self.layer.makeState(batch: 2)
      _ = try Self.layer(part(x, 0..<5), form: .chunkwise(length: 3), norms: norms, threads: 3, state: &handed)
      let rest = try Self.layer(part(x, 5..<9), form: .recurrent, norms: norms, state: &handed)
      #expect(maxRelativeError(rest.values, try part(parallel, 5..<9).values) < 1e-5, "group norm \(group)")
    }
  }

  @Test("d output / d input equals central differences of the layer")
  func inputGradient() throws {
    let x = normalNumbers(5 * 8, seed: 2)
    let dOutput = normalNumbers(5 * 8, seed: 3)
    let found = try Self.layer.forward(Tensor(x, shape: [1, 5, 8]), form: .chunkwise(length: 2))
      .backward(Tensor(dOutput, shape: [1, 5, 8]))
    func value(_ x: [Float]) throws -> Double {
      var state = try Self.layer.makeState(batch: 1)
      let output = try Self.layer(Tensor(x, shape: [1, 5, 8]), form: .recurrent, state: &state)
      return zip(output.values, dOutput).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let step: Float = 2e-3
    let expected = try x.indices.map { i in
      var (up, down) = (x, x)
      up[i] += step
      down[i] -= step
      return try (value(up) - value(down)) / Double(up[i] - down[i])
    }
    // Differences of Float32 outputs over a step of 2e-3 are accurate to about 1e-3.
    #expect(maxRelativeError(found.dInput.values, expected) < 5e-3)
    #expect(found.dWeights.count == Self.layer.weights.count)
  }

  @Test("Tensors are contiguous in the weights, and norm weights are 1")
  func tensors() {
    let tensors = Self.layer.tensors
    let names = ["q_proj", "k_proj", "v_proj", "g_proj", "g_norm_swish_gate", "o_proj"]
    #expect(tensors.map(\.name) == names.map { "attn.\($0).weight" })
    #expect(tensors.map(\.shape) == [[8, 8], [8, 8], [12, 8], [12, 8], [6], [8, 12]])
    #expect(tensors.last?.range.upperBound == Self.layer.weights.count)
    #expect(Self.layer.weights[tensors[4].range] == [1, 1, 1, 1, 1, 1])
  }
}

import TestSupport
import Testing

@testable import RetNet

@Suite("Multi-scale retention as a layer of its own")
struct MultiScaleRetentionTests {
  static let layer = MultiScaleRetention(modelDim: 8, heads: 2, valueDim: 12, seed: 5)

  static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float(generator.nextNormal()) }
  }

  @Test("All forms give one output, also after handing the state over, for every group norm")
  func formsAgree() {
    let x = Self.numbers(2 * 9 * 8, seed: 1)
    for group in NormOptions.Group.allCases {
      let norms = NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: group)
      var state = Self.layer.makeState(batch: 2)
      let parallel = Self.layer(x, form: .parallel, norms: norms, state: &state)
      for form in [RetentionForm.recurrent, .chunkwise(length: 2), .chunkwise(length: 50)] {
        var other = Self.layer.makeState(batch: 2)
        let output = Self.layer(x, form: form, norms: norms, state: &other)
        #expect(maxRelativeError(output, parallel) < 1e-5, "\(form), group norm \(group)")
        #expect(maxRelativeError(other.matrix, state.matrix) < 1e-5)
      }
      // The first five tokens of each text in one form, the rest in another.
      func part(_ all: [Float], _ range: Range<Int>) -> [Float] {
        let (first, end) = (range.lowerBound * 8, range.upperBound * 8)
        return Array(all[first..<end]) + Array(all[72 + first..<72 + end])
      }
      var handed = Self.layer.makeState(batch: 2)
      _ = Self.layer(part(x, 0..<5), form: .chunkwise(length: 3), norms: norms, state: &handed)
      let rest = Self.layer(part(x, 5..<9), form: .recurrent, norms: norms, state: &handed)
      #expect(maxRelativeError(rest, part(parallel, 5..<9)) < 1e-5, "group norm \(group)")
    }
  }

  @Test("d output / d input equals central differences of the layer")
  func inputGradient() {
    let x = Self.numbers(5 * 8, seed: 2)
    let dOutput = Self.numbers(5 * 8, seed: 3)
    let found = Self.layer.gradients(x, dOutput: dOutput, batch: 1, form: .chunkwise(length: 2))
    func value(_ x: [Float]) -> Double {
      var state = Self.layer.makeState(batch: 1)
      let output = Self.layer(x, form: .recurrent, state: &state)
      return zip(output, dOutput).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let step: Float = 2e-3
    let expected = x.indices.map { i in
      var (up, down) = (x, x)
      up[i] += step
      down[i] -= step
      return (value(up) - value(down)) / Double(up[i] - down[i])
    }
    // Differences of Float32 outputs over a step of 2e-3 are good to about 1e-3.
    #expect(maxRelativeError(found.dInput, expected) < 5e-3)
    #expect(found.dWeights.count == Self.layer.weights.count)
  }

  @Test("Tensors lie in the weights one after the other, norm weights at 1")
  func tensors() {
    let tensors = Self.layer.tensors
    let names = ["q_proj", "k_proj", "v_proj", "g_proj", "g_norm_swish_gate", "o_proj"]
    #expect(tensors.map(\.name) == names.map { "attn.\($0).weight" })
    #expect(tensors.map(\.shape) == [[8, 8], [8, 8], [12, 8], [12, 8], [6], [8, 12]])
    #expect(tensors.last?.range.upperBound == Self.layer.weights.count)
    #expect(Self.layer.weights[tensors[4].range] == [1, 1, 1, 1, 1, 1])
  }
}

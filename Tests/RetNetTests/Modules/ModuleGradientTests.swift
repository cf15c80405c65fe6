import TestSupport
import Testing

@testable import RetNet

/// Gradients of modules and stacks against central differences of the plain Double code: the two share no code.
@Suite("Gradients of modules and stacks")
struct ModuleGradientTests {
  static let time = 5
  static let uneven: [Double] = (0..<time * time).map { i -> Double in
    if i % 4 == 2 { return .infinity }
    return Double(i * 3 % 7) * 0.5
  }
  static let masks: [RetentionMask] = [.causal, .bidirectional, .full, .distances(uneven)]

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var configuration = RetNetStackConfiguration(
      modelDim: 8, layers: 1, heads: 2, dropout: 0, retentionGate: .silu, mlpWidth: .widths([6]))
    var form = RetentionForm.parallel
    var mask = RetentionMask.causal
    var norms = NormOptions()
    /// Scales the q and k weights, so that norm 3's divisor exceeds 1.
    var sharpness: Float = 1
    var testDescription: String { name }

    init(_ name: String, _ change: (inout Case) -> Void) {
      self.name = name
      change(&self)
    }
  }

  static let stacks: [Case] =
    Activation.allCases.map { activation in
      Case("gates \(activation)") {
        $0.configuration.retentionGate = activation
        $0.configuration.mlpGate = activation
        $0.form = .chunkwise(length: 2)
      }
    }
    + masks.map { mask in
      Case("\(mask.name) mask, norms 2 and 3") {
        $0.mask = mask
        $0.norms = NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off)
        $0.sharpness = 4
      }
    } + [
      Case("two layers, multiple of the width") {
        $0.configuration.layers = 2
        $0.configuration.mlpWidth = .multiple(2)
        $0.form = .recurrent
      },
      Case("list of widths") { $0.configuration.mlpWidth = .widths([5, 7, 3]) },
      Case("no hidden width, no bias") {
        $0.configuration.mlpWidth = .widths([])
        $0.configuration.mlpBias = false
      },
      Case("last map not activated, value factor 3") {
        $0.configuration.mlpActivatesLast = false
        $0.configuration.valueFactor = 3
      },
      Case("dropout, two layers, list of widths") {
        $0.configuration.layers = 2
        $0.configuration.dropout = 0.3
        $0.configuration.mlpWidth = .widths([6, 5])
        $0.form = .chunkwise(length: 2)
      },
      Case("dropout under a bidirectional mask") {
        $0.configuration.dropout = 0.3
        $0.mask = .bidirectional
      },
      Case("full mask, norm 3 of torchscale") {
        $0.mask = .full
        $0.norms = NormOptions(retention: RetentionNorms(norm2: true, norm3: .torchscale), group: .off)
        $0.sharpness = 4
      },
      Case("group norm RMS, other ε") { $0.norms = NormOptions(group: .rms, epsilon: 1e-3) },
      Case("group norm LayerNorm without weights") { $0.norms = NormOptions(group: .layer) },
    ]

  @Test("d loss / d every kind of weight and d input of a stack equal central differences", arguments: stacks)
  func stack(_ test: Case) throws {
    let configuration = test.configuration
    var stack = try RetNetStack(configuration, seed: 1)
    Self.disturb(&stack.weights, stack.tensors, sharpness: test.sharpness)
    let (batch, dim) = (2, configuration.modelDim)
    let x = normalNumbers(batch * Self.time * dim, seed: 4)
    let dOutput = normalNumbers(x.count, seed: 5)
    // The pass is called directly to access the dropout keys.
    let pass = StackPass(
      stack.architecture, x, batch: batch, position: 0, form: test.form, mask: test.mask, norms: test.norms,
      storesActivations: true)
    let seed: UInt64 = 9
    var state: ModelState?
    let dWeights = Buffer<Float>(count: stack.weights.count)
    let (output, dInput) = stack.weights.withUnsafeBufferPointer { weights in
      let weights = Weights(base: weights.baseAddress!)
      let output = pass.forward(weights, state: &state, dropoutSeed: seed)
      return (output, pass.backward(dOutput, weights, Gradients(base: dWeights.pointer)))
    }
    let shape = [batch, Self.time, dim]
    let found = try stack.forward(
      Tensor(x, shape: shape), form: test.form, mask: test.mask, norms: test.norms, dropoutSeed: seed)
    #expect(found.output.values == output)
    for _ in 0..<2 {
      let gradients = try found.backward(Tensor(dOutput, shape: shape))
      #expect(gradients.dWeights == dWeights.values, "the same seed drops the same, and backward may be repeated")
      #expect(gradients.dInput == Tensor(checked: dInput, shape: shape))
    }

    var plain = PlainStack(
      stack.tensors, stack.weights, heads: configuration.heads, gate: configuration.retentionGate,
      epsilon: configuration.epsilon, norms: test.norms, mask: test.mask)
    plain.mlpGate = configuration.mlpGate
    plain.linears = configuration.hiddenWidths.count + 1
    plain.activatesLast = configuration.mlpActivatesLast
    let texts = x.texts(batch: batch, dim: dim)
    let widths = [dim] + configuration.hiddenWidths
    var references = texts.indices.map { b in
      var reference = plain
      if configuration.dropout > 0 {
        reference.dropped = pass.mlps.map { mlp in
          zip(mlp.keys, widths).map { key, width in
            let size = Self.time * width
            let ones = [Float](repeating: 1, count: batch * size)
            var factors = ones
            Dropout(probability: configuration.dropout).forward(ones, into: &factors, key: key, count: ones.count)
            return factors[b * size..<(b + 1) * size].map(Double.init)
          }
        }
      }
      return reference
    }
    for b in texts.indices {
      references[b].divisors = references[b].stack(texts[b], layers: configuration.layers).divisors
    }
    if configuration.dropout > 0 {
      let factors = references.flatMap { $0.dropped.joined().joined() }
      #expect(factors.contains(0), "dropout is at work")
      #expect(factors.contains { $0 > 1 }, "dropout is at work")
    }
    if test.norms.retention.norm3 != .off {
      #expect(references[0].divisors!.joined().joined().contains { $0 > 1.05 }, "the divisor is at work")
    }
    func total(_ texts: [[[Double]]], _ change: (inout PlainStack) -> Void) -> (loss: Double, output: [Double]) {
      var all: [Double] = []
      for (text, reference) in zip(texts, references) {
        var reference = reference
        change(&reference)
        all += reference.stack(text, layers: configuration.layers).output.flatMap { $0 }
      }
      return (zip(all, dOutput).reduce(0) { $0 + $1.0 * Double($1.1) }, all)
    }
    #expect(maxRelativeError(output, total(texts) { _ in }.output) < 1e-5)

    let step = 1e-5
    for tensor in stack.tensors {
      // A prime stride covers every row and column of a matrix with a sample of its weights.
      let indices = Array(stride(from: 0, to: tensor.range.count, by: tensor.range.count > 24 ? 7 : 1))
      let expected = indices.map { i in
        let up = total(texts) { $0.weights[tensor.name]![i] += step }.loss
        let down = total(texts) { $0.weights[tensor.name]![i] -= step }.loss
        return (up - down) / (2 * step)
      }
      let gradients = indices.map { dWeights.pointer[tensor.range.lowerBound + $0] }
      // Float32 forward and backward; the differences are accurate to 1e-7. A key's bias is rotated by the position, so
      // its gradient is small compared with the keys' gradients, which determine its rounding.
      #expect(Self.error(gradients, expected, floor: 0.02) < 3e-4, "\(tensor.name)")
    }
    let inputs = Array(stride(from: 0, to: x.count, by: 3))
    let expected = inputs.map { i in
      func moved(_ step: Double) -> Double {
        var texts = texts
        texts[i / (Self.time * dim)][i / dim % Self.time][i % dim] += step
        return total(texts) { _ in }.loss
      }
      return (moved(step) - moved(-step)) / (2 * step)
    }
    #expect(maxRelativeError(inputs.map { dInput[$0] }, expected) < 3e-4, "input")
  }

  @Test("The public module: biases, every mask, with and without pre-norm", arguments: masks)
  func module(_ mask: RetentionMask) throws {
    for hasPreNorm in [true, false] {
      let configuration = RetentionModuleConfiguration(
        modelDim: 8, heads: 2, gate: .sigmoid, preNorm: hasPreNorm, epsilon: 1e-3)
      var module = try MultiScaleRetention(configuration, seed: 1)
      Self.disturb(&module.weights, module.tensors, sharpness: 1)
      let x = normalNumbers(Self.time * 8, seed: 4)
      let dOutput = normalNumbers(x.count, seed: 5)
      let (input, gradient) = try (Tensor(x, shape: [1, Self.time, 8]), Tensor(dOutput, shape: [1, Self.time, 8]))
      let pass = try module.forward(input, mask: mask)
      let found = try pass.backward(gradient)
      if mask == .causal {
        let other = try module.forward(input, form: .chunkwise(length: 2)).backward(gradient)
        #expect(maxRelativeError(other.dWeights, found.dWeights) < 1e-4)
      }
      var plain = PlainStack(
        module.tensors, module.weights, heads: 2, gate: .sigmoid, epsilon: 1e-3, norms: NormOptions(), mask: mask)
      plain.hasPreNorm = hasPreNorm
      let text = x.texts(batch: 1, dim: 8)[0]
      #expect(maxRelativeError(pass.output.values, plain.module(text).output.flatMap { $0 }) < 1e-5)
      func total(_ change: (inout PlainStack) -> Void) -> Double {
        var plain = plain
        change(&plain)
        return zip(plain.module(text).output.joined(), dOutput).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      for tensor in module.tensors {
        let indices = Array(stride(from: 0, to: tensor.range.count, by: tensor.range.count > 24 ? 7 : 1))
        let expected = indices.map { i in
          (total { $0.weights[tensor.name]![i] += 1e-5 } - total { $0.weights[tensor.name]![i] -= 1e-5 }) / 2e-5
        }
        let gradients = indices.map { found.dWeights[tensor.range.lowerBound + $0] }
        #expect(Self.error(gradients, expected, floor: 0.02) < 3e-4, "\(tensor.name)")
      }
    }
  }

  /// Weights and biases much larger than initial ones, so that nonlinear terms matter.
  static func disturb(
    _ weights: inout [Float], _ tensors: [(name: String, shape: [Int], range: Range<Int>)], sharpness: Float
  ) {
    var generator = SeededGenerator(seed: 3)
    for tensor in tensors {
      let sharp = tensor.name.contains("q_proj.weight") || tensor.name.contains("k_proj.weight")
      let mean: Float = tensor.shape.count == 1 && tensor.name.hasSuffix("weight") ? 1 : 0
      for i in tensor.range { weights[i] = Float(generator.nextNormal()) * 0.4 * (sharp ? sharpness : 1) + mean }
    }
  }

  /// The largest |a − b|, relative to the largest |b|, or to `floor` if all are smaller.
  static func error(_ a: [Float], _ b: [Double], floor: Double) -> Double {
    let largest = b.reduce(floor) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / largest
  }
}

import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("RetNet on dense inputs")
struct RetNetStackTests {
  static let configuration = RetNetStackConfiguration(modelDim: 16, layers: 3, heads: 4, mlpWidth: .multiple(2))

  @Test("The defaults are retnet-pytorch's")
  func defaults() throws {
    let configuration = try RetNetStackConfiguration(json: Data("{}".utf8))
    #expect(configuration == RetNetStackConfiguration())
    #expect(configuration.layers == 6)
    #expect(configuration.heads == 8)
    #expect(configuration.modelDim == 512)
    #expect(configuration.dropout == 0.1)
    #expect(configuration.valueFactor == 2)
    #expect(configuration.mlpBias)
    #expect(configuration.retentionGate == .gelu)
    #expect(configuration.mlpGate == .gelu)
    #expect(configuration.hiddenWidths == [2048])
    #expect(configuration.mlpActivatesLast)
  }

  @Test("All forms have the same output, also when they continue from each other's state")
  func forms() throws {
    let stack = try RetNetStack(Self.configuration, seed: 2)
    let x = normalNumbers(2 * 11 * 16, seed: 1)
    let input = try Tensor(x, shape: [2, 11, 16])
    let norms = NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off)
    let whole = try stack(input, norms: norms).values
    var plain = PlainStack(
      stack.tensors, stack.weights, heads: 4, gate: .gelu, epsilon: 1e-5, norms: norms, mask: .causal)
    plain.linears = 2
    let expected = x.texts(batch: 2, dim: 16).flatMap { plain.stack($0, layers: 3).output.flatMap { $0 } }
    #expect(maxRelativeError(whole, expected) < 1e-5)
    func part(_ all: [Float], _ range: Range<Int>) throws -> Tensor {
      try Tensor(
        (0..<2).flatMap { all[($0 * 11 + range.lowerBound) * 16..<($0 * 11 + range.upperBound) * 16] },
        shape: [2, range.count, 16])
    }
    for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 3), .chunkwise(length: 50)] {
      for threads in [1, 3] {
        let output = try stack(input, form: form, norms: norms, threads: threads)
        #expect(maxRelativeError(output.values, whole) < 1e-5, "\(form), \(threads) threads")
      }
      var state = try stack.makeState(batch: 2)
      let first = try stack(part(x, 0..<7), form: form, norms: norms, state: &state)
      #expect(state.position == 7)
      let rest = try stack(part(x, 7..<11), form: .recurrent, norms: norms, threads: 2, state: &state)
      #expect(maxRelativeError(first.values, try part(whole, 0..<7).values) < 1e-5, "\(form)")
      #expect(maxRelativeError(rest.values, try part(whole, 7..<11).values) < 1e-5, "\(form)")
    }
    let empty = try Tensor([], shape: [2, 0, 16])
    #expect(try stack(empty) == empty)
  }

  @Test("A stack is read back as saved, with the names of retnet-pytorch")
  func folder() throws {
    let folder = try TemporaryFolder()
    let stack = try RetNetStack(Self.configuration, seed: 2)
    let names = stack.tensors.map(\.name)
    for name in [
      "layers.0.0.q_proj.weight", "layers.0.0.q_proj.bias", "layers.2.0.pre_norm.weight", "layers.1.0.norm.bias",
      "layers.1.1.net.0.weight", "layers.1.1.net.0.bias", "layers.2.1.net.1.1.weight", "layers.2.1.net.2.1.bias",
    ] {
      #expect(names.contains(name))
    }
    #expect(names.count == 3 * (5 * 2 + 2 * 2 + 2 + 2 * 2))
    try stack.save(to: folder.url.path)
    let read = try RetNetStack.load(from: folder.url.path)
    #expect(read.weights == stack.weights)
    #expect(read.configuration.hiddenWidths == [32])
    let x = try Tensor(normal: [1, 5, 16], seed: 1)
    #expect(try read(x) == stack(x))
  }

  @Test("A single number in mlp_mult is a multiple of the width, or the width itself if the tensors have it")
  func multiple() throws {
    let json = Data(#"{"dim_model": 16, "num_heads": 4, "mlp_mult": 3}"#.utf8)
    let name = "layers.0.1.net.1.1.weight"
    #expect(try RetNetStackConfiguration(json: json).hiddenWidths == [48])
    #expect(try RetNetStackConfiguration(json: json, tensors: [name: [48, 16]]).hiddenWidths == [48])
    #expect(try RetNetStackConfiguration(json: json, tensors: [name: [3, 16]]).hiddenWidths == [3])
    let list = Data(#"{"dim_model": 16, "num_heads": 4, "mlp_mult": [5, 6]}"#.utf8)
    #expect(try RetNetStackConfiguration(json: list).hiddenWidths == [5, 6])
  }

  @Test(
    "Errors name the setting, the value and what was expected",
    arguments: [
      (#"{"mlp_mult": [4, 0]}"#, "'mlp_mult' is an array with 0, expected whole numbers from 1"),
      (#"{"mlp_mult": "4"}"#, "'mlp_mult' is \"4\""), (#"{"dropout": 1}"#, "'dropout' is 1"),
      (#"{"num_layer": 0}"#, "'num_layer' is 0"), (#"{"num_heads": 7}"#, "'num_heads' is 7"),
    ])
  func wrongSettings(_ json: String, _ message: String) {
    do {
      _ = try RetNetStackConfiguration(json: Data(json.utf8))
      Issue.record("\(json) was accepted")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test("Training learns the mean of the past tokens, with dropout, and the same seed gives the same weights")
  func training() throws {
    let configuration = RetNetStackConfiguration(
      modelDim: 8, layers: 1, heads: 2, dropout: 0.05, mlpWidth: .multiple(2), mlpActivatesLast: false)
    func train() throws -> (losses: [Double], stack: RetNetStack) {
      var stack = try RetNetStack(configuration, seed: 1)
      let optimizer = try AdamW(tensors: stack.tensors)
      var losses: [Double] = []
      for step in 0..<120 {
        let (x, target) = try Self.runningMeans(seed: UInt64(step % 4))
        let pass = try stack.forward(x, form: .chunkwise(length: 4), dropoutSeed: UInt64(step))
        let (loss, dOutput) = try Self.squares(pass.output, target)
        losses.append(loss)
        try optimizer.update(&stack.weights, gradients: pass.backward(dOutput).dWeights, learningRate: 1e-2)
      }
      #expect(optimizer.updates == 120)
      return (losses, stack)
    }
    let (losses, stack) = try train()
    let (early, late) = (losses[..<4].reduce(0, +), losses[116...].reduce(0, +))
    #expect(late < early * 0.4, "\(early / 4) to \(late / 4)")
    #expect(try train().stack.weights == stack.weights)
    // Without dropout, in another form: the same function.
    let (x, target) = try Self.runningMeans(seed: 0)
    #expect(try Self.squares(stack(x, form: .recurrent), target).loss < early / 4 * 0.4)
  }

  /// Four texts of eight tokens, and the mean of all tokens so far at each.
  private static func runningMeans(seed: UInt64) throws -> (x: Tensor, target: Tensor) {
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
    return (try Tensor(x, shape: [4, 8, 8]), try Tensor(target, shape: [4, 8, 8]))
  }

  /// mean (y − t)², and its gradient.
  private static func squares(_ output: Tensor, _ target: Tensor) throws -> (loss: Double, dOutput: Tensor) {
    let difference = try output - target
    let scale = 1 / Double(output.values.count)
    return (
      difference.values.reduce(0) { $0 + Double($1) * Double($1) } * scale, difference.map { $0 * 2 * Float(scale) }
    )
  }
}

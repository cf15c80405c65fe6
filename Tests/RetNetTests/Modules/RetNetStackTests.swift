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
    #expect(configuration.layers == 6 && configuration.heads == 8 && configuration.modelDim == 512)
    #expect(configuration.dropout == 0.1 && configuration.valueFactor == 2 && configuration.mlpBias)
    #expect(configuration.retentionGate == .gelu && configuration.mlpGate == .gelu)
    #expect(configuration.hiddenWidths == [2048] && configuration.mlpActivatesLast)
  }

  @Test("All forms give one output, also after handing the state over")
  func forms() throws {
    let stack = RetNetStack(Self.configuration, seed: 2)
    let x = normalNumbers(2 * 11 * 16, seed: 1)
    let norms = NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off)
    let whole = try stack(x, batch: 2, norms: norms)
    var plain = PlainStack(
      stack.tensors, stack.weights, heads: 4, gate: .gelu, epsilon: 1e-5, norms: norms, mask: .causal)
    plain.linears = 2
    let expected = x.texts(batch: 2, dim: 16).flatMap { plain.stack($0, layers: 3).output.flatMap { $0 } }
    #expect(maxRelativeError(whole, expected) < 1e-5)
    func part(_ all: [Float], _ range: Range<Int>) -> [Float] {
      (0..<2).flatMap { all[($0 * 11 + range.lowerBound) * 16..<($0 * 11 + range.upperBound) * 16] }
    }
    for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 3), .chunkwise(length: 50)] {
      #expect(maxRelativeError(try stack(x, batch: 2, form: form, norms: norms), whole) < 1e-5, "\(form)")
      var state = stack.makeState(batch: 2)
      let first = stack(part(x, 0..<7), form: form, norms: norms, state: &state)
      #expect(state.position == 7)
      let rest = stack(part(x, 7..<11), form: .recurrent, norms: norms, state: &state)
      #expect(maxRelativeError(first, part(whole, 0..<7)) < 1e-5, "\(form)")
      #expect(maxRelativeError(rest, part(whole, 7..<11)) < 1e-5, "\(form)")
    }
    #expect(try stack([], batch: 2) == [])
  }

  @Test("What is saved is read back with the names of retnet-pytorch")
  func folder() throws {
    let folder = try TemporaryFolder()
    let stack = RetNetStack(Self.configuration, seed: 2)
    let names = stack.tensors.map(\.name)
    for name in [
      "layers.0.0.q_proj.weight", "layers.0.0.q_proj.bias", "layers.2.0.pre_norm.weight", "layers.1.0.norm.bias",
      "layers.1.1.net.0.weight", "layers.1.1.net.0.bias", "layers.2.1.net.1.1.weight", "layers.2.1.net.2.1.bias",
    ] {
      #expect(names.contains(name))
    }
    #expect(names.count == 3 * (5 * 2 + 2 * 2 + 2 + 2 * 2))
    try stack.save(to: folder.url.path)
    let (read, unused) = try RetNetStack.load(from: folder.url.path)
    #expect(read.weights == stack.weights)
    #expect(read.configuration.hiddenWidths == [32])
    #expect(unused.isEmpty)
    let x = normalNumbers(5 * 16, seed: 1)
    #expect(try read(x, batch: 1) == stack(x, batch: 1))
  }

  @Test("A single number in mlp_mult is a multiple of the width, or the width itself where the tensors have it")
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
    "Wrong settings are named with what was found and what was expected",
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
}

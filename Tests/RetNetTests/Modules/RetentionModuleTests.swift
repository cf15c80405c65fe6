import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Stand-alone retention module")
struct RetentionModuleTests {
  static let forms: [RetentionForm] = [
    .parallel, .recurrent, .chunkwise(length: 1), .chunkwise(length: 7), .chunkwise(length: 64),
  ]

  @Test("Every form has the reference's outputs, with norm 3 off and on, for both batch entries")
  func reference() throws {
    let module = try MultiScaleRetention.load(from: Repository.reference("msr-silu"))
    let path = Repository.reference("msr-silu/cases.safetensors")
    let (file, x) = (try SafetensorsFile(path: path), try ModuleInput(path: path, dim: 32))
    #expect(x.tensor.shape == [2, 19, 32])
    for (name, norm3) in [("output", RetentionNorms.Score.off), ("output_retn", .paper)] {
      let expected = try file.doubles(name)
      let norms = NormOptions(retention: RetentionNorms(norm3: norm3))
      for form in Self.forms {
        let found = try module(x.tensor, form: form, norms: norms, threads: 2)
        #expect(maxRelativeError(found.values, expected) < 1e-4, "\(name) \(form)")
        var state = try module.makeState(batch: 2)
        let stateful = try module(x.tensor, form: form, norms: norms, state: &state)
        #expect(maxRelativeError(stateful.values, expected) < 1e-4, "\(name) \(form) with a state")
      }
    }
    #expect(module.norms == NormOptions())
  }

  @Test("A module is read back as saved, and the buffers angle and decay are accepted")
  func folder() throws {
    let folder = try TemporaryFolder()
    let configuration = RetentionModuleConfiguration(
      modelDim: 12, heads: 3, valueFactor: 1, gate: .selu, preNorm: false, epsilon: 1e-3, isCausal: false, norm2: true,
      norm3: true)
    let module = try MultiScaleRetention(configuration, seed: 3)
    try module.save(to: folder.url.path)
    let read = try MultiScaleRetention.load(from: folder.url.path)
    #expect(read.configuration == configuration)
    #expect(read.weights == module.weights)
    #expect(read.mask == .bidirectional)

    let extra = [("angle", 4), ("decay", 3), ("other", 2)].map { name, count in
      SafetensorsWriter.Tensor(
        name: name, type: .f32, shape: [count], source: .floats(Array(repeating: 0, count: count)))
    }
    let tensors = module.tensors.map { tensor in
      SafetensorsWriter.Tensor(
        name: tensor.name, type: .f32, shape: tensor.shape, source: .floats(Array(module.weights[tensor.range])))
    }
    let file = folder.url.path + "/model.safetensors"
    try SafetensorsWriter.write(tensors + extra.dropLast(), to: file)
    #expect(try MultiScaleRetention.load(from: folder.url.path).weights == module.weights)
    try SafetensorsWriter.write(tensors + extra, to: file)
    #expect(throws: CheckpointError.unusedTensors(names: ["other"], path: file)) {
      try MultiScaleRetention.load(from: folder.url.path)
    }
    try SafetensorsWriter.write(Array(tensors.dropLast()), to: folder.url.path + "/model.safetensors")
    #expect(throws: CheckpointError.self) { try MultiScaleRetention.load(from: folder.url.path) }
  }

  @Test("Absent keys have retnet-pytorch's defaults; width and heads follow from the tensors")
  func defaults() throws {
    let plain = try RetentionModuleConfiguration(json: Data(#"{"dim_model": 16, "num_heads": 2}"#.utf8))
    #expect(plain == RetentionModuleConfiguration(modelDim: 16, heads: 2))
    #expect(plain.valueFactor == 2)
    #expect(plain.gate == .silu)
    #expect(plain.preNorm)
    #expect(plain.epsilon == 1e-5)
    #expect(plain.isCausal)
    #expect(plain.norms == RetentionNorms(norm1: true, norm2: false, norm3: .off))
    let shapes = ["o_proj.weight": [16, 32], "v_proj.weight": [32, 16], "norm.weight": [8]]
    let partial = try RetentionModuleConfiguration(json: Data("{}".utf8), tensors: shapes)
    #expect(partial == RetentionModuleConfiguration(modelDim: 16, heads: 4))
  }

  @Test("A configuration much larger than the file's tensors is refused before memory is allocated")
  func hugeConfiguration() throws {
    let folder = try TemporaryFolder()
    try MultiScaleRetention(RetentionModuleConfiguration(modelDim: 8, heads: 2), seed: 1).save(to: folder.url.path)
    _ = try folder.write("config.json", #"{"dim_model": 131072, "num_heads": 2, "value_factor": 8}"#)
    #expect(throws: CheckpointError.shapeMismatch(name: "pre_norm.weight", expected: [131_072], found: [8])) {
      try MultiScaleRetention.load(from: folder.url.path)
    }
    let stack = RetNetStackConfiguration(modelDim: 8, layers: 1, heads: 2)
    try RetNetStack(stack, seed: 1).save(to: folder.url.path)
    _ = try folder.write(
      "config.json", #"{"dim_model": 8, "num_layer": 4096, "num_heads": 2, "mlp_mult": [1048576, 1048576]}"#)
    #expect(throws: CheckpointError.self) { try RetNetStack.load(from: folder.url.path) }
  }

  @Test(
    "Errors name the key, the value and what was expected",
    arguments: [
      (#"{"num_heads": 2}"#, "'dim_model' is missing, expected a whole number"),
      (#"{"dim_model": 16}"#, "'num_heads' is missing, expected a whole number"),
      (#"{"dim_model": 16, "num_heads": 3}"#, "'num_heads' is 3, expected heads for a width of 16"),
      (#"{"dim_model": 16, "num_heads": 2, "gate_fn": "tanh"}"#, "'gate_fn' is \"tanh\""),
      (#"{"dim_model": 16, "num_heads": 2, "causal": 1}"#, "'causal' is 1, expected true or false"),
      (#"{"dim_model": 16, "num_heads": 2, "value_factor": 0}"#, "'value_factor' is 0"),
    ])
  func wrongValues(_ json: String, _ message: String) {
    do {
      _ = try RetentionModuleConfiguration(json: Data(json.utf8))
      Issue.record("\(json) was accepted")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test("A module's input is checked by name, shape and value")
  func input() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path + "/input.safetensors"
    func write(_ name: String, _ shape: [Int], _ values: [Double]) throws {
      try SafetensorsWriter.write(
        [SafetensorsWriter.Tensor(name: name, type: .f64, shape: shape, source: .doubles(values))], to: path)
    }
    try write("x", [1, 1, 2], [1, 2])
    #expect(throws: ModuleInputError.missing(path: path)) { _ = try ModuleInput(path: path, dim: 2) }
    try write("input", [1, 2], [1, 2])
    #expect(throws: ModuleInputError.shape(found: [1, 2], dim: 2)) { _ = try ModuleInput(path: path, dim: 2) }
    try write("input", [1, 2, 1], [1, .nan])
    #expect(throws: ModuleInputError.shape(found: [1, 2, 1], dim: 2)) { _ = try ModuleInput(path: path, dim: 2) }
    #expect(throws: ModuleInputError.notFinite(index: 1)) { _ = try ModuleInput(path: path, dim: 1) }
    try write("input", [1, 2, 1], [1, 2])
    #expect(try ModuleInput(path: path, dim: 1).tensor == Tensor([1, 2], shape: [1, 2, 1]))
  }
}

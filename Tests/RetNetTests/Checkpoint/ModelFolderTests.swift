import Foundation
import TestSupport
import Testing

@testable import RetNet

/// Loading and saving folders, also with the tensor names of other programs.
@Suite("Model folders")
struct ModelFolderTests {
  private static func shape(_ dialect: Dialect) -> ModelConfiguration {
    var shape = ModelConfiguration(vocabularySize: 11, modelDim: 8, layers: 2, heads: 2, feedForwardDim: 8)
    shape.dialect = dialect
    shape.groupNormWeights = dialect == .fla
    if dialect == .torchscale { shape.norms = RetentionNorms(norm1: true, norm2: true, norm3: .torchscale) }
    return shape
  }

  /// Writes the model's folder, with `change` applied to its tensors by name.
  private func folder(
    _ model: RetNetModel, _ root: TemporaryFolder,
    _ change: (inout [(name: String, shape: [Int], values: [Float])]) -> Void
  ) throws -> String {
    let folder = root.root + "/model"
    try model.save(to: folder, type: .f32)
    var tensors = model.architecture.layout.entries.map {
      (name: $0.name, shape: $0.shape, values: model.parameters.values($0.parameter))
    }
    change(&tensors)
    try SafetensorsWriter.write(
      tensors.map { .init(name: $0.0, type: .f32, shape: $0.1, source: .floats($0.2)) }, metadata: [:],
      to: folder + "/model.safetensors")
    return folder
  }

  private func isSame(_ a: RetNetModel, _ b: RetNetModel) -> Bool {
    a.architecture.layout.count == b.architecture.layout.count
      && zip(a.architecture.layout.entries, b.architecture.layout.entries).allSatisfy {
        a.parameters.values($0.parameter) == b.parameters.values($1.parameter)
      }
  }

  @Test(
    "A saved model loads with equal weights, copied and mapped", arguments: [Dialect.fla, .torchscale],
    [TensorType.f32, .bf16, .f16])
  func roundTrip(_ dialect: Dialect, _ type: TensorType) throws {
    let root = try TemporaryFolder()
    let model = RetNetModel(Self.shape(dialect), seed: 3)
    try model.save(to: root.root + "/model", type: type)
    let expanded = try RetNetModel.load(from: root.root + "/model", storage: .expanded)
    let mapped = try RetNetModel.load(from: root.root + "/model", storage: .mapped)
    let copied = try RetNetModel.load(from: root.root + "/model")
    #expect(isSame(expanded, copied))
    #expect(expanded.configuration == model.configuration)
    #expect(isSame(expanded, mapped))
    #expect(type != .f32 || isSame(expanded, model))
    // Only norm weights are copied from a mapped file: two per block, the final norm, and fla's group norms.
    let norms = 2 * 2 * 8 + 8 + (dialect == .fla ? 2 * 8 : 0)
    #expect(mapped.parameters.allocatedBytes == 4 * norms)
  }

  @Test("The prefix decoder., stored buffers and a duplicate of the tied weight are accepted")
  func foreignNames() throws {
    let root = try TemporaryFolder()
    var shape = Self.shape(.torchscale)
    shape.tiedHead = true
    let model = RetNetModel(shape, seed: 3)
    let embedding = model.parameters.values(model.architecture.embedding)
    let path = try folder(model, root) { tensors in
      tensors.append(("output_projection.weight", [11, 8], embedding))
      tensors.append(("retnet_rel_pos.angle", [4], [1, 1, 1e-4, 1e-4]))
      tensors.append(("retnet_rel_pos.decay", [2], [-0.031749, -0.015748]))
      for i in tensors.indices { tensors[i].name = "decoder." + tensors[i].name }
    }
    #expect(isSame(try RetNetModel.load(from: path), model))
  }

  @Test("Unused tensors are an error that names them, also one that only resembles the tied weight")
  func unusedTensors() throws {
    let root = try TemporaryFolder()
    var shape = Self.shape(.fla)
    shape.tiedHead = true
    let model = RetNetModel(shape, seed: 3)
    var other = model.parameters.values(model.architecture.embedding)
    other[5] += 1
    let path = try folder(model, root) { tensors in
      tensors.append(("lm_head.weight", [11, 8], other))
      tensors.append(("model.extra", [1], [0]))
      tensors.append(("model.layers.0.attn.rotary.inv_freq", [2], [1, 0.01]))
    }
    #expect(
      throws: CheckpointError.unusedTensors(
        names: ["lm_head.weight", "model.extra"], path: path + "/model.safetensors")
    ) { try RetNetModel.load(from: path) }
  }

  @Test(
    "A buffer of one dialect is an unused tensor in the other",
    arguments: [
      (Dialect.fla, "model.layers.0.attn.decay"), (.fla, "retnet_rel_pos.decay"), (.torchscale, "layers.0.decay"),
      (.torchscale, "layers.0.retention.inv_freq"),
    ])
  func foreignBuffers(_ dialect: Dialect, _ name: String) throws {
    let root = try TemporaryFolder()
    let path = try folder(RetNetModel(Self.shape(dialect), seed: 3), root) { $0.append((name, [1], [0])) }
    #expect(throws: CheckpointError.unusedTensors(names: [name], path: path + "/model.safetensors")) {
      try RetNetModel.load(from: path)
    }
  }

  @Test(
    "A stored decay or rotation with other values, or another count, is an error that names it",
    arguments: [
      (Dialect.torchscale, "decoder.retnet_rel_pos.decay", [Float(-0.0317), -0.0317]),
      (.torchscale, "retnet_rel_pos.decay", [-0.0317]), (.torchscale, "retnet_rel_pos.angle", [1, 1, 0.01, 0.01]),
      (.torchscale, "retnet_rel_pos.angle", [.nan, 1, 1e-4, 1e-4]),
      (.fla, "model.layers.0.attn.rotary.inv_freq", [1, 1e-4]),
    ])
  func otherBuffers(_ dialect: Dialect, _ name: String, _ values: [Float]) throws {
    let root = try TemporaryFolder()
    let path = try folder(RetNetModel(Self.shape(dialect), seed: 3), root) { $0.append((name, [values.count], values)) }
    #expect(throws: CheckpointError.otherBuffer(name: name, path: path + "/model.safetensors")) {
      try RetNetModel.load(from: path)
    }
  }

  @Test("The error lists at most three unused tensors")
  func manyUnusedTensors() {
    #expect(
      CheckpointError.unusedTensors(names: ["a", "b", "c", "d"], path: "m").description
        == "'m' has 4 tensors that this model does not use: 'a', 'b', 'c' and others. "
        + "Check that weights and configuration belong together, or remove what does not change the model.")
  }

  @Test("A tied weight may have the head's name, and fla's group norm either of its names")
  func otherNames() throws {
    let root = try TemporaryFolder()
    var shape = Self.shape(.fla)
    shape.tiedHead = true
    let model = RetNetModel(shape, seed: 3)
    let path = try folder(model, root) { tensors in
      for i in tensors.indices {
        if tensors[i].name == "model.embeddings.weight" { tensors[i].name = "lm_head.weight" }
        tensors[i].name = tensors[i].name.replacingOccurrences(of: "g_norm_swish_gate", with: "g_norm")
      }
    }
    #expect(isSame(try RetNetModel.load(from: path), model))
  }

  @Test("A missing tensor and one of another shape are errors that name them")
  func damaged() throws {
    let root = try TemporaryFolder()
    let model = RetNetModel(Self.shape(.torchscale), seed: 3)
    let without = try folder(model, root) { $0.removeAll { $0.name == "layers.1.ffn.gate.weight" } }
    #expect(
      throws: CheckpointError.missingTensor(
        name: "layers.1.ffn.gate.weight", path: without + "/model.safetensors")
    ) { _ = try RetNetModel.load(from: without) }
    let other = try folder(model, root) { tensors in
      for i in tensors.indices where tensors[i].name == "layer_norm.weight" {
        tensors[i] = ("layer_norm.weight", [4, 2], tensors[i].values)
      }
    }
    #expect(throws: CheckpointError.shapeMismatch(name: "layer_norm.weight", expected: [8], found: [4, 2])) {
      _ = try RetNetModel.load(from: other)
    }
  }
}

import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Conversion between dialects")
struct DialectConversionTests {
  private let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  /// A model with d_k = 2 per head and no weight of 0 or 1, also in norms.
  private func model(_ dialect: Dialect, seed: UInt64, _ change: (inout ModelConfiguration) -> Void) -> RetNetModel {
    var shape = ModelConfiguration(
      vocabularySize: 13, modelDim: 8, layers: 2, heads: 4, valueDim: 12, feedForwardDim: 10)
    shape.dialect = dialect
    shape.groupNormWeights = dialect == .fla
    if dialect == .torchscale { shape.norms = RetentionNorms(norm1: true, norm2: true, norm3: .torchscale) }
    change(&shape)
    let model = RetNetModel(shape, seed: seed)
    var generator = SeededGenerator(seed: seed)
    model.parameters.withMutablePointer { base in
      for i in 0..<model.parameterCount { base[i] = base[i] * 5 + Float(generator.nextNormal()) * 0.2 }
    }
    return model
  }

  /// Logits in every form.
  private func logits(_ folder: String) throws -> [[Float]] {
    let model = try RetNetModel.load(from: folder)
    let tokens = (0..<17).map { $0 * 5 % 13 }
    return try [RetentionForm.parallel, .recurrent, .chunkwise(length: 4)].map { form in
      var state = model.makeState()
      return try Inference(model).logits([tokens], form: form, norms: model.norms, state: &state)
    }
  }

  private func convert(_ from: String, _ to: String, as dialect: Dialect) throws -> ModelConversion {
    var options = ModelConversion.Options()
    options.dialect = dialect
    let conversion = try ModelConversion(from: root.url.path + "/" + from, to: root.url.path + "/" + to, options)
    _ = try conversion.run()
    return conversion
  }

  /// Source, result and the result converted back have the same logits.
  private func check(_ source: RetNetModel, to dialect: Dialect) throws -> ModelConversion {
    try source.save(to: root.url.path + "/source", type: .f32)
    let conversion = try convert("source", "there", as: dialect)
    _ = try convert("there", "back", as: source.configuration.dialect)
    let expected = try logits(root.url.path + "/source")
    for folder in ["there", "back"] {
      let model = try RetNetModel.load(from: root.url.path + "/" + folder)
      #expect(model.configuration.dialect == (folder == "there" ? dialect : source.configuration.dialect))
      // Folding a norm weight into a matrix changes one Float32 rounding.
      for (found, wanted) in zip(try logits(root.url.path + "/" + folder), expected) {
        #expect(maxRelativeError(found, wanted) < 1e-5)
      }
    }
    return conversion
  }

  @Test(
    "fla with weighted group norm, shared heads and either head becomes torchscale, and goes back",
    arguments: [1, 2, 4], [true, false])
  func toTorchscale(_ keyValueHeads: Int, _ tied: Bool) throws {
    let source = model(.fla, seed: 3) {
      $0.keyValueHeads = keyValueHeads
      $0.tiedHead = tied
    }
    let conversion = try check(source, to: .torchscale)
    #expect(conversion.configuration.keyValueHeads == 4)
    #expect(conversion.configuration.tiedHead == tied)
    try #require(conversion.notes.count == 1)
    #expect(conversion.notes[0].contains("'retention_norms'"))
  }

  @Test(
    "torchscale becomes fla, its embedding's scale in the embedding and a shared head by itself then",
    arguments: [true, false], [true, false])
  func toFLA(_ scales: Bool, _ tied: Bool) throws {
    let source = model(.torchscale, seed: 4) {
      $0.scalesEmbedding = scales
      $0.tiedHead = tied
      $0.activation = .silu
    }
    let conversion = try check(source, to: .fla)
    #expect(conversion.configuration.tiedHead == (tied && !scales))
    #expect(conversion.notes.count == (tied && scales ? 2 : 1))
    let files = try TensorFiles(folder: root.url.path + "/there")
    #expect(try files.floats("model.layers.1.attn.g_norm_swish_gate.weight") == [1, 1, 1])
  }

  @Test("The new configuration has the keys of its dialect and those of neither, but not the other's")
  func keys() throws {
    try model(.torchscale, seed: 4) { $0.activation = .silu }.save(to: root.url.path + "/source", type: .f32)
    let url = URL(fileURLWithPath: root.url.path + "/source/config.json")
    var json = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    json["_note"] = "kept"
    json["pad_token_id"] = 3
    json["ddp_rank"] = 3
    try JSONSerialization.data(withJSONObject: json).write(to: url)
    _ = try convert("source", "there", as: .fla)
    let there = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: root.url.path + "/there/config.json")))
        as? [String: Any])
    #expect(there["_note"] as? String == "kept")
    #expect(there["ddp_rank"] == nil)
    #expect(there["torch_dtype"] as? String == "float32")
    #expect(!there.keys.contains { $0.hasPrefix("decoder_") || $0 == "dialect" || $0 == "activation_fn" })
    #expect(there["hidden_size"] as? Int == 8)
    #expect(there["model_type"] as? String == "retnet")
  }

  @Test("The error lists every obstacle to a conversion to fla")
  func obstaclesToFLA() throws {
    try model(.torchscale, seed: 4) {
      $0.heads = 2
      $0.keyValueHeads = 2
      $0.activation = .gelu
      $0.deepNorm = true
      $0.preNorm = false
      $0.normalizesEmbedding = true
    }.save(to: root.url.path + "/source", type: .f32)
    let error = #expect(throws: ConversionError.self) { _ = try convert("source", "there", as: .fla) }
    #expect(
      error.map { "\($0)" }
        == "This torchscale model cannot be written as fla, which would compute a different function: its heads have "
        + "d_k = 4, and the rotation frequencies of the two dialects (fla 10000^(-2i/d), torchscale 10000^(-i/(d/2-1))) "
        + "agree only for d_k = 2; its activation_fn is gelu, but fla's MLP uses swish; its residual stream is scaled "
        + "(deepnorm), which fla does not support; it is post-norm (decoder_normalize_before is false), but fla is "
        + "pre-norm; its embedding is normalized (layernorm_embedding), which fla does not support. Keep its dialect.")
    #expect(!FileManager.default.fileExists(atPath: root.url.path + "/there"))
  }

  @Test("The error lists every obstacle to a conversion to torchscale")
  func obstaclesToTorchscale() throws {
    try model(.fla, seed: 4) {
      $0.keyDim = 16
      $0.outputGate = false
    }.save(to: root.url.path + "/source", type: .f32)
    let error = #expect(throws: ConversionError.self) { _ = try convert("source", "there", as: .torchscale) }
    #expect(
      error.map { "\($0)" }
        == "This fla model cannot be written as torchscale, which would compute a different function: its heads have "
        + "d_k = 4, and the rotation frequencies of the two dialects (fla 10000^(-2i/d), torchscale 10000^(-i/(d/2-1))) "
        + "agree only for d_k = 2; it has no output gate (use_output_gate is false), but torchscale always has one; its "
        + "keys have width 16 and the model 8 (expand_k), but torchscale needs equal widths. Keep its dialect.")
  }
}

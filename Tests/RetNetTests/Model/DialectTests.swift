import Foundation
import Testing

@testable import RetNet

@Suite("Dialects")
struct DialectTests {
  private func choice(_ json: String, _ names: [String] = [], asked: Dialect? = nil) throws -> DialectChoice {
    try DialectChoice(asked, ConfigurationObject(Data(json.utf8)), names: names)
  }

  @Test("A key of the configuration or a tensor name determines the dialect")
  func detected() throws {
    #expect(try choice(#"{"hidden_size": 8}"#).dialect == .fla)
    #expect(try choice(#"{"model_type": "retnet"}"#).evidence == "'model_type' in config.json")
    #expect(try choice(#"{"decoder_layers": 2}"#).dialect == .torchscale)
    #expect(try choice(#"{"dialect": "torchscale"}"#).dialect == .torchscale)
    #expect(try choice(#"{"dim_model": 32}"#).dialect == .msr)
    #expect(try choice("{}", ["model.layers.0.attn.q_proj.weight"]).dialect == .fla)
    #expect(try choice("{}", ["decoder.layers.0.retention.q_proj.weight"]).dialect == .torchscale)
    let syncdoth = ["lm_head.weight", "model.embed_tokens.weight", "model.layers.0.ffn.fc1.weight"]
    #expect(try choice(#"{"model_type": "retnet", "decoder_layers": 2}"#, syncdoth).dialect == .torchscale)
    #expect(try choice("{}", syncdoth).dialect == .torchscale)
    #expect(try choice("{}", ["g_proj.bias", "q_proj.weight"]).evidence == "tensor 'q_proj.weight'")
  }

  @Test("The user's choice takes precedence; conflicting or missing evidence is an error")
  func unclear() throws {
    let names = ["layers.0.retention.q_proj.weight"]
    #expect(try choice(#"{"hidden_size": 8}"#, names, asked: .torchscale).dialect == .torchscale)
    #expect(
      throws: ModelError.dialect(
        found: "'hidden_size' in config.json means fla, but tensor 'layers.0.retention.q_proj.weight' means torchscale")
    ) { try choice(#"{"hidden_size": 8}"#, names) }
    #expect(
      throws: ModelError.dialect(
        found: "no key of config.json and no tensor name (the first is 'w') belongs to a dialect")
    ) { try choice(#"{"vocab_size": 8}"#, ["w"]) }
    #expect(
      throws: ModelError.configuration(
        key: "dialect", found: "\"gguf\"", expected: "\"fla\" or \"torchscale\" or \"msr\"")
    ) {
      try choice(#"{"dialect": "gguf"}"#)
    }
  }

  @Test("A stand-alone module is not a language model")
  func module() {
    #expect(throws: ModelError.module(evidence: "'dim_model' in config.json")) {
      _ = try ModelConfiguration(json: Data(#"{"dim_model": 32, "num_heads": 4}"#.utf8))
    }
  }

  @Test("Absent keys of torchscale have its decoder's defaults; the vocabulary size defaults to the embedding's rows")
  func defaults() throws {
    let configuration = try ModelConfiguration(
      json: Data(#"{"decoder_layers": 2, "decoder_retention_heads": 4}"#.utf8),
      tensors: ["decoder.embed_tokens.weight": [61, 768]])
    #expect(configuration.vocabularySize == 61)
    #expect(configuration.modelDim == 768)
    #expect(configuration.valueDim == 1280)
    #expect(configuration.feedForwardDim == 1280)
    #expect(configuration.heads == 4)
    #expect(configuration.activation == .gelu)
    #expect(configuration.normEpsilon == 1e-6)
    #expect(configuration.preNorm)
    #expect(!configuration.deepNorm)
    #expect(!configuration.tiedHead)
    #expect(!configuration.scalesEmbedding)
    #expect(!configuration.normalizesEmbedding)
    #expect(!configuration.groupNormWeights)
    #expect(configuration.norms == RetentionNorms(norm1: true, norm2: true, norm3: .torchscale))
    #expect(configuration.residualScale == 1)
    #expect(configuration.embeddingScale == 1)
    #expect(
      throws: ModelError.configuration(
        key: "vocab_size", found: "missing", expected: "a whole number from 1 to 16777216")
    ) { _ = try ModelConfiguration(json: Data(#"{"decoder_layers": 2}"#.utf8)) }
  }

  @Test("A torchscale configuration is read back as written")
  func roundTrip() throws {
    var configuration = ModelConfiguration(vocabularySize: 20, modelDim: 12, layers: 3, heads: 2, feedForwardDim: 16)
    configuration.dialect = .torchscale
    configuration.groupNormWeights = false
    configuration.activation = .relu
    configuration.deepNorm = true
    configuration.preNorm = false
    configuration.scalesEmbedding = true
    configuration.normalizesEmbedding = true
    configuration.tiedHead = true
    configuration.normEpsilon = 1e-5
    configuration.norms = RetentionNorms(norm1: true, norm2: false, norm3: .paper)
    #expect(try ModelConfiguration(json: configuration.json()) == configuration)
    // (2 · 3)^¼ and √12.
    #expect(abs(configuration.residualScale - 1.565_084_6) < 1e-6)
    #expect(abs(configuration.embeddingScale - 3.464_101_6) < 1e-6)
  }

  @Test(
    "Unsupported features are refused by name",
    arguments: [
      (#"{"decoder_layers": 2, "moe_freq": 2}"#, "a mixture of experts"),
      (#"{"decoder_layers": 2, "use_xmoe": true}"#, "a mixture of experts"),
      (#"{"decoder_layers": 2, "multiway": true}"#, "multiway branches"),
      (#"{"decoder_layers": 2, "no_output_layer": true}"#, "a decoder without an output layer"),
      (#"{"hidden_size": 64, "use_short_conv": true}"#, "short convolutions"),
      (#"{"hidden_size": 64, "attn": {"layers": [1]}}"#, "hybrid attention layers"),
      (#"{"hidden_size": 64, "feature_map": "relu"}"#, "a feature map of queries and keys"),
      (#"{"hidden_size": 64, "quantization_config": {}}"#, "quantized weights of this kind"),
    ])
  func refused(_ json: String, _ feature: String) {
    let error = #expect(throws: ModelError.self) { _ = try ModelConfiguration(json: Data(json.utf8)) }
    #expect(error.map { "\($0)".hasPrefix("The model has \(feature) (its configuration's '") } == true)
  }

  @Test("An fla ratio of null is 4, an absent one 2")
  func hiddenRatio() throws {
    func width(_ json: String) throws -> Int { try ModelConfiguration(json: Data(json.utf8)).feedForwardDim }
    #expect(try width(#"{"hidden_size": 768}"#) == 1024)  // 768 · 2 · 2/3
    #expect(try width(#"{"hidden_size": 768, "hidden_ratio": null, "intermediate_size": null}"#) == 2048)
  }

  @Test("A state of absurd size is refused before memory is allocated")
  func absurdState() {
    let json = #"{"hidden_size": 65536, "num_heads": 1, "num_hidden_layers": 64, "expand_v": 64}"#
    let error = #expect(throws: ModelError.self) { _ = try ModelConfiguration(json: Data(json.utf8)) }
    #expect(error.map { "\($0)".contains("the state would have 17592186044416 entries") } == true)
  }
}

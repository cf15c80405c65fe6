import Foundation
import Testing

@testable import RetNet

@Suite("Model configuration in config.json")
struct ModelConfigurationTests {
  @Test("A configuration is read back as written")
  func roundTrip() throws {
    var configuration = ModelConfiguration(
      vocabularySize: 77, modelDim: 48, layers: 3, heads: 4, keyValueHeads: 2, keyDim: 48, valueDim: 72,
      feedForwardDim: 100)
    configuration.tiedHead = true
    configuration.outputGate = false
    configuration.normEpsilon = 1e-5
    configuration.norms = RetentionNorms(norm1: false, norm2: true, norm3: .paper)
    #expect(try ModelConfiguration(json: configuration.json()) == configuration)
  }

  @Test("The gated MLP's width follows from hidden_ratio, rounded up to a multiple of 256")
  func hiddenRatio() throws {
    let json = #"{"hidden_size": 2048, "num_heads": 8, "hidden_ratio": 2, "intermediate_size": null}"#
    #expect(try ModelConfiguration(json: Data(json.utf8)).feedForwardDim == 2816)  // 2048 · 2 · 2/3 = 2730
  }

  @Test(
    "Errors name the key, the value and what was expected",
    arguments: [
      (#"{"hidden_size": "64"}"#, "'hidden_size' is \"64\", expected a whole number from 1 to 131072"),
      (#"{"num_hidden_layers": 0}"#, "'num_hidden_layers' is 0, expected a whole number from 1 to 4096"),
      (#"{"num_hidden_layers": 2.5}"#, "'num_hidden_layers' is 2.5"),
      (#"{"tie_word_embeddings": 1}"#, "'tie_word_embeddings' is 1, expected true or false"),
      (#"{"use_short_conv": true}"#, "'use_short_conv' is true), which this program does not support"),
      (#"{"attn": {"layers": [1]}}"#, "'attn' is an object), which this program does not support"),
      (#"{"hidden_act": "relu"}"#, "'hidden_act' is \"relu\", expected \"swish\" or \"silu\""),
      (#"{"hidden_size": 60, "num_heads": 7}"#, "'num_heads' is 7"),
      (#"{"num_heads": 8, "num_kv_heads": 3}"#, "'num_kv_heads' is 3, expected a divisor of num_heads = 8"),
      ("[1]", "is an array, expected a JSON object"), ("{", "is not JSON"),
    ])
  func wrongValues(_ json: String, _ message: String) {
    do {
      _ = try ModelConfiguration(json: Data(json.utf8))
      Issue.record("\(json) was accepted")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }
}

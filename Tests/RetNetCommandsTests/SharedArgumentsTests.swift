import ArgumentParser
import Foundation
import RetNet
import RetNetSession
import Testing

@testable import RetNetCommands
@testable import RetNetTUI

@Suite("Arguments that commands share")
struct SharedArgumentsTests {
  @Test("Norms default to the model's, and off overrides a model's on")
  func norms() throws {
    let model = NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .paper))
    #expect(try NormArguments.parse([]).applied(to: model) == model)
    let given = try NormArguments.parse(["--norm1", "off", "--norm3", "off", "--group-norm", "layer", "--eps", "0.5"])
    let expected = NormOptions(
      retention: RetentionNorms(norm1: false, norm2: true, norm3: .off), group: .layer, epsilon: 0.5)
    #expect(given.applied(to: model) == expected)
  }

  @Test("The form defaults to the command's")
  func forms() throws {
    #expect(try FormArguments.parse([]).form(default: .recurrent) == .recurrent)
    #expect(try FormArguments.parse([]).form(default: .chunkwise) == .chunkwise(length: 64))
    #expect(try FormArguments.parse(["--form", "parallel"]).form(default: .recurrent) == .parallel)
    let chunks = try FormArguments.parse(["--form", "chunkwise", "--chunk-length", "7"])
    #expect(chunks.form(default: .parallel) == .chunkwise(length: 7))
  }

  @Test("--dialect offers the dialects of language models; msr is an error that names the right command")
  func dialects() throws {
    #expect(Dialect.allValueStrings == ["fla", "torchscale"])
    #expect(try ModelArguments.parse(["--dialect", "torchscale"]).dialect == .torchscale)
    for (value, words) in [("msr", "retain --module"), ("gguf", "'fla' and 'torchscale'")] {
      let error = try #require(throws: (any Error).self) { _ = try ModelArguments.parse(["--dialect", value]) }
      #expect(ModelArguments.message(for: error).contains(words), "\(ModelArguments.message(for: error))")
    }
  }

  @Test("Sampling values default to the model's")
  func sampling() throws {
    var model = SamplingOptions()
    model.topK = 12
    model.temperature = 0.5
    let given = try SamplingArguments.parse(["--temperature", "0", "--seed", "9", "--repetition-penalty", "1.5"])
    let sampling = given.choices.applied(to: model)
    #expect(sampling.temperature == 0)
    #expect(sampling.topK == 12)
    #expect(sampling.seed == 9)
    #expect(sampling.repetitionPenalty == 1.5)
  }

  @Test(
    "Values out of range are rejected with their names",
    arguments: [
      "logits --tokens 1 --chunk-length 0", "logits --tokens 1 --eps nan", "logits --tokens 1 --eps=-1",
      "logits --tokens 1 --form square", "logits --tokens 1 --norm3 yes", "logits --tokens 1,x",
      "generate -p x --temperature nan", "generate -p x --temperature 11", "generate -p x --top-k=-1",
      "generate -p x --top-p 1.5", "generate -p x --min-p=-0.1", "generate -p x --repetition-penalty 0",
      "generate -p x --max-tokens 0", "evaluate --model m", "evaluate --text a --threads 0",
      "retain --cases a --check --double", "tokenize x --decode 1",
    ])
  func refused(line: String) throws {
    let arguments = line.split(separator: " ").map(String.init)
    #expect(throws: (any Error).self) { try RetNetCommand.parseAsRoot(arguments) }
    do {
      _ = try RetNetCommand.parseAsRoot(arguments)
    } catch {
      #expect(RetNetCommand.exitCode(for: error) == .validationFailure)
      let name = arguments.last { $0.hasPrefix("-") }?.split(separator: "=").first ?? ""
      #expect(RetNetCommand.message(for: error).contains(line.hasPrefix("evaluate --model") ? "--text" : name))
    }
  }

  @Test("The model is --model, else $RETNET_MODEL, else the bundled chat, and never the current folder")
  func models() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("retnet-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["bundle/chat", "bundle/other", "checkout/chat", "own"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)/config.json"))
    }
    func find(_ asked: String?, _ variable: String? = nil, bundles: [String] = ["/nowhere", "\(folder)/bundle"]) throws
      -> String
    {
      let environment = variable.map { ["RETNET_MODEL": $0] } ?? [:]
      let arguments = try ModelArguments.parse(asked.map { ["--model", $0] } ?? [])
      return try arguments.folder(environment: environment, bundles: bundles)
    }
    #expect(try find(nil) == "\(folder)/bundle/chat")
    #expect(try find(nil, "") == "\(folder)/bundle/chat")
    #expect(try find(nil, "other") == "\(folder)/bundle/other")
    #expect(try find("\(folder)/own", "other") == "\(folder)/own")
    #expect(throws: ModelCatalogError.self) { try find("missing") }
    #expect(throws: ModelCatalogError.unknown(name: "chat", bundled: [])) { try find(nil, bundles: []) }
    let both = ["\(folder)/bundle", "\(folder)/checkout"]
    #expect(throws: ModelCatalogError.unknown(name: "none", bundled: ["chat", "other"]), "each name once") {
      try find("none", bundles: both)
    }
  }
}

import Foundation
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetCommands
@testable import TerminalKit

@Suite("retnet verify")
struct VerifyCommandTests {
  private static let model = RetNetProgram.reference("fla-f32")

  @Test("Forms of a stored model pass, with JSON that has every form, head and stage")
  func passes() throws {
    let run = try RetNetProgram([
      "verify", "--model", Self.model, "--tokens", "1,5,9,2,8,4,4,1,7", "--chunk-length", "3", "--json",
    ])
    #expect(run.status == 0)
    let json = try #require(try run.json())
    #expect(json["passed"] as? Bool == true)
    #expect(json["exact"] as? Bool == true)
    let budget = try #require(json["budget"] as? Double)
    let forms = try #require(json["forms"] as? [String: [String: Double]])
    #expect(forms.keys.sorted() == ["chunkwise", "parallel", "recurrent"])
    for form in forms.values {
      #expect((form["maxAbsolute"] ?? -1) > 0)
      #expect((form["maxRelative"] ?? 1) < budget)
      #expect((form["maxRelative"] ?? -1) > 0)
    }
    let configuration = try ModelConfiguration(
      json: Data(contentsOf: URL(fileURLWithPath: Self.model + "/config.json")))
    let layers = try #require(json["layers"] as? [[String: Any]])
    #expect(layers.count == configuration.layers)
    for layer in layers {
      let heads = try #require(layer["heads"] as? [[String: Any]])
      #expect(heads.map { $0["head"] as? Int } == (0..<configuration.heads).map { $0 })
      for head in heads {
        let names = [
          "parallel", "recurrent", "chunkwise 1", "chunkwise 3", "chunkwise 7", "chunkwise 10", "chunkwise 64",
        ]
        for stage in ["beforeGroupNorm", "afterGroupNorm"] {
          #expect((head[stage] as? [[String: Any]])?.map { $0["form"] as? String } == names)
        }
      }
    }
  }

  @Test("torchscale's norm 3 is compared only after the group norm and reported as inexact")
  func torchscale() throws {
    let arguments = ["verify", "--model", Self.model, "--tokens", "1,5,9,2,8", "--norm3", "torchscale"]
    let run = try RetNetProgram(arguments + ["--json"])
    #expect(run.status == 0)
    #expect(run.errorLines.count { $0.contains("norm 3") } == 1)
    let json = try #require(try run.json())
    #expect(json["exact"] as? Bool == false)
    #expect(json["passed"] as? Bool == true)
    #expect(json["notCompared"] as? [String] == [])
    let off = try RetNetProgram(arguments + ["--group-norm", "off", "--json"])
    let left = try #require(try off.json())
    #expect(off.status == 0)
    #expect((left["forms"] as? [String: Any])?.keys.sorted() == ["parallel"])
    #expect((left["notCompared"] as? [String])?.first == "recurrent")
  }

  @Test("verify reads a text, a built-in text or random tokens, and its table fits 80 columns")
  func texts() throws {
    let folder = try TinyModelFolder()
    let run = try RetNetProgram(["verify", "--model", folder.path, "--text", "-"], input: Array("the cat\n".utf8))
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.output.contains("standard input"))
    #expect(run.output.contains("Passed."))
    let given = try RetNetProgram(["verify", "--model", folder.path, "--text", "-5 degrees", "--all"])
    #expect(given.status == 0)
    // Only --all has a row for each of the 4 heads of 2 layers.
    func rows(_ run: RetNetProgram) -> Int { run.output.split(separator: "\n").count { $0.hasPrefix("    ") } }
    #expect(rows(run) == 2)
    #expect(rows(given) == 8)
    let random = try RetNetProgram(["verify", "--model", Self.model])
    #expect(random.status == 0)
    #expect(random.output.contains("random tokens"))
    for output in [run.output, given.output, random.output] {
      #expect(output.split(separator: "\n").dropFirst(2).allSatisfy { TextWidth.width(of: String($0)) <= 80 })
    }
    let built = try VerifiedText(
      text: nil, tokens: nil, folder: folder.path, model: RetNetModel.load(from: folder.path))
    #expect(built.source == "the built-in text")
    #expect(built.tokens.count > 300)
  }

  @Test("A text that is too long is truncated")
  func cut() throws {
    var text = try VerifiedText(
      text: nil, tokens: Array(repeating: 1, count: 5000), folder: Self.model,
      model: RetNetModel.load(from: Self.model))
    #expect(text.cut() == 5000)
    #expect(text.tokens.count == 4096)
    #expect(text.cut() == nil)
  }

  @Test("Wrong input gives one line")
  func badInput() throws {
    func refused(_ arguments: [String], _ words: String, status: Int32 = 2) throws {
      let run = try RetNetProgram(["verify"] + arguments)
      #expect(run.status == status, "\(run.errors)")
      #expect(run.output.isEmpty, "\(run.errors)")
      #expect(run.errors.contains(words), "\(run.errors)")
      if status == 2 { #expect(run.errorLines.count == 1) }
    }
    let folder = try TinyModelFolder()
    try refused(["--model", Self.model, "--text", "hi"], "tokenizer.model")
    try refused(["--model", folder.path, "--text", ""], "empty")
    try refused(["--model", Self.model, "--tokens", "1,-3"], "index 1")
    try refused(["--model", Self.model, "--tokens", ""], "no tokens")
    try refused(["--model", "/nowhere/at-all"], "/nowhere/at-all")
    try refused(["--tokens", "1", "--text", "a"], "either", status: 64)
    try refused(["--tokens", "1", "--chunk-length", "0"], "--chunk-length", status: 64)
    try refused(["--tokens", "1,x"], "1,x", status: 64)
  }

  @Test("The verdict on a broken form names layer, head, form and token")
  func verdict() throws {
    let model = RetNetModel(
      ModelConfiguration(vocabularySize: 13, modelDim: 8, layers: 2, heads: 2, feedForwardDim: 8), seed: 4)
    let scratch = RetentionScratch<Float>()
    let found = try Verification(model, tokens: (0..<20).map { $0 % 13 }, norms: model.norms) {
      head, form, input, state, output in
      head.compute(form, input, state: &state, output: output, scratch: scratch)
      guard form == .chunkwise(length: 7), head.gamma == 1 - 1.0 / 64 else { return }
      for n in 14..<20 { output.row(n)[0] *= 1.5 }
    }
    let report = VerificationReport(found, model: "tiny", source: "tokens")
    #expect(report.verdict.contains("head 1, chunkwise 7 differs"))
    #expect(report.verdict.contains("the first wrong token is 14"))
    #expect(report.verdict.contains("2 of 4 heads differ, in chunkwise 7."))
    #expect(report.text(all: true).contains("×"))
  }
}

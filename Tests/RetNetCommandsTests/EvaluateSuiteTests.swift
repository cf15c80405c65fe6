import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetCommands
@testable import RetNetSession
@testable import RetNetText

@Suite("retnet evaluate --suite")
struct EvaluateSuiteTests {
  private static let probes = Probes(
    recall: [
      Probe(messages: ["I am *Anna*.", "Who am I?"], expect: "anna|none", kind: "my_name"),
      Probe(messages: ["I live in Rome.", "hm", "Where?"], expect: ".", kind: "town"),
    ],
    manners: [Probe(messages: ["hi"], expect: "no such answer", kind: "greeting")])

  /// A folder with a tiny model and a file of probes.
  private struct Folder {
    let model: TinyModelFolder
    var probes: String { model.path + "/probes.json" }

    init(_ probes: Data? = nil, symbols: [String] = [ChatFormat.userSymbol, ChatFormat.replySymbol]) throws {
      model = try TinyModelFolder(symbols: symbols)
      try (probes ?? JSONEncoder().encode(EvaluateSuiteTests.probes)).write(to: URL(fileURLWithPath: self.probes))
    }

    func evaluate(_ options: String..., environment: [String: String] = [:]) throws -> RetNetProgram {
      try RetNetProgram(
        [
          "evaluate", "--model", model.path, "--suite", probes, "--dialogue", model.path + "/dialogue.txt",
          "--conversations", "6",
        ] + options, environment: environment)
    }
  }

  @Test("JSON has the losses, conversations and every probe, equal on one thread and on three")
  func json() throws {
    let folder = try Folder()
    let run = try folder.evaluate("--json", "--threads", "1")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty, "\(run.errors)")
    #expect(try folder.evaluate("--json", "--threads", "3").output == run.output)
    #expect(try folder.evaluate("--json", "--seed", "2").output != run.output)
    let json = try #require(try run.json())
    #expect(json["bitsPerByte"] as? Double ?? 0 > 0)
    let document = try String(contentsOfFile: Repository.document("docs/evaluation.md"), encoding: .utf8)
    for key in json.keys { #expect(document.contains("\"\(key)\""), "\(key)") }
    let conversations = try #require(json["conversations"] as? [String: Any])
    #expect(conversations["count"] as? Int == 6)
    #expect(conversations["replies"] as? Int == 6)
    let words = try #require(conversations["words"] as? [String: Double])
    // Each reply of the file has four, five or six words.
    #expect((4...6).contains(words["dataMedian"] ?? 0))
    #expect(
      abs((words["medianRatio"] ?? 0) - (words["median"] ?? 0) / (words["dataMedian"] ?? 0)) < 1e-12)
    for (name, probes) in [("recall", Self.probes.recall), ("manners", Self.probes.manners)] {
      let part = try #require(json[name] as? [String: Any])
      let results = try #require(part["probes"] as? [[String: Any]])
      #expect(results.map { $0["messages"] as? [String] } == probes.map(\.messages))
      #expect(results.map { ($0["replies"] as? [String])?.count } == probes.map(\.messages.count))
      #expect(part["count"] as? Int == probes.count)
      #expect(part["matched"] as? Int == results.count { $0["matched"] as? Bool == true })
    }
    let kinds = (json["recall"] as? [String: Any])?["kinds"] as? [String: [String: Double]]
    #expect(kinds?.keys.sorted() == ["my_name", "town"])
    #expect((json["sampling"] as? [String: Any])?["seed"] as? Int == 1)
  }

  @Test("The report has every probe with its messages and replies; the text output has every manners probe")
  func report() throws {
    let folder = try Folder()
    let path = folder.model.path + "/report.md"
    let run = try folder.evaluate("--report", path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty, "\(run.errors)")
    let json = try #require(try folder.evaluate("--json").json())
    let report = try String(contentsOfFile: path, encoding: .utf8)
    for (name, probes) in [("recall", Self.probes.recall), ("manners", Self.probes.manners)] {
      let results = try #require((json[name] as? [String: Any])?["probes"] as? [[String: Any]])
      for (index, (result, probe)) in zip(results, probes).enumerated() {
        let replies = try #require(result["replies"] as? [String])
        let verdict = result["matched"] as? Bool == true ? "matched" : "missed"
        #expect(report.contains("**\(index + 1). \(probe.kind.replacing("_", with: "\\_")): \(verdict)** "))
        for (message, reply) in zip(probe.messages, replies) {
          #expect(report.contains("- \(message.replacing("*", with: "\\*")) → \(MarkdownText.escaped(reply))\n"))
        }
      }
    }
    #expect(report.contains("**1. greeting: missed** Expected: no such answer"))
    #expect(report.contains("anna\\|none"))
    #expect(!report.contains(folder.model.path))
    let lines = run.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("greeting  no       hi → ") }, "\(run.output)")
    #expect(lines.contains { $0.hasPrefix("recall ") && $0.contains("2") })
  }

  @Test("Options override the model's sampling; the settings file does not")
  func sampling() throws {
    let folder = try Folder()
    let settings = folder.model.path + "/settings.yaml"
    try "sampling:\n  top-k: 3\n".write(toFile: settings, atomically: true, encoding: .utf8)
    try #"{"temperature":0.5,"seed":9}"#.write(
      toFile: folder.model.path + "/generation_config.json", atomically: true, encoding: .utf8)
    let run = try folder.evaluate(
      "--json", "--temperature", "0.25", environment: ["RETNET_SETTINGS": settings])
    let sampling = try #require(try run.json()?["sampling"] as? [String: Any])
    #expect(sampling["temperature"] as? Double == 0.25)
    #expect(sampling["topK"] as? Int == SamplingOptions().topK)
    #expect(sampling["seed"] as? Int == 9)
  }

  @Test("Wrong files and a model without turns give one line and exit status 2")
  func refused() throws {
    func refused(_ run: RetNetProgram, _ words: String..., location: SourceLocation = #_sourceLocation) {
      #expect(run.status == 2, sourceLocation: location)
      #expect(run.output.isEmpty, sourceLocation: location)
      #expect(run.errorLines.count == 1, sourceLocation: location)
      for word in words { #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: location) }
    }
    refused(try Folder(Data("{".utf8)).evaluate(), "probes.json", "not JSON")
    refused(try Folder(Data("{}".utf8)).evaluate(), "probes.json", "'recall'")
    let probe = #"{"messages":["a"],"expect":"(","kind":"b"}"#
    refused(try Folder(Data("{\"recall\":[\(probe)]}".utf8)).evaluate(), "probes.json", "recall[0]", "'('")
    let folder = try Folder()
    try FileManager.default.removeItem(atPath: folder.probes)
    refused(try folder.evaluate(), "no file", "probes.json")
    refused(try Folder(symbols: []).evaluate(), "'<|user|>'")
    refused(try Folder().evaluate("--report", "/nowhere/at-all/report.md"), "/nowhere/at-all/report.md")
    refused(try Folder().evaluate("--report", NSTemporaryDirectory()), "folder")
  }

  @Test(
    "Suite options require --suite, and --conversations requires --dialogue",
    arguments: [
      (["--dialogue", "a", "--conversations", "3"], "requires --suite"),
      (["--dialogue", "a", "--report", "a"], "requires --suite"),
      (["--dialogue", "a", "--top-k", "3"], "require --suite"),
      (["--dialogue", "a", "--seeds", "1,2"], "requires --suite"),
      (["--suite", "b", "--conversations", "3"], "requires --dialogue"),
      (["--suite", "b", "--seeds", "1,2", "--seed", "3"], "either --seed or --seeds"),
      (["--suite", "b", "--seeds", "1,1"], "'1,1'"), (["--suite", "b", "--seeds", "1,b"], "'1,b'"),
      (["--suite", "b", "--seeds", ""], "--seeds"), (["--suite"], "--suite"),
      (["--dialogue", "a", "--suite", "b", "--conversations", "0"], "1 or more"),
    ])
  func usage(arguments: [String], words: String) throws {
    let run = try RetNetProgram(["evaluate"] + arguments)
    #expect(run.status == 64, "\(run.errors)")
    #expect(run.output.isEmpty, "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test("Markup in a text is escaped, on one line")
  func markdown() {
    #expect(MarkdownText.escaped("a|b *c*\n<d> `e` [f](g)") == "a\\|b \\*c\\* \\<d\\> \\`e\\` \\[f\\](g)")
    var table = MarkdownTable(["a", "b"])
    table.add(["x|y", "1"])
    #expect(table.text == "| a | b |\n|---|---:|\n| x\\|y | 1 |\n")
  }
}

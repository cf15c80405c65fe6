import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetCommands

@Suite("retnet evaluate --suite: conversations with checks")
struct EvaluateChecksTests {
  /// Replies of a random model have some of these letters and not others.
  private static let checks = #"""
    {"patterns": {"vowel": "[aeiou]"},
     "conversations": [
      {"name": "*one*", "kind": "talk", "turns": [
        {"say": "the cat", "checks": [
          {"kind": "letter", "expect": "{vowel}"}, {"kind": "word", "expect": "the", "reject": "dog"}]},
        {"say": "where do they live"}]},
      {"name": "two", "kind": "end", "turns": [
        {"say": "hi|", "checks": [{"kind": "letter", "reject": "{vowel}"}]},
        {"say": "bye", "checks": [{"kind": "never", "expect": "no such answer"}]}]},
      {"name": "three", "kind": "talk", "turns": [
        {"say": "a|b", "checks": [{"kind": "letter", "expect": "s", "reject": "z"}]}]}]}
    """#

  /// A folder with a tiny model and a file of conversations.
  private struct Folder {
    let model: TinyModelFolder
    var checks: String { model.path + "/checks.json" }

    init(_ checks: String = EvaluateChecksTests.checks) throws {
      model = try TinyModelFolder()
      try checks.write(toFile: self.checks, atomically: true, encoding: .utf8)
    }

    func evaluate(_ options: String...) throws -> RetNetProgram {
      try RetNetProgram(["evaluate", "--model", model.path, "--suite", checks] + options)
    }

    func checks(_ options: String...) throws -> [String: Any] {
      let run = try RetNetProgram(["evaluate", "--model", model.path, "--suite", checks, "--json"] + options)
      return try #require(try run.json()?["checks"] as? [String: Any], "\(run.errors)")
    }
  }

  /// The replies and verdicts of a run, in order.
  private static func turns(_ checks: [String: Any]) throws -> [(turn: [String: Any], checks: [[String: Any]])] {
    try #require(checks["turns"] as? [[String: Any]]).map { ($0, try #require($0["checks"] as? [[String: Any]])) }
  }

  @Test("Every verdict matches the expressions evaluated on the turn's reply")
  func verdicts() throws {
    let turns = try Self.turns(try Folder().checks())
    func contains(_ text: String, _ pattern: String) throws -> Bool {
      let expression = try NSRegularExpression(pattern: pattern, options: .caseInsensitive)
      return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
    for (turn, checks) in turns {
      let reply = try #require(turn["reply"] as? String)
      for check in checks {
        let isExpected = try (check["expect"] as? String).map { try contains(reply, $0) } ?? true
        let isRejected = try (check["reject"] as? String).map { try contains(reply, $0) } ?? false
        let passes = isRejected ? false : isExpected
        #expect(check["passed"] as? Bool == passes, "\(reply) \(check)")
      }
    }
    #expect(turns.map { $0.turn["say"] as? String } == ["the cat", "where do they live", "hi|", "bye", "a|b"])
    #expect(turns.map { $0.turn["conversation"] as? String } == ["*one*", "*one*", "two", "two", "three"])
    #expect(turns.map { $0.turn["kind"] as? String } == ["talk", "talk", "end", "end", "talk"])
    #expect(turns.map { $0.turn["turn"] as? Int } == [0, 1, 0, 1, 0])
    #expect(
      turns.flatMap { $0.checks }.map { $0["kind"] as? String } == ["letter", "word", "letter", "never", "letter"])
    #expect(
      turns.flatMap { $0.checks }.map { $0["expect"] as? String } == ["[aeiou]", "the", nil, "no such answer", "s"])
  }

  @Test("The counts in total, per kind of check and per kind of conversation match the verdicts")
  func counts() throws {
    let json = try Folder().checks()
    let turns = try Self.turns(json)
    func expect(_ score: Any?, _ passed: [Bool?], location: SourceLocation = #_sourceLocation) throws {
      let score = try #require(score as? [String: Double], sourceLocation: location)
      let right = passed.count { $0 == true }
      #expect(score["count"] == Double(passed.count), sourceLocation: location)
      #expect(score["passed"] == Double(right), sourceLocation: location)
      #expect(score["share"] == Double(right) / Double(passed.count), sourceLocation: location)
      #expect(score.count == 3, sourceLocation: location)
    }
    let all = turns.flatMap { $0.checks }
    try expect(json.filter { ["count", "passed", "share"].contains($0.key) }, all.map { $0["passed"] as? Bool })
    let kinds = try #require(json["kinds"] as? [String: Any])
    #expect(kinds.keys.sorted() == ["letter", "never", "word"])
    for (kind, score) in kinds {
      try expect(score, all.filter { $0["kind"] as? String == kind }.map { $0["passed"] as? Bool })
    }
    let conversations = try #require(json["conversations"] as? [String: Any])
    #expect(conversations.keys.sorted() == ["end", "talk"])
    for (kind, score) in conversations {
      let checks = turns.filter { $0.turn["kind"] as? String == kind }.flatMap { $0.checks }
      try expect(score, checks.map { $0["passed"] as? Bool })
    }
    let seeds = try #require(json["seeds"] as? [[String: Double]])
    #expect(seeds.count == 1)
    #expect(seeds[0]["seed"] == 1)
    for key in ["passed", "share"] { #expect(seeds[0][key] == json[key] as? Double) }
  }

  @Test("Without dialogue, measures that need it are omitted")
  func withoutDialogue() throws {
    let folder = try Folder()
    let run = try folder.evaluate("--json")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try run.json()?.keys.sorted() == ["checks", "sampling"])
    let text = try folder.evaluate()
    #expect(text.status == 0, "\(text.errors)")
    #expect(!text.output.contains("bits/byte"))
    #expect(!text.output.contains("median"))
  }

  @Test("One report has the probes and conversations of several files")
  func together() throws {
    let folder = try Folder()
    let probe = #"{"messages":["hi"],"expect":".","kind":"greeting"}"#
    let probes = folder.model.path + "/probes.json"
    try #"{"recall":[\#(probe)],"manners":[\#(probe)]}"#.write(toFile: probes, atomically: true, encoding: .utf8)
    let more = folder.model.path + "/more.json"
    try Self.checks.write(toFile: more, atomically: true, encoding: .utf8)
    let run = try folder.evaluate(
      probes, more, "--dialogue", folder.model.path + "/dialogue.txt", "--conversations", "2", "--json")
    let json = try #require(try run.json(), "\(run.errors)")
    for key in ["bitsPerByte", "conversations", "recall", "manners", "checks"] { #expect(json[key] != nil, "\(key)") }
    #expect((json["checks"] as? [String: Any])?["count"] as? Int == 10)
    let document = try String(contentsOfFile: Repository.document("docs/evaluation.md"), encoding: .utf8)
    for key in json.keys { #expect(document.contains("\"\(key)\""), "\(key)") }
  }

  @Test("With several seeds a count is the mean over seeds, with its range")
  func seeds() throws {
    let folder = try Folder()
    let dialogue = ["--dialogue", folder.model.path + "/dialogue.txt", "--conversations", "3", "--json"]
    func json(_ options: String...) throws -> [String: Any] {
      let run = try RetNetProgram(
        ["evaluate", "--model", folder.model.path, "--suite", folder.checks] + dialogue + options)
      return try #require(try run.json(), "\(run.errors)")
    }
    let singles = try ["4", "2", "9"].map { try json("--seed", $0) }
    let together = try json("--seeds", "4,2,9")
    for path in [
      ["checks", "passed"], ["checks", "share"], ["checks", "kinds", "letter", "passed"],
      ["checks", "conversations", "talk", "share"], ["checks", "repeating", "count"], ["checks", "cutOff", "count"],
      ["conversations", "replies"], ["conversations", "words", "median"], ["conversations", "cutOff", "count"],
    ] {
      func value(_ json: [String: Any], _ suffix: String = "") -> Any? {
        let object = path.dropLast().reduce(Optional(json)) { $0?[$1] as? [String: Any] }
        return object?[path[path.count - 1] + suffix]
      }
      let values = try singles.map { try #require(value($0) as? Double) }
      let mean = try #require(value(together) as? Double)
      #expect(abs(mean - (values[0] + values[1] + values[2]) / 3) < 1e-12, "\(path)")
      let sorted = values.sorted()
      #expect(value(together, "Range") as? [Double] == [sorted[0], sorted[2]], "\(path)")
    }
    let checks = try #require(together["checks"] as? [String: Any])
    #expect((checks["seeds"] as? [[String: Any]])?.map { $0["seed"] as? Int } == [4, 2, 9])
    #expect((together["sampling"] as? [String: Any])?["seeds"] as? [Int] == [4, 2, 9])
    let replies = try singles.flatMap { single in
      try Self.turns(try #require(single["checks"] as? [String: Any])).map { $0.turn["reply"] as? String }
    }
    #expect(try Self.turns(checks).map { $0.turn["reply"] as? String } == replies)
  }

  @Test("With several seeds every probe is listed once per seed")
  func seedsOfProbes() throws {
    let folder = try Folder(
      #"{"recall":[{"messages":["a"],"expect":"e","kind":"x"}],"manners":[{"messages":["b"],"expect":".","kind":"y"}]}"#
    )
    let run = try folder.evaluate("--json", "--seeds", "3,1")
    let recall = try #require(try run.json()?["recall"] as? [String: Any])
    #expect(recall["count"] as? Int == 1)
    let probes = try #require(recall["probes"] as? [[String: Any]])
    #expect(probes.map { $0["seed"] as? Int } == [3, 1])
    #expect(recall["matched"] as? Double == Double(probes.count { $0["matched"] as? Bool == true }) / 2)
    let text = try folder.evaluate("--seeds", "3,1").output
    #expect(text.contains("seeds 3, 1"))
    #expect(text.contains("y, seed 3  yes "))
  }

  @Test("The report has every message with the reply and a mark for each check")
  func report() throws {
    let folder = try Folder()
    let path = folder.model.path + "/report.md"
    let run = try folder.evaluate("--report", path)
    #expect(run.status == 0, "\(run.errors)")
    let report = try String(contentsOfFile: path, encoding: .utf8)
    for (turn, checks) in try Self.turns(try folder.checks()) {
      let texts = try ["say", "reply"].map { MarkdownText.escaped(try #require(turn[$0] as? String)) }
      let marks = checks.map { " \($0["passed"] as? Bool == true ? "✓" : "✗") \($0["kind"] as? String ?? "")" }
      let number = try #require(turn["turn"] as? Int) + 1
      let line = "\(number). \(texts[0]) → \(texts[1])\(marks.joined())"
      #expect(report.split(separator: "\n").contains { $0 == line }, "\(line)")
    }
    #expect(report.contains("**\\*one\\*, talk: "))
    #expect(report.contains("| kind of check | passed | of | share |"))
    #expect(report.contains("| kind of conversation | passed | of | share |"))
    #expect(report.contains("| conversations with checks: no end | "))
    #expect(run.output.split(separator: "\n").contains { $0.hasPrefix("never ") })
  }

  @Test("The report of several seeds has each conversation once per seed")
  func reportOfSeeds() throws {
    let folder = try Folder()
    let path = folder.model.path + "/report.md"
    _ = try folder.evaluate("--report", path, "--seeds", "1,2")
    let report = try String(contentsOfFile: path, encoding: .utf8)
    let titles = report.split(separator: "\n").filter { $0.hasPrefix("**") }.map { $0.prefix { $0 != ":" } }
    #expect(
      titles == [
        "**\\*one\\*, talk, seed 1", "**\\*one\\*, talk, seed 2", "**two, end, seed 1", "**two, end, seed 2",
        "**three, talk, seed 1", "**three, talk, seed 2",
      ])
  }

  @Test("A wrong file gives one line with file, conversation, turn and expectation")
  func refused() throws {
    let run = try Folder(
      #"{"conversations":[{"name":"one","kind":"a","turns":[{"say":"a","checks":[{"kind":"a","expect":"("}]}]}]}"#
    ).evaluate()
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errorLines.count == 1)
    #expect(
      run.errors.contains(
        "checks.json', conversation 'one', turns[0], checks[0]: found \"(\" as 'expect', expected a regular expression."
      ))
  }

  @Test("One seed prints a number, several print the mean and the range")
  func spread() {
    #expect(SeedSpread([84]).countText == "84")
    #expect(SeedSpread([80, 84, 89]).countText == "84.3 (80 to 89)")
    #expect(SeedSpread([1.5, 2]).text("%.1f", mean: "%.2f") == "1.75 (1.5 to 2.0)")
    #expect(SeedSpread([.nan, 2.0]).text("%.1f", mean: "%.1f") == "–")
  }
}

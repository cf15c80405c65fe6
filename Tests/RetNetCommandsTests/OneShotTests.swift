import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("One-shot replies, as text and JSON")
struct OneShotTests {
  private func objects(_ run: RetNetProgram) throws -> [[String: Any]] {
    try run.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func summary(_ lines: [[String: Any]]) throws -> [String: Any] {
    #expect(lines.last?.count == 1)
    return try #require(lines.last?["summary"] as? [String: Any])
  }

  private func number(_ value: Any?) throws -> Double { try #require(value as? NSNumber).doubleValue }

  @Test("JSON has a line for each token, and a summary that adds up", arguments: [["generate"], ["chat"]])
  func json(command: [String]) throws {
    let model = try TinyModelFolder()
    let arguments = command + ["--model", model.path, "-p", "the cat", "--max-tokens", "8", "--seed", "3"]
    let run = try RetNetProgram(arguments + ["--json", "--top", "3"])
    #expect(run.status == 0)
    #expect(!run.output.contains("\u{1B}"))
    let lines = try objects(run)
    let (tokens, summary) = (lines.dropLast(), try self.summary(lines))
    for token in tokens {
      #expect(Set(token.keys) == ["token", "text", "logProbability", "entropy", "piece", "top"])
      let top = try #require(token["top"] as? [[String: Any]])
      let values = try top.map { try number($0["logProbability"]) }
      #expect(values.count == 3)
      #expect(values == values.sorted(by: >))
      #expect(try number(token["logProbability"]) <= values[0])
      #expect(Set(top[0].keys) == ["token", "piece", "logProbability"])
    }
    #expect(
      Set(summary.keys) == ["text", "tokens", "logProbability", "endLogProbability", "finish", "stop", "seed"])
    #expect(summary["tokens"] as? Int == tokens.count)
    #expect(summary["text"] as? String == tokens.compactMap { $0["text"] as? String }.joined())
    let sum = try tokens.reduce(0) { try $0 + number($1["logProbability"]) }
    #expect(abs(try number(summary["logProbability"]) - sum) < 1e-9)
    #expect(summary["seed"] as? Int == 3)
    #expect(["end", "length"].contains(summary["finish"] as? String))
    // The same command writes the same bytes.
    #expect(try RetNetProgram(arguments + ["--json", "--top", "3"]).output == run.output)
    // As text, it is the same reply.
    let text = try RetNetProgram(arguments).output
    #expect(
      text.trimmingCharacters(in: .whitespacesAndNewlines)
        == (summary["text"] as? String)?.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  @Test("A stop string ends text and JSON at the same place, in chat, plain mode and generate")
  func stop() throws {
    let model = Repository.document("Models/chat")
    let common = ["--model", model, "--max-tokens", "30", "--temperature", "0"]
    let whole = try RetNetProgram(["generate", "-p", "Do you like old films?", "--form", "recurrent"] + common).output
      .dropLast()
    // From the end of one word into the next.
    let space = try #require(whole.dropFirst(4).firstIndex(of: " "))
    let stop = String(whole[whole.index(space, offsetBy: -2)...].prefix(4))
    let expected = String(whole[..<(try #require(whole.range(of: stop)).lowerBound)])
    let given = common + ["--stop", stop]
    #expect(
      try RetNetProgram(["generate", "-p", "Do you like old films?", "--form", "recurrent"] + given).output == expected
        + "\n")
    let summary = try self.summary(try objects(try RetNetProgram(["-p", "Do you like old films?", "--json"] + given)))
    #expect(summary["text"] as? String == expected)
    #expect(summary["finish"] as? String == "stop")
    #expect(summary["stop"] as? String == stop)
    #expect(summary["endLogProbability"] is NSNull)
    let shown = String(expected.drop { $0 == " " }) + "\n"
    #expect(try RetNetProgram(["-p", "Do you like old films?"] + given).output == shown)
    #expect(try RetNetProgram(["--plain"] + given, input: Array("Do you like old films?\n".utf8)).output == shown)
    let typed = try RetNetProgram(
      ["--plain"] + common, input: Array(":stop \(stop)\nDo you like old films?\n:stop off\n:sampling\n".utf8))
    #expect(typed.output.hasPrefix(shown))
    #expect(typed.errors.contains("stop '\(stop)'"))
    #expect(!(typed.output.split(separator: "\n").last ?? "").contains("stop"))
  }

  @Test("A pattern holds for text, JSON and plain mode, and both probabilities are reported")
  func regex() throws {
    let model = try TinyModelFolder()
    let common = ["--model", model.path, "--regex", "(yes|no)[.!]", "--seed", "2"]
    let run = try RetNetProgram(["-p", "the cat", "--json"] + common)
    let summary = try self.summary(try objects(run))
    let text = try #require(summary["text"] as? String)
    #expect(["yes.", "yes!", "no.", "no!"].contains(text))
    let (own, allowed) = (try number(summary["logProbability"]), try number(summary["allowedLogProbability"]))
    #expect(own < allowed)
    #expect(allowed <= 0)
    #expect(try number(summary["allowedEndLogProbability"]) == 0)
    #expect(try RetNetProgram(["-p", "the cat"] + common).output == text + "\n")
    let generated = try RetNetProgram(["generate", "-p", "the cat", "--form", "recurrent"] + common)
    #expect(generated.output == text + "\n")
    #expect(generated.errors.contains("with the pattern"))
    let typed = try RetNetProgram(
      ["--plain", "--model", model.path, "--seed", "2"],
      input: Array(":regex (yes|no)[.!]\nthe cat\n:regex a(b\n:regex off\n:sampling\n".utf8))
    #expect(typed.output.hasPrefix(text + "\n"))
    #expect(typed.errors.contains(":regex got 'a(b', it takes a regular expression: '(' at character 1 has no ')'."))
  }

  @Test("Choices have probabilities that add up, and the best one is taken at temperature 0")
  func choice() throws {
    let model = try TinyModelFolder()
    let arguments = [
      "-p", "the cat", "--model", model.path, "--temperature", "0", "--choice", "yes", "--choice", "no", "--choice",
      "yes, the dog",
    ]
    let run = try RetNetProgram(arguments + ["--json"])
    let lines = try objects(run)
    let choices = lines.dropLast()
    #expect(choices.map { $0["choice"] as? String } == ["yes", "no", "yes, the dog"])
    let values = try choices.map { try number($0["probability"]) }
    #expect(abs(values.reduce(0, +) - 1) < 1e-9)
    let best = try #require(values.indices.max { values[$0] < values[$1] })
    let summary = try self.summary(lines)
    #expect(summary["text"] as? String == choices[best]["choice"] as? String)
    #expect(summary["finish"] as? String == "choice")
    #expect(try number(summary["probability"]) == values[best])
    let text = try RetNetProgram(arguments)
    #expect(text.output == "\(choices[best]["choice"] ?? "")\n")
    #expect(text.errorLines.count == 1)
    #expect(text.errors.hasPrefix("retnet: \(choices[best]["choice"] ?? "") "))
  }

  @Test("A batch answers in order, as each prompt alone, and reports a wrong line in its place")
  func batch() throws {
    let model = try TinyModelFolder()
    let common = ["--model", model.path, "--max-tokens", "6", "--seed", "4"]
    let lines = [
      "the cat", "", "{\"prompt\":\"the dog\",\"id\":\"d\"}", "{\"prompt\":1}", "{\"promt\":\"x\",\"id\":9}", "{",
      "{\"prompt\":\"   \"}",
      "{\"messages\":[{\"role\":\"user\",\"content\":\"the cat\"},{\"role\":\"assistant\",\"content\":\"yes\"},"
        + "{\"role\":\"user\",\"content\":\"where\"}],\"id\":7}",
      "{\"messages\":[{\"role\":\"assistant\",\"content\":\"yes\"}]}", "where do they live\r",
    ]
    let input = Array(lines.joined(separator: "\n").utf8) + [0x0A, 0xFF, 0x0A]
    let run = try RetNetProgram(["--batch", "-", "--json"] + common, input: input)
    #expect(run.status == 2)
    #expect(run.errorLines == ["retnet: 6 of 10 prompts failed."])
    let results = try objects(run)
    let ids = results.map { "\($0["id"] ?? "none")" }
    #expect(ids == ["1", "d", "4", "9", "6", "7", "7", "9", "10", "11"])
    #expect(results.map { $0["error"] != nil } == [false, false, true, true, true, true, false, true, false, true])
    #expect(try #require(results[3]["error"] as? String).contains("unknown key 'promt'"))
    #expect(try #require(results[9]["error"] as? String).contains("UTF-8"))
    for (index, prompt) in [(0, "the cat"), (1, "the dog"), (8, "where do they live")] {
      let alone = try summary(try objects(try RetNetProgram(["-p", prompt, "--json"] + common)))
      #expect(results[index]["text"] as? String == alone["text"] as? String)
      #expect(try number(results[index]["logProbability"]) == number(alone["logProbability"]))
    }
    // From a file, as text: the same replies, and an empty line for each error.
    let file = try TemporaryFile(bytes: input)
    let text = try RetNetProgram(["--batch", file.path] + common)
    #expect(text.status == 2)
    #expect(!text.output.contains("\u{1B}"))
    #expect(text.output == results.map { "\($0["text"] as? String ?? "")\n" }.joined())
    #expect(text.errorLines.count == 7)
    #expect(text.errorLines[0].hasPrefix("retnet: line 4: "))
  }

  @Test("With --top, each line of a batch has its pieces; with --choice, its choices")
  func batchDetails() throws {
    let model = try TinyModelFolder()
    let common = ["--batch", "-", "--json", "--model", model.path, "--max-tokens", "3"]
    let pieces = try objects(try RetNetProgram(common + ["--top", "2"], input: Array("the cat\nthe dog".utf8)))
    #expect(pieces.count == 2)
    for line in pieces {
      let pieces = try #require(line["pieces"] as? [[String: Any]])
      #expect(pieces.count == line["tokens"] as? Int)
      #expect(pieces.allSatisfy { ($0["top"] as? [Any])?.count == 2 })
    }
    let chosen = try objects(
      try RetNetProgram(common + ["--choice", "yes", "--choice", "no"], input: Array("the cat\nthe dog\n".utf8)))
    #expect(chosen.allSatisfy { ($0["choices"] as? [Any])?.count == 2 })
  }

  @Test(
    "Wrong combinations of options are wrong usage",
    arguments: [
      ["--json"], ["--batch", "x", "-p", "y"], ["-p", "x", "--choice", "a"],
      ["-p", "x", "--choice", "a", "--choice", "a"],
      ["-p", "x", "--choice", "a", "--choice", ""], ["-p", "x", "--top", "3"], ["-p", "x", "--json", "--top", "101"],
      ["-p", "x", "--regex", "a("], ["-p", "x", "--stop", ""],
      ["-p", "x", "--regex", "a", "--choice", "a", "--choice", "b"],
      ["-p", "x", "--stop", "a", "--choice", "a", "--choice", "b"], ["generate"],
      ["-p", "x", "--json", "--screenshot", "a.txt"],
    ])
  func usage(arguments: [String]) throws {
    let run = try RetNetProgram(arguments)
    #expect(run.status == 64, "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test("A missing file of prompts is bad input")
  func missing() throws {
    let model = try TinyModelFolder()
    let run = try RetNetProgram(["--batch", "/nonexistent/prompts", "--model", model.path])
    #expect(run.status == 2)
    #expect(run.errorLines.count == 1)
  }

  @Test("Standard input is a message of plain mode, and the prompt of -p -")
  func input() throws {
    let model = try TinyModelFolder()
    let arguments = ["--model", model.path, "--max-tokens", "5"]
    let message = try RetNetProgram(arguments, input: Array("the cat\n".utf8))
    let prompt = try RetNetProgram(arguments + ["-p", "-"], input: Array("the cat\n".utf8))
    #expect(message.status == 0)
    #expect(message.output == prompt.output)
    #expect(message.errorLines.first == "retnet: stdin or stdout is not a terminal: using plain mode (--plain).")
    #expect(message.errorLines.dropFirst() == prompt.errorLines[...])
  }

  @Test("A closed pipe ends the program with 0 and without a message")
  func closedPipe() throws {
    let model = try TinyModelFolder()
    let command = "--model '\(model.path)' --json --max-tokens 300 --temperature 3"
    for line in ["$RETNET -p the \(command)", "yes the | $RETNET --batch - \(command)"] {
      let run = try RetNetProgram(shell: "(\(line); echo \"status $?\" >&2) | head -1")
      #expect(run.output.split(separator: "\n").count == 1)
      #expect(run.errors == "status 0\n")
    }
  }
}

/// A file that is removed on deinitialization.
private final class TemporaryFile {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("retnet-\(UUID().uuidString)").path

  init(bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

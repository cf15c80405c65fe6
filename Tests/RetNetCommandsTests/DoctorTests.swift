import Foundation
import Testing

@testable import RetNet
@testable import RetNetCommands
@testable import TerminalKit

@Suite("doctor", .serialized)
struct DoctorTests {
  /// The status and value of each check, by group and name.
  private func checks(_ run: RetNetProgram) throws -> [String: (status: String, value: String, reason: String?)] {
    let report = try #require(try run.json())
    var found: [String: (String, String, String?)] = [:]
    for group in try #require(report["groups"] as? [[String: Any]]) {
      for check in try #require(group["checks"] as? [[String: Any]]) {
        #expect(Set(check.keys) == ["name", "status", "value", "reason"])
        let (name, status) = (try #require(check["name"] as? String), try #require(check["status"] as? String))
        let reason = check["reason"] as? String
        #expect((status == "ok") == (reason == nil), "\(name)")
        found["\(group["name"] ?? "")/\(name)"] = (status, try #require(check["value"] as? String), reason)
      }
    }
    #expect(report["problems"] as? Int == found.values.count { $0.0 == "problem" })
    #expect(report["notes"] as? Int == found.values.count { $0.0 == "note" })
    #expect(report["usable"] as? Bool == (run.status == 0))
    return found
  }

  @Test("A usable program without a terminal has notes and exits 0")
  func usable() throws {
    let model = try TinyModelFolder()
    let run = try RetNetProgram(
      ["doctor", "--json", "--model", model.path], environment: ["TERM": "xterm-256color", "LANG": "C.UTF-8"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty)
    let checks = try checks(run)
    #expect(checks["Program/version"]?.value == RetNetCommand.version)
    #expect(checks["Model/shape"]?.value.hasPrefix("2 layers × 4 heads") == true)
    #expect(checks["Model/hash"]?.value.count == 64)
    #expect(checks["Model/chat symbols"]?.status == "ok")
    #expect(checks["Model/sampling"]?.status == "note")
    #expect(checks["Terminal/type"]?.value == "xterm-256color")
    #expect(checks["Terminal/screen"]?.status == "note")
    #expect(checks["Terminal/colours"]?.reason?.contains("COLORTERM is unset") == true)
    #expect(checks["Machine/kernels"]?.value == ComputeLibraries.vectorLevel)
    #expect(checks["Machine/threads"]?.status == "ok")
    #expect(checks["Files/settings"]?.value.contains("/nonexistent/retnet/settings.yaml") == true)
    let text = try RetNetProgram(["doctor", "--model", model.path])
    #expect(text.status == 0)
    #expect(!text.output.contains("\u{1B}"))
    for group in ["Program", "Model", "Terminal", "Machine", "Files"] { #expect(text.output.contains("\(group)\n")) }
  }

  @Test("--full verifies the model and measures it")
  func full() throws {
    let model = try TinyModelFolder()
    let checks = try checks(try RetNetProgram(["doctor", "--json", "--full", "--model", model.path]))
    #expect(checks["Model/forms"]?.status == "ok")
    #expect(checks["Model/speed"]?.value.hasSuffix("tokens a second") == true)
  }

  @Test("What is wrong is a problem with its reason, and the exit code is 1")
  func problems() throws {
    let model = try TinyModelFolder()
    let missing = try RetNetProgram(["doctor", "--json", "--model", "/nonexistent/model"])
    #expect(missing.status == 1)
    #expect(try checks(missing)["Model/model"]?.reason?.contains("/nonexistent/model") == true)

    let settings = FileManager.default.temporaryDirectory.appendingPathComponent("retnet-\(UUID().uuidString).yaml")
    try Data("thraeds: 2\n".utf8).write(to: settings)
    defer { try? FileManager.default.removeItem(at: settings) }
    let wrong = try RetNetProgram(
      ["doctor", "--json", "--model", model.path],
      environment: ["RETNET_SETTINGS": settings.path, "RETNET_THREADS": "x"])
    #expect(wrong.status == 1)
    let found = try checks(wrong)
    #expect(found["Files/settings"]?.reason?.contains("thraeds") == true)
    #expect(found["Machine/threads"]?.reason?.contains("RETNET_THREADS") == true)

    try FileManager.default.removeItem(atPath: model.path + "/tokenizer.model")
    #expect(
      try checks(try RetNetProgram(["doctor", "--json", "--model", model.path]))["Model/tokenizer"]?.status == "problem"
    )
  }

  @Test("An unknown terminal and colours that are off are notes with a reason")
  func terminals() throws {
    let model = try TinyModelFolder()
    func checks(_ environment: [String: String]) throws -> [String: (status: String, value: String, reason: String?)] {
      try self.checks(try RetNetProgram(["doctor", "--json", "--model", model.path], environment: environment))
    }
    #expect(try checks(["TERM": "no-such-terminal"])["Terminal/type"]?.reason?.contains("plain mode") == true)
    #expect(try checks(["TERM": ""])["Terminal/type"]?.value == "TERM is unset")
    #expect(try checks(["TERM": "dumb"])["Terminal/type"]?.status == "note")
    #expect(
      try checks(["TERM": "xterm-256color", "NO_COLOR": "1"])["Terminal/colours"]?.reason?.contains("NO_COLOR") == true)
    let direct = try checks(["TERM": "xterm-256color", "COLORTERM": "truecolor"])["Terminal/colours"]
    #expect(direct?.status == "ok")
    #expect(direct?.value.hasPrefix("24 bits") == true)
  }

  private static let background = "\u{1B}]11;rgb:fdfd/f6f6/e3e3\u{1B}\\\u{1B}[?62;22c"

  /// Runs doctor in a terminal whose user types the answers in advance.
  private func output(answers: String, _ environment: [String: String] = [:]) async throws -> String {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"), ["doctor", "--model", model.path], environment: environment, columns: 160,
      rows: 60)
    let modes = terminal.initialModes
    try terminal.send(answers)
    #expect(try await terminal.waitForExit() == 0)
    #expect(terminal.modes == modes)
    #expect(String(decoding: terminal.output, as: UTF8.self).contains("\u{1B}[6n"))
    return terminal.screen.text
  }

  @Test("On a terminal, the widths of characters and the background are measured, and the modes restored")
  func measured() async throws {
    let texts = DoctorReport.Group.measuredTexts
    let widths = texts.map { "\u{1B}[3;\(TextWidth.width(of: $0) + 1)R" }.joined()
    let screen = try await output(answers: Self.background + widths)
    #expect(screen.contains("#fdf6e3"), "\(screen)")
    #expect(screen.contains("as Unicode has them, \(texts.count) measured"), "\(screen)")
    #expect(screen.contains("160 × 60"))
  }

  @Test("Another width is a note that names the character")
  func otherWidth() async throws {
    let widths = DoctorReport.Group.measuredTexts.map { $0 == "→" ? 2 : TextWidth.width(of: $0) }
    let answers = widths.map { "\u{1B}[3;\($0 + 1)R" }.joined()
    let screen = try await output(answers: Self.background + answers)
    #expect(screen.contains("→ has 2, not 1"), "\(screen)")
  }

  @Test("A terminal that answers nothing is reported so")
  func silent() async throws {
    let screen = try await output(answers: "")
    #expect(screen.contains("no answer"), "\(screen)")
    #expect(screen.contains("The terminal does not report its cursor"), "\(screen)")
  }

  @Test("Reports of the cursor are found between other input")
  func reports() {
    #expect(TerminalProbe.widths(in: Array("x\u{1B}[1;2Ry\u{1B}[A\u{1B}[12;34R\u{1B}[5".utf8)) == [1, 33])
    #expect(TerminalProbe.widths(in: Array("\u{1B}[1;99999999999999999999R".utf8)).isEmpty)
  }
}

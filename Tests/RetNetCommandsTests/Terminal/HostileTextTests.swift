import Foundation
import Testing

@testable import RetNet
@testable import RetNetText

/// Every way from a model, a file or an argument to a terminal.
@Suite("No text from outside controls a terminal")
struct HostileTextTests {
  /// Colours and a title, bidirectional controls, C1 and other controls. `[31mX` is what a terminal may get of it.
  static let hostile = "\u{1B}[31mX\u{1B}]2;t\u{7}\u{202E}\u{2066}\u{9B}2J\u{9D}\u{2028}\u{200F}\u{61C}\u{7F}\u{85}"
  static let harmless = "[31mX"

  /// A folder with files whose names and contents are hostile.
  final class Folder: Sendable {
    let path: String
    let model: String
    /// Tokens whose pieces are hostile.
    let tokens: String
    private let tiny: TinyModelFolder

    init() throws {
      tiny = try TinyModelFolder()
      path = URL(fileURLWithPath: tiny.path).deletingLastPathComponent().path
      model = path + "/" + hostile
      try Self.replacePieces(in: ModelFolder.path(tiny.path, ModelFolder.tokenizerFile))
      try FileManager.default.copyItem(atPath: tiny.path, toPath: model)
      let tokenizer = try Tokenizer.load(from: ModelFolder.path(model, ModelFolder.tokenizerFile))
      tokens = (0..<tokenizer.vocabularySize).filter { tokenizer.piece($0).contains("\u{1B}") }
        .prefix(8).map(String.init).joined(separator: ",")
      for (name, text) in files { try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8) }
    }

    private var files: [(String, String)] {
      let escaped = #"\e[31mX\e]2;t\a\u202E\u2066\x9B"#
      let step = """
          - say: "S \(escaped)"
            do: [feed: "a3 \(escaped)"]
            ask: {question: "Q \(escaped)", number: 1, tolerance: 1 %}
            hints: ["H \(escaped)"]
            why: "W \(escaped)"
            page: explore writers

        """
      let lesson = """
        name: NAME
        title: "T \(escaped)"
        about: "A \(escaped)"
        model: recall
        steps:

        """ + String(repeating: step, count: 3)
      return [
        (hostile + ".txt", "U: hi \(hostile)\nB: the cat \(hostile)\n"),
        ("lesson.yaml", lesson.replacing("NAME", with: "hostile")),
        (hostile + ".yaml", lesson.replacing("NAME", with: "hostile")),
        ("wrong.yaml", lesson.replacing("NAME", with: "\"\(escaped)\"")),
        ("settings.yaml", "\"\(escaped)\": 3\n"),
        (
          "messages", "the cat \(hostile)\n:explore writers\n:explore reading\n:explore branches\n:explore prediction\n"
        ),
        ("commands", ":\(hostile)\n:find \(hostile)\n:model \(hostile)\n:lesson \(hostile)\n:set \(hostile)\n:help\n"),
        (
          "exports",
          "hi\n:export logits /nonexistent/\(hostile)\n:open-session \(hostile)\n:break token \(hostile)\n:goto \(hostile)\n"
        ),
        (
          "pages",
          "hi \(hostile)\n:explore overview\n:explore cell\n:explore statistics\n:back\n:forms\n:forms agreement\n:forms norms\n"
        ),
        ("lesson-lines", "\(hostile)\nhint\nwhy\n?\(hostile)\n:\(hostile)\nnext\nquit\n"),
        ("text", "the cat \(hostile)"), ("empty", ""),
      ]
    }

    /// Replaces pieces of the vocabulary by hostile ones of the same length in bytes.
    private static func replacePieces(in path: String) throws {
      let url = URL(fileURLWithPath: path)
      var bytes = try Data(contentsOf: url)
      let tokenizer = try Tokenizer.load(from: path)
      let pieces = (0..<tokenizer.vocabularySize).map { tokenizer.piece($0) }
      let names = Set(pieces.filter { $0.utf8.count >= 6 && !$0.hasPrefix("<") })
      for name in names {
        let length = name.utf8.count
        let start = [UInt8](HostileTextTests.piece.utf8) + Array(repeating: 0x78, count: length)
        // A unique end keeps pieces different.
        let end = Array(name.utf8.filter { $0 < 0x80 })
        var piece = Array(start.prefix(max(6, length - end.count)))
        piece += end.suffix(length - piece.count)
        piece += Array(repeating: 0x79, count: length - piece.count)
        // A string of a protocol buffer: its length, its bytes.
        let (old, new) = (Data([UInt8(length)] + Array(name.utf8)), Data([UInt8(length)] + piece))
        while let range = bytes.range(of: old) { bytes.replaceSubrange(range, with: new) }
      }
      try bytes.write(to: url)
    }
  }

  static let piece = "\u{1B}[31mX"
  private static let folder = Result { try Folder() }

  /// A command line, run by a shell in a pseudo-terminal.
  struct Route: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    /// The file that is its standard input; nil for the terminal.
    var input: String?
    /// What its output must have, to show that the hostile text reached it.
    var shows = HostileTextTests.harmless
    var environment: [String: String] = [:]

    init(
      _ arguments: String..., input: String? = "empty", shows: String = harmless, environment: [String: String] = [:]
    ) {
      (self.arguments, self.input, self.shows, self.environment) = (arguments, input, shows, environment)
    }

    var testDescription: String {
      (arguments + [input.map { "< \($0)" } ?? ""]).joined(separator: " ").replacing(hostile, with: "HOSTILE")
    }
  }

  /// MODEL, TOKENS and FOLDER are replaced.
  static let routes: [Route] = [
    // Pieces of the tokenizer
    Route("tokenize", "--model", "MODEL", "--decode", "TOKENS"),
    Route("tokenize", "--model", "MODEL", "--decode", "TOKENS", "--json", shows: "\\u001b[31mX"),
    Route("tokenize", "--model", "MODEL", hostile, shows: "<0x1B>"),
    Route("tokenize", "--model", "MODEL", input: "text", shows: "<0x1B>"),
    Route("generate", "--model", "MODEL", "-p", hostile, "--seed", "3", "--temperature", "9", shows: "\u{FFFD}"),
    Route("generate", "--model", "MODEL", "-p", "hi", "--raw", "--seed", "3", "--temperature", "9", shows: "\u{FFFD}"),
    Route("generate", "--model", "MODEL", "-p", "-", "--json", "--temperature", "9", input: "text", shows: "\"token\""),
    Route("logits", "--model", "MODEL", "--tokens", "TOKENS"),
    Route("logits", "--model", "MODEL", "--tokens", "TOKENS", "--form", "recurrent"),
    Route("-p", hostile, "--model", "MODEL", "--seed", "3", "--temperature", "9", shows: "\u{FFFD}"),
    Route("--plain", "--model", "MODEL", "--temperature", "9", input: "messages"),
    Route("--plain", "--model", "MODEL", "--temperature", "9", input: "pages", shows: "error vs Eq. 4"),
    Route("--plain", "--model", "MODEL", "--temperature", "9", "--raw", input: "messages"),
    Route("--plain", "--model", "MODEL", input: "commands"),
    Route("--plain", "--model", "MODEL", input: "exports"),
    Route("inspect", "--model", "MODEL"),
    Route("inspect", "--model", "MODEL", "--json", shows: "\"dialect\""),
    Route("verify", "--model", "MODEL", "--text", hostile),
    Route("evaluate", "--model", "MODEL", "--dialogue", "FOLDER/\(hostile).txt"),
    Route("evaluate", "--model", "MODEL", "--dialogue", "FOLDER/\(hostile).txt", "--json", shows: "bitsPerByte"),
    // Names of files
    Route("inspect", "--model", "/nonexistent/\(hostile)"),
    Route("evaluate", "--model", "MODEL", "--dialogue", "/nonexistent/\(hostile)"),
    Route("evaluate", "--model", "MODEL", "--suite", "/nonexistent/\(hostile)"),
    Route("evaluate", "--model", "MODEL", "--suite", "FOLDER/\(hostile).yaml"),
    Route("generate", "--model", "MODEL", "-p", "a", "--persona", hostile),
    Route("convert", "MODEL", "FOLDER/\(hostile)-f16", "--type", "f16"),
    Route("convert", "MODEL", "MODEL", "--type", "f16"),
    Route("convert", "MODEL", "FOLDER/measured", "--type", "f16", "--measure", "FOLDER/\(hostile).txt"),
    Route("retain", "--cases", "/nonexistent/\(hostile)"),
    Route("retain", "--cases", "FOLDER/\(hostile).txt"),
    Route("curves", "/nonexistent/\(hostile)"),
    Route("bench", "--model", "/nonexistent/\(hostile)"),
    Route("train", "--data", "/nonexistent/\(hostile)", "--out", "FOLDER/none", "--vocabulary", "bytes"),
    Route("train", "--resume", "--out", "/nonexistent/\(hostile)"),
    Route(
      "train", "--data", "FOLDER/\(hostile).txt", "--out", "FOLDER/\(hostile)-run", "--vocabulary", "bytes",
      "--model-dim", "16", "--layers", "1", "--heads", "2", "--steps", "3", "--sample-prompt", hostile,
      "--valid", "FOLDER/\(hostile).txt"),
    Route(
      "train", "--data", "FOLDER/\(hostile).txt", "--out", "FOLDER/\(hostile)-json", "--vocabulary", "bytes",
      "--model-dim", "16", "--layers", "1", "--heads", "2", "--steps", "3", "--json"),
    Route("-p", "a", "--model", "MODEL", "--screenshot", "/nonexistent/\(hostile).txt"),
    // Lessons
    Route("lesson", "FOLDER/lesson.yaml", input: "lesson-lines"),
    Route("lesson", "FOLDER/\(hostile).yaml", input: "lesson-lines"),
    Route("lesson", "--list", "FOLDER/lesson.yaml"),
    Route("lesson", "--list", "FOLDER/wrong.yaml", shows: "31mX"),
    Route("lesson", "--check", "FOLDER/\(hostile).yaml"),
    Route("lesson", "--check", "FOLDER/wrong.yaml", shows: "wrong.yaml"),
    Route("lesson", "--json", "FOLDER/lesson.yaml", shows: "\\u202e"),
    Route("lesson", hostile),
    Route("lesson", "--list", shows: "[31mX", environment: ["RETNET_LESSONS": "FOLDER/lesson.yaml"]),
    // Arguments
    Route(hostile), Route("help", hostile), Route("--\(hostile)"), Route("logits", "--\(hostile)", shows: "Error: "),
    Route("logits", "--tokens", hostile), Route("generate", "-p", "a", "--temperature", hostile),
    Route("chat", "-p", "a", "--screenshot", "a.txt", "--size", hostile),
    Route("chat", "-p", "a", "--screenshot", hostile), Route("convert", "a", "b", "--type", hostile),
    Route("train", "--vocabulary", hostile), Route("train", "--betas", hostile), Route("bench", "--only", hostile),
    Route("bench", "--plot", hostile), Route("verify", "--bogus=\(hostile)", shows: "Error: "),
    // The environment and the settings file
    Route("generate", "-p", "a", "--model", "MODEL", environment: ["RETNET_THREADS": hostile]),
    Route("-p", "a", "--model", "MODEL", environment: ["RETNET_SETTINGS": "FOLDER/settings.yaml"]),
    Route("inspect", environment: ["RETNET_MODEL": "/nonexistent/\(hostile)"]),
    Route("chat", "--model", "MODEL", input: nil, environment: ["TERM": hostile]),
  ]

  /// What of the output may not reach a terminal, and controls that no command has as its own.
  private func findings(_ output: [UInt8]) -> [String] {
    var text = String(decoding: output, as: UTF8.self)
    // Training redraws its lines with these.
    for own in [/\u{1B}\[[0-9]+A/, /\u{1B}\[K/, /\u{1B}\[J/] { text = text.replacing(own, with: "") }
    return text.unicodeScalars.filter { scalar in
      if scalar == "\n" || scalar == "\r" || scalar == "\t" { return false }
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: return true
      default: return scalar.properties.generalCategory == .format
      }
    }.map { String($0.value, radix: 16) }
  }

  @Test("The output on a terminal has no control characters from outside", arguments: routes)
  func route(_ route: Route) async throws {
    let folder = try Self.folder.get()
    func filled(_ text: String) -> String {
      text.replacing("MODEL", with: folder.model).replacing("TOKENS", with: folder.tokens)
        .replacing("FOLDER", with: folder.path)
    }
    var environment = route.environment.mapValues(filled)
    let script = route.input == nil ? "exec \"$0\" \"$@\"" : "exec \"$0\" \"$@\" <\"$INPUT\""
    environment["INPUT"] = route.input.map { folder.path + "/" + $0 }
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", script, PseudoTerminal.product("retnet")] + route.arguments.map(filled),
      environment: environment, columns: 2000, rows: 50)
    if route.input == nil {
      try await terminal.wait("plain mode") { $0.contains("is ready") }
      try terminal.send("\u{4}")
    }
    _ = try await terminal.waitForExit(seconds: 60)
    #expect(findings(terminal.output).isEmpty)
    #expect(String(decoding: terminal.output, as: UTF8.self).contains(route.shows))
  }

  @Test("The app's screen shows hostile pieces, titles and messages without control characters")
  func screen() async throws {
    let folder = try Self.folder.get()
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"), ["--model", folder.model, "--temperature", "9", "--max-tokens", "60"],
      environment: ["RETNET_LESSONS": folder.path + "/lesson.yaml"], columns: 120, rows: 40)
    try await terminal.wait("the model is loaded") { $0.contains("2 layers × 4 heads") }
    try terminal.send("\u{1B}[200~the \(Self.hostile.filter { $0 != "\u{1B}" })\u{1B}[201~\r")
    try await terminal.wait("the reply has ended") { $0.contains("bot  ") && !$0.contains("Space pauses") }
    for command in ["explore writers", "explore reading", "explore branches", "explore prediction", "forms", "lesson"] {
      try terminal.send(":\(command)\r")
      try await Task.sleep(for: .milliseconds(300))
    }
    try await terminal.wait("the title of the lesson") { $0.contains(Self.harmless) }
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
    var text = String(decoding: terminal.output, as: UTF8.self)
    // The question for the background, before the screen is shown.
    if let question = text.range(of: "\u{1B}]11;?\u{1B}\\") { text.removeSubrange(question) }
    // The control sequences of ncurses: CSI, character sets, keypad modes and reverse index. No string sequences.
    text = text.replacing(/\u{1B}(\[[?>]?[0-9;]*[A-Za-z@]|[()][A-Z0-9]|[=>M78])/, with: "")
    text = text.filter { $0 != "\u{8}" && $0 != "\u{F}" && $0 != "\u{E}" }
    #expect(findings(Array(text.utf8)).isEmpty)
  }

  @Test("Lessons and pages have no control characters in a pipe either")
  func reports() throws {
    let folder = try Self.folder.get()
    let lines = Array(":lesson\n:lesson hostile\nwhy\nhint\nnext\n:explore writers\nquit\n".utf8)
    let run = try RetNetProgram(
      ["--plain", "--model", folder.model], input: lines,
      environment: ["RETNET_LESSONS": folder.path + "/lesson.yaml"])
    #expect(run.status == 0)
    #expect(run.output.contains("T " + Self.harmless))
    #expect(run.output.contains("S " + Self.harmless))
    #expect(findings(Array(run.output.utf8)).isEmpty)
    #expect(findings(Array(run.errors.utf8)).isEmpty)
  }

  @Test("generate and tokenize write the text to a pipe unchanged")
  func exact() throws {
    let folder = try Self.folder.get()
    let decoded = try RetNetProgram(["tokenize", "--model", folder.model, "--decode", folder.tokens])
    #expect(decoded.output.contains(Self.piece))
    let arguments = ["generate", "--model", folder.model, "-p", "hi", "--raw", "--seed", "3", "--temperature", "9"]
    let (text, json) = (try RetNetProgram(arguments), try RetNetProgram(arguments + ["--json"]))
    let lines = try json.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(text.output == lines.map { $0["text"] as? String ?? "" }.joined() + "\n")
    #expect(text.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }
}

@Suite("Standard streams")
struct StandardStreamTests {
  @Test("Help and version that cannot be written give one line and exit status 2", arguments: ["--help", "--version"])
  func fullHelp(option: String) throws {
    let run = try RetNetProgram(shell: "\"$RETNET\" \(option) >/dev/full")
    #expect(run.status == 2)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains("Standard output cannot be written"))
  }

  @Test(
    "A reader that has closed the pipe gives exit status 0",
    arguments: ["chat --plain --max-tokens 5", "-p hi", "generate -p hi", "--help", "inspect", "tokenize a"])
  func closedPipe(line: String) throws {
    let model = try TinyModelFolder()
    // The command starts when the reader has ended.
    let run = try RetNetProgram(
      shell: "{ sleep 1; yes hi | head -50 | RETNET_MODEL='\(model.path)' \"$RETNET\" \(line); echo $? >&2; } | true")
    #expect(run.errorLines.last == "0")
    #expect(!run.errors.contains("cannot be written"))
  }

  @Test("A message has at most 2,000 characters, and shows both ends of a long value")
  func longMessage() throws {
    let value = "a" + String(repeating: "x", count: 100_000) + "b"
    for arguments in [[value], ["inspect", "--model", value], ["logits", "--tokens", value], ["--\(value)"]] {
      let run = try RetNetProgram(arguments)
      #expect([2, 64].contains(run.status))
      #expect(run.errors.count <= 2001)
      #expect(run.errors.contains("…"))
      #expect(run.errorLines.count <= 10)
    }
    let unknown = try RetNetProgram([value])
    #expect(unknown.errors.contains("'ax"))
    #expect(unknown.errors.contains("xb'"))
    #expect(unknown.errors.contains("'retnet --help' lists all commands."))
    let lines = try RetNetProgram(["logits", "--tokens", String(repeating: "x\n", count: 500)])
    #expect(lines.status == 64)
    #expect(lines.errorLines.count <= 10)
  }
}

import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI

@Suite("Commands on the input line")
struct CommandTableTests {
  static let right: [(String, Command)] = [
    (":temperature 0.5", .set(.sampling(.temperature, 0.5))), ("/temperature 0", .set(.sampling(.temperature, 0))),
    (":t 10", .set(.sampling(.temperature, 10))),
    (":top-k 40", .set(.sampling(.topK, 40))), (":top-k 0", .set(.sampling(.topK, 0))),
    (":top-p 1", .set(.sampling(.topP, 1))),
    (":min-p 0.05", .set(.sampling(.minP, 0.05))),
    (":penalty 1.1", .set(.sampling(.repetitionPenalty, 1.1))), (":typical-p 0.5", .set(.sampling(.typicalP, 0.5))),
    (":top-n-sigma 1.5", .set(.sampling(.topNSigma, 1.5))),
    (":frequency-penalty -0.5", .set(.sampling(.frequencyPenalty, -0.5))),
    (":presence-penalty 1", .set(.sampling(.presencePenalty, 1))),
    (":repetition-window 12", .set(.sampling(.repetitionWindow, 12))),
    (":logit-bias 17 -2.5", .set(.logitBias(token: 17, -2.5))), (":seed 18446744073709551615", .set(.seed(.max))),
    (":sampling", .sampling),
    (":sampling default", .set(.defaultSampling)), (":norm1 off", .set(.norm1(false))),
    (":norm2 on", .set(.norm2(true))),
    (":norm3 paper", .set(.norm3(.paper))), (":norm3 torchscale", .set(.norm3(.torchscale))),
    (":group-norm rms", .set(.groupNorm(.rms))),
    (":eps 1e-5", .set(.epsilon(1e-5))), (":eps model", .set(.epsilon(nil))), (":norms", .norms),
    (":layer 3", .set(.layer(3))),
    (":head 0", .set(.head(0))), (":scale p99", .set(.scale(.percentile))),
    (":scale sqrt", .set(.scale(.root))), (":scale linear", .set(.scale(.linear))),
    (":theme High-Contrast", .theme(.highContrast)), (":scale symlog", .set(.scale(.symlog))),
    (":scale 2.5", .set(.scale(.fixed(2.5)))), (":probe 7 41", .probe(row: 7, column: 41)),
    (":probe 7,41", .probe(row: 7, column: 41)), (":max-tokens 10", .set(.maximumTokens(10))),
    (":speed max", .set(.speed(nil))),
    (":speed 5", .set(.speed(5))), (":state", .state), (":step", .step), (":back", .back), (":undo", .undo),
    (":reset", .reset), (":persona", .personas), (":persona witty", .persona("witty")), (":persona off", .persona(nil)),
    (":model a folder/b", .model("a folder/b")), (":help", .help), (":quit", .quit), (":q", .quit),
    (":goto start", .goTo(0)), (":goto 7", .goTo(8)), (":lesson", .lesson(nil)), (":lesson decay", .lesson("decay")),
    (":save-screen out/a.svg", .saveScreen(path: "out/a.svg", format: .svg)),
    (":save-screen a.b.TXT", .saveScreen(path: "a.b.TXT", format: .txt)), ("  :QUIT  ".trimmedForTest, .quit),
  ]

  @Test("Every command is parsed", arguments: right)
  func understood(line: String, command: Command) throws {
    #expect(try CommandTable.parse(line) == command)
  }

  @Test(
    "A value out of range or not a number is rejected with the value found and the one expected",
    arguments: [
      ":temperature -1", ":temperature 10.1", ":temperature nan", ":temperature inf", ":temperature warm",
      ":temperature 0x1", ":top-k -1", ":top-k 1.5", ":top-k 99999999999999999999", ":top-p 1.1", ":min-p -0.1",
      ":penalty 0", ":logit-bias 3", ":logit-bias -3 1", ":logit-bias 3 101", ":typical-p 2", ":seed -1", ":seed 1.5",
      ":norm1 yes", ":norm3 on", ":group-norm none", ":eps -1", ":eps 2",
      ":layer -1", ":head x", ":scale 0", ":scale -1", ":probe 1", ":probe 1 2 3", ":probe -1 2", ":max-tokens 0",
      ":speed 0", ":speed -3", ":speed 1e9", ":save-screen a", ":save-screen a.png", ":save-screen .svg", ":quit now",
      ":sampling mine", ":goto -1", ":goto end",
    ])
  func refused(line: String) {
    let error = #expect(throws: CommandError.self) { try CommandTable.parse(line) }
    let found = line.split(separator: " ", maxSplits: 1)[1]
    #expect(error?.description.contains("got '\(found)'") == true)
    #expect(error?.description.contains("it takes ") == true)
  }

  @Test("An error names the missing argument")
  func missing() {
    #expect(throws: CommandError.missingArgument(name: "temperature", expected: "a number from 0 to 10")) {
      try CommandTable.parse(":temperature")
    }
    #expect(throws: CommandError.self) { try CommandTable.parse(":") }
  }

  @Test("The error for a misspelt command suggests the nearest one; for an unrelated word it suggests none")
  func suggestions() {
    #expect(throws: CommandError.unknown(name: "temprature", suggestion: "temperature")) {
      try CommandTable.parse(":temprature 1")
    }
    #expect(throws: CommandError.unknown(name: "temp", suggestion: "temperature")) { try CommandTable.parse(":temp") }
    #expect(throws: CommandError.unknown(name: "xyzzy", suggestion: nil)) { try CommandTable.parse(":xyzzy") }
  }

  @Test("Typed letters list the commands that begin with them")
  func completions() {
    #expect(CommandTable.completions(of: ":nor").map(\.name) == ["norm1", "norm2", "norm3", "norms"])
    #expect(CommandTable.completions(of: "nor").isEmpty)
    #expect(CommandTable.completions(of: ":norms x").isEmpty)
  }
}

extension String {
  fileprivate var trimmedForTest: String { CommandTable.trimmed(self) }
}

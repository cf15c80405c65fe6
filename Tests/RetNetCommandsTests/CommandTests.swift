import Foundation
import Testing

@testable import RetNetCommands

@Suite("Commands")
struct CommandTests {
  @Test("The command is called retnet")
  func name() {
    #expect(RetNetCommand.configuration.commandName == "retnet")
  }

  @Test("--version prints the name with a semantic version and exits 0", arguments: [[], ["chat"], ["train"]])
  func version(of command: [String]) throws {
    let run = try RetNetProgram(command + ["--version"])
    #expect(run.status == 0)
    #expect(run.output == "retnet \(RetNetCommand.version)\n")
    #expect(run.errors.isEmpty)
    // MAJOR.MINOR.PATCH without leading zeros, then an optional pre-release (semver.org, 2.0.0).
    let semantic = #/retnet (0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?\n/#
    #expect(run.output.wholeMatch(of: semantic) != nil, "\(run.output)")
  }

  @Test("The first version below 'Unreleased' in CHANGELOG.md is the program's version")
  func changeLog() throws {
    let path = URL(filePath: #filePath).appending(path: "../../../CHANGELOG.md").standardized
    let text = try String(contentsOf: path, encoding: .utf8)
    let heading = try #require(text.firstRange(of: "\n## [Unreleased]\n"))
    let named = text[heading.upperBound...].firstMatch(of: #/\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?/#)
    #expect(named.map { String($0.0) } == RetNetCommand.version)
  }
}

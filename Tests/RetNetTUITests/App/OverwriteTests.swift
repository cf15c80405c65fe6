import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// Commands that write files, on existing files.
@Suite("Files are replaced only after a question")
struct OverwriteTests {
  @MainActor private func core(asks: Bool) -> AppCore {
    AppCore(
      Fixtures.speaking(), loader: { _, _ in throw CancellationError() },
      environment: AppCore.Environment(hasScreen: true, asks: asks))
  }

  @MainActor private func enter(_ line: String, _ core: AppCore) {
    for character in line { core.receive(.key(.character(character))) }
    core.receive(.key(.enter))
  }

  @Test("On the screen, a name in use is a question: y replaces the file, every other answer leaves it")
  @MainActor func question() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("screen.txt", "mine")
    let core = core(asks: true)
    for answer in ["n", .escape, .enter, .control("c")] as [Key] {
      enter(":save-screen \(path)", core)
      #expect(core.state.question?.path == path)
      #expect(render(core.state).line(23).contains("/screen.txt' exists. Replace it?  y replaces it  n leaves it"))
      core.receive(.key("x"))
      #expect(core.state.question != nil, "another key is no answer")
      core.receive(.key(answer))
      #expect(core.state.question == nil)
      #expect(core.state.notice?.text == "The file is unchanged.")
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }
    enter(":save-screen \(path)", core)
    core.receive(.key("y"))
    #expect(core.state.notice?.text == "Saved to \(path).")
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("Conversation"))
  }

  @Test("The question and the command line are not part of the saved screen; an open panel is")
  @MainActor func panel() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("screen.txt", "mine")
    let core = core(asks: true)
    core.receive(.key(.escape))
    core.receive(.key("?"))
    let shown = render(core.state).text
    enter(":save-screen \(path)", core)
    core.receive(.key("y"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == shown + "\n")
    #expect(core.state.overlay == .help(HelpPage()))
  }

  @Test("A file that cannot be written is an error that does not stop a running reply")
  @MainActor func failure() throws {
    let folder = try TemporaryFolder()
    let core = core(asks: true)
    core.state.phase = .running
    enter(":save-screen \(folder.path("missing/screen.txt"))", core)
    #expect(core.state.notice?.isError == true)
    #expect(core.state.phase == .running)
  }

  @Test("A new name and ':export!' need no question")
  @MainActor func noQuestion() throws {
    let folder = try TemporaryFolder()
    let core = core(asks: true)
    let new = folder.path("s.csv")
    enter(":export state \(new)", core)
    #expect(core.state.question == nil)
    let numbers = try String(contentsOfFile: new, encoding: .utf8)
    #expect(numbers.split(whereSeparator: \.isNewline).count >= 32)
    let old = try folder.write("old.csv", "mine")
    enter(":export! state \(old)", core)
    #expect(try String(contentsOfFile: old, encoding: .utf8) == numbers)
  }

  @Test("Plain mode has no question: it refuses and names the command that replaces the file")
  @MainActor func refusal() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("s.csv", "mine")
    let core = core(asks: false)
    core.receive(.line(":export state \(path)"))
    #expect(
      core.state.notice
        == AppState.Notice(
          text: "'\(path)' exists and is unchanged. ':export! state \(path)' replaces it.", isError: true))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    #expect(core.state.phase == .running, "a refused file does not stop the reply")
    core.receive(.line(":export! state \(path)"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) != "mine")
  }

  @Test("'!' is an error after a command that writes no file")
  func misplaced() {
    #expect(throws: CommandError.writesNoFile(name: "help")) { try CommandTable.parse(":help!") }
    #expect(throws: CommandError.writesNoFile(name: "layer")) { try CommandTable.parse(":layer! 2") }
    #expect(throws: CommandError.missingArgument(name: "save-session", expected: "a file name")) {
      try CommandTable.parse(":save-session!")
    }
    #expect(throws: Never.self) { try CommandTable.parse(":save-session! a.json") }
  }
}

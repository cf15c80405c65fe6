import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

@Suite("The search in the history")
struct HistorySearchTests {
  private static let lines = ["the red fox", "a red car", "the Blue sea", "a red car", "hello"]

  private func state(columns: Int = 80, rows: Int = 24) -> AppState {
    var state = Fixtures.speaking(columns: columns, rows: rows)
    state.input.load(history: Self.lines)
    return state
  }

  private func press(_ keys: Key..., in state: inout AppState) {
    for key in keys { _ = update(&state, .key(key)) }
  }

  @Test("Ctrl-R shows the newest line with the typed text, again an older one; Enter puts it on the line")
  func finds() {
    var state = state()
    press(.control("r"), in: &state)
    Fixtures.type("red", &state)
    #expect(state.foundLine == "a red car")
    press(.control("r"), in: &state)
    #expect(state.foundLine == "the red fox", "the same line is not found twice")
    press(.control("r"), in: &state)
    #expect(state.foundLine == "the red fox")
    #expect(state.historySearchText == "search: red   no other line")
    press(.control("s"), in: &state)
    #expect(state.foundLine == "a red car")
    press(.enter, in: &state)
    #expect(state.input.text == "a red car")
    #expect(state.historySearch == nil)
    #expect(state.queue.isEmpty, "Enter does not send")
  }

  @Test(
    "Esc, Ctrl-G and Ctrl-C leave the draft as it was", arguments: [.escape, .control("g"), .control("c")] as [Key])
  func cancels(key: Key) {
    var state = state()
    Fixtures.type("my draft", &state)
    press(.left, .left, .control("r"), "f", key, in: &state)
    #expect(state.historySearch == nil)
    #expect(state.input.text == "my draft")
    #expect(state.input.cursor == 6)
    #expect(state.isReplying)
  }

  @Test("Small letters find capital ones; Backspace begins again; another key takes the line and acts on it")
  func details() {
    var state = state()
    press(.control("r"), in: &state)
    Fixtures.type("blue", &state)
    #expect(state.foundLine == "the Blue sea")
    press(.backspace, .backspace, .backspace, .backspace, in: &state)
    #expect(state.foundLine == nil)
    Fixtures.type("Red", &state)
    #expect(state.foundLine == nil)
    press(.escape, .control("r"), in: &state)
    Fixtures.type("fox", &state)
    press(.control("a"), "x", in: &state)
    #expect(state.input.text == "xthe red fox")
    press(.control("u"), .control("k"), .control("r"), " ", in: &state)
    #expect(state.phase == .running, "Space is a character of the search")
  }

  @Test("The command line searches the commands")
  func commands() {
    var state = state()
    _ = Fixtures.enter(":layer 2", &state)
    _ = Fixtures.enter(":head 3", &state)
    press(":", .control("r"), "y", .enter, in: &state)
    #expect(state.line.text == ":layer 2")
    #expect(state.isCommanding)
  }

  @Test("Screens with a search", arguments: [(80, 24), (40, 10)])
  func screen(columns: Int, rows: Int) {
    var state = state(columns: columns, rows: rows)
    Fixtures.type("my draft", &state)
    press(.control("r"), in: &state)
    Fixtures.type("red", &state)
    press(.control("r"), in: &state)
    expectScreen(state, "app/search")
  }
}

@Suite("The history between sessions")
struct HistoryFileTests {
  private func file(_ folder: TemporaryFolder) -> HistoryFile {
    HistoryFile(environment: ["XDG_STATE_HOME": folder.root])
  }

  private func message(_ text: String) -> HistoryEntry { HistoryEntry(kind: .message, text: text) }

  private static let name = "retnet/history.jsonl"

  @Test("Entries are read as they were written, in a file for its owner only")
  func writes() throws {
    let folder = try TemporaryFolder()
    let file = file(folder)
    #expect(try file.read() == [])
    let entries = [message("one\ntwo \"三\" \u{1B}"), HistoryEntry(kind: .command, text: ":layer 2")]
    for entry in entries { try file.append(entry) }
    #expect(try file.read() == entries)
    #expect(try folder.mode(Self.name) == 0o600)
    let lines = String(decoding: try folder.bytes(Self.name), as: UTF8.self).split(separator: "\n")
    #expect(lines.last == #"{"kind":"command","text":":layer 2"}"#)
  }

  @Test("Two programs keep each other's lines")
  func twoWriters() throws {
    let folder = try TemporaryFolder()
    DispatchQueue.concurrentPerform(iterations: 4) { writer in
      let file = HistoryFile(environment: ["XDG_STATE_HOME": folder.root])
      for line in 0..<50 {
        do {
          try file.append(HistoryEntry(kind: .message, text: "\(writer) \(line)"))
        } catch {
          Issue.record("\(error)")
        }
      }
    }
    let texts = try file(folder).read().map(\.text)
    #expect(texts.count == 200)
    for writer in 0..<4 { #expect(texts.filter { $0.hasPrefix("\(writer) ") } == (0..<50).map { "\(writer) \($0)" }) }
  }

  @Test("The newest 1,000 entries are kept, and the file does not grow without end")
  func limit() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<1100).map { #"{"kind":"message","text":"old \#($0)"}"# + "\n" }
    try FileManager.default.createDirectory(atPath: folder.path("retnet"), withIntermediateDirectories: true)
    _ = try folder.write(Self.name, lines.joined())
    try folder.setMode(Self.name, 0o600)
    try file(folder).append(message("new"))
    let stored = String(decoding: try folder.bytes(Self.name), as: UTF8.self).split(separator: "\n")
    #expect(stored.count == 1000)
    #expect(stored.first == #"{"kind":"message","text":"old 101"}"#)
    #expect(try file(folder).read().last == message("new"))
    #expect(try folder.mode(Self.name) == 0o600)
    #expect(try folder.contents() == ["retnet"])
  }

  @Test("Damaged lines are skipped, and a line that was cut off does not damage the next")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("retnet"), withIntermediateDirectories: true)
    let good = #"{"kind":"message","text":"good"}"#
    _ = try folder.write(
      Self.name,
      Array("\(good)\n{}\nnot json\n{\"kind\":\"other\",\"text\":\"x\"}\n".utf8) + [0xFF, 0x0A]
        + Array(good.utf8.dropLast(3)))
    try file(folder).append(message("next"))
    #expect(try file(folder).read() == [message("good"), message("next")])
  }

  @Test("A folder or a pipe in place of the file is an error, and nothing waits for it")
  func noFile() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path(Self.name), withIntermediateDirectories: true)
    #expect(throws: FileError.self) { try file(folder).append(message("a")) }
    try FileManager.default.removeItem(atPath: folder.path(Self.name))
    #expect(mkfifo(folder.path(Self.name), 0o600) == 0)
    #expect(throws: FileError.self) { try file(folder).append(message("a")) }
    #expect(throws: FileError.self) { try file(folder).read() }
  }

  @Test("Messages and commands that run are kept, lessons and cancelled lines are not; :history off ends it")
  func remembers() {
    var state = Fixtures.ready()
    #expect(Fixtures.enter("not kept", &state).first == .engine(.submit("not kept")))
    _ = update(&state, .replyEnded)
    state.load([HistoryEntry(kind: .command, text: ":old"), message("older")])
    #expect(Fixtures.enter("Hello", &state).first == .app(.remember(message("Hello"))))
    _ = update(&state, .replyEnded)
    #expect(Fixtures.enter(":head 3", &state) == [.app(.remember(HistoryEntry(kind: .command, text: ":head 3")))])
    Fixtures.type("cleared", &state)
    #expect(update(&state, .key(.control("c"))) == [])
    for key in [":", .up, .up] as [Key] { _ = update(&state, .key(key)) }
    #expect(state.line.text == ":old")
    _ = update(&state, .key(.escape))
    _ = Fixtures.enter(":history off", &state)
    #expect(Fixtures.enter("secret", &state).first == .engine(.submit("secret")))
    _ = update(&state, .replyEnded)
    _ = Fixtures.enter(":history on", &state)
    #expect(Fixtures.enter("again", &state).first == .app(.remember(message("again"))))
    state.view = .lessons
    #expect(!Fixtures.enter("7", &state).contains(.app(.remember(message("7")))))
  }
}

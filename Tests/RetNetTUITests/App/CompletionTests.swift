import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Completion in the command line")
struct CompletionTests {
  @discardableResult
  private func press(_ keys: Key..., in state: inout AppState) -> [Effect] {
    keys.flatMap { update(&state, .key($0)) }
  }

  private func completed(_ line: String, tabs: Int = 1, _ state: AppState = Fixtures.ready()) -> AppState {
    var state = state
    Fixtures.type(line, &state)
    for _ in 0..<tabs { press(.tab, in: &state) }
    return state
  }

  @Test(
    "One choice is completed, of several what they have in common",
    arguments: [
      (":temp", ":temperature "), (":hel", ":help"), (":nor", ":norm"), (":theme h", ":theme high-contrast"),
      (":theme d", ":theme dark"), (":theme Mono", ":theme monochrome"), (":scale sy", ":scale symlog"),
      (":norm3 t", ":norm3 torchscale"), (":freeze o", ":freeze o"), (":freeze of", ":freeze off"),
      (":explore pre", ":explore prediction"), (":forms c", ":forms costs"), (":export lo", ":export logits"),
      (":break en", ":break entropy"), (":persona o", ":persona off"), (":copy c", ":copy code"),
      (":set hist", ":set history"), (":set theme h", ":set theme high-contrast"),
      (":set history of", ":set history off"),
    ])
  func completes(line: String, result: String) {
    #expect(completed(line).line.text == result)
  }

  @Test(
    "What nothing completes stays, with a notice if there were choices", arguments: [":theme x", ":zzz", ":layer 1"])
  func nothing(line: String) {
    let state = completed(line)
    #expect(state.line.text == line)
    #expect(state.commandLine.menu == nil)
    #expect((state.notice != nil) == (line != ":layer 1"))
  }

  @Test("Tab and Shift-Tab go through the menu, whose items take turns on the line; Esc returns the typed text")
  func menu() {
    var state = completed(":norm")
    #expect(state.commandLine.menu?.items.map(\.text) == ["norm1", "norm2", "norm3", "norms"])
    #expect(state.line.text == ":norm")
    press(.tab, in: &state)
    #expect(state.line.text == ":norm1")
    press(.tab, .tab, in: &state)
    #expect(state.line.text == ":norm3")
    press(.backTab, in: &state)
    #expect(state.line.text == ":norm2")
    press(.up, .up, in: &state)
    #expect(state.line.text == ":norms")
    press(.escape, in: &state)
    #expect(state.line.text == ":norm")
    #expect(state.commandLine.menu == nil)
    #expect(state.isCommanding)
    press(.tab, .backTab, in: &state)
    #expect(state.line.text == ":norms")
    press(.enter, in: &state)
    #expect(!state.isCommanding)
    #expect(state.notice?.text.contains("norm 1") == true)
  }

  @Test("A typed character closes the menu and continues the item")
  func typing() {
    var state = completed(":norm", tabs: 2)
    Fixtures.type(" o", &state)
    #expect(state.commandLine.menu == nil)
    #expect(state.line.text == ":norm1 o")
    press(.tab, in: &state)
    #expect(state.commandLine.menu?.items.map(\.text) == ["on", "off"])
  }

  @Test("Screens with a menu", arguments: [(80, 24), (160, 50), (40, 10)])
  func screen(columns: Int, rows: Int) {
    expectScreen(
      completed(":s", tabs: 3, Fixtures.speaking(columns: columns, rows: rows)), "app/completions")
  }

  @Test("Personas and branches are those of the session")
  func session() {
    var state = Fixtures.ready()
    state.model?.personas = ["poet", "pirate"]
    #expect(completed(":persona p", state).commandLine.menu?.items.map(\.text) == ["poet", "pirate"])
    #expect(completed(":persona pi", state).line.text == ":persona pirate")
    state.explorer.session.branches = [
      .init(id: 0, fork: 0, length: 4, text: "a"), .init(id: 10, fork: 2, length: 9, text: "b"),
    ]
    #expect(completed(":branch 1", state).line.text == ":branch 10")
  }

  @Test("An answer that comes after the line has changed is dropped")
  func late() {
    var state = completed(":model ch")
    let query = CompletionQuery(source: .models, start: 7, typed: "ch")
    #expect(update(&state, .key(.tab)) == [.app(.complete(query))])
    Fixtures.type("x", &state)
    _ = update(&state, .completions([Completion(text: "chat")], for: query))
    #expect(state.line.text == ":model chx")
    press(.backspace, in: &state)
    _ = update(&state, .completions([Completion(text: "chat")], for: query))
    #expect(state.line.text == ":model chat")
  }

  @Test("Every command with completions exists, and every one that takes a file completes paths")
  func sources() {
    let names = Set(CommandTable.entries.map(\.name))
    #expect(names.isSuperset(of: CommandTable.completionSources.keys))
    for entry in CommandTable.entries where entry.argument.contains("FILE") {
      guard case .files? = CommandTable.completionSources[entry.name] else {
        Issue.record("\(entry.name) completes no files")
        continue
      }
    }
  }
}

@Suite("Completion of paths")
struct PathCompletionTests {
  /// A folder with `notes.json`, `my talk.json`, `notes.txt`, `.hidden.json` and the folder `sub dir`.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["notes.json", "my talk.json", "notes.txt", ".hidden.json", "bad\nname.json"] {
      _ = try folder.write(name, "{}")
    }
    try FileManager.default.createDirectory(atPath: folder.path("sub dir"), withIntermediateDirectories: true)
    return folder
  }

  private func items(_ line: String) -> [String] {
    CommandTable.completionQuery(of: line).map { CompletionFiles.items($0, models: ["chat", "recall"]) }?.map {
      $0.text + $0.ending
    } ?? []
  }

  @Test("Folders, and files with the command's extensions, are completed; hidden ones after a dot")
  func files() throws {
    let folder = try folder()
    let root = folder.root
    #expect(items(":open-session \(root)/") == ["\(root)/my talk.json", "\(root)/notes.json", "\(root)/sub dir/"])
    #expect(items(":open-session \(root)/n") == ["\(root)/notes.json"])
    #expect(items(":open-session \(root)/.h") == ["\(root)/.hidden.json"])
    #expect(items(":save-screen \(root)/n") == ["\(root)/notes.txt"])
    #expect(items(":export state \(root)/my t") == ["\(root)/my talk.json"])
    #expect(items(":open-session \(root)/nowhere/") == [])
  }

  @Test("Quotes around a path stay, and close with the file")
  func quotes() throws {
    let folder = try folder()
    #expect(items(":open-session \"\(folder.root)/my ") == ["\"\(folder.root)/my talk.json\""])
    #expect(items(":open-session '\(folder.root)/su") == ["'\(folder.root)/sub dir/"])
  }

  @Test("~ is the home folder, and stays on the line")
  func home() {
    let home = CompletionFiles.expanded("~/x")
    #expect(home.hasSuffix("/x"))
    #expect(home.hasPrefix("/"))
    #expect(CompletionFiles.expanded("~other/x") == "~other/x")
    #expect(items(":open-session ~") == ["~/"])
    #expect(items(":model ~/").allSatisfy { $0.hasPrefix("~/") && $0.hasSuffix("/") })
  }

  @Test("Models are completed by name, and folders once the text is a path")
  func models() throws {
    let folder = try folder()
    #expect(items(":model ") == ["chat", "recall"])
    #expect(items(":model re") == ["recall"])
    #expect(items(":model \(folder.root)/s") == ["\(folder.root)/sub dir/"])
  }

  @Test("A command takes a path with quotes around it, with ~, or with spaces")
  func parses() throws {
    #expect(try CommandTable.parse(":open-session \"/a b/c.json\"") == .openSession("/a b/c.json"))
    #expect(try CommandTable.parse(":open-session '/a b/c.json'") == .openSession("/a b/c.json"))
    #expect(try CommandTable.parse(":open-session /a b/c.json") == .openSession("/a b/c.json"))
    #expect(try CommandTable.parse(":open-session ~/c.json") == .openSession(CompletionFiles.expanded("~/c.json")))
    #expect(
      try CommandTable.parse(":save-screen! \"/a b.svg\"") == .overwrite(.saveScreen(path: "/a b.svg", format: .svg)))
    #expect(try CommandTable.parse(":export state '/a b.npy'") == .export(.state, path: "/a b.npy"))
    #expect(try CommandTable.parse(":open-session \"") == .openSession("\""))
    #expect(try CommandTable.parse(":find \"a\"") == .find("\"a\""), "not a path")
  }
}

@Suite("Copying to the clipboard")
struct ClipboardTests {
  private func state(_ reply: String) -> AppState {
    var state = Fixtures.ready()
    _ = Fixtures.enter("Show it", &state)
    let read = Fixtures.result(2, piece: "x", role: .user, turn: 0, text: "Show it")
    let written = Fixtures.result(3, piece: "x", role: .reply, turn: 1, text: reply)
    for result in [read, written] { _ = update(&state, .result(result, seconds: 0.001)) }
    _ = update(&state, .replyEnded)
    return state
  }

  @Test("A turn, another by its number from 0, the conversation, or the last block of code")
  func parts() {
    let reply = " First:\n```swift\nlet a = 1\n```\nthen\n  ```\n  let b = 2\n\n```\nDone."
    func copy(_ command: String) -> [Effect] {
      var state = state(reply)
      return Fixtures.enter(command, &state)
    }
    let turn = String(reply.dropFirst())
    #expect(copy(":copy") == [.app(.copy(turn, name: "turn 1"))])
    #expect(copy(":copy turn") == copy(":copy"))
    #expect(copy(":copy 0") == [.app(.copy("Show it", name: "turn 0"))])
    #expect(copy(":copy all") == [.app(.copy("you: Show it\n\nbot: \(turn)", name: "the whole conversation"))])
    #expect(copy(":copy code") == [.app(.copy("  let b = 2\n", name: "the last block of code"))])
  }

  @Test("What cannot be copied is refused with the reason")
  func refused() {
    func notice(_ command: String, _ reply: String) -> String? {
      var state = state(reply)
      #expect(Fixtures.enter(command, &state) == [])
      return state.notice?.text
    }
    #expect(notice(":copy 2", "a") == ":copy got 2, the conversation has turns 0 to 1.")
    #expect(notice(":copy code", "a") == "No turn has a block of code between lines of three backticks.")
    let long = notice(":copy", String(repeating: "ä", count: 40_000))
    #expect(long?.hasPrefix("Not copied: turn 1 has 80000 bytes, and the clipboard takes at most 74994.") == true)
    var empty = Fixtures.ready()
    #expect(Fixtures.enter(":copy", &empty) == [])
    #expect(empty.notice?.text == "There is no turn to copy yet.")
  }

  @Test("Two numbers still copy the state of a head")
  func head() throws {
    #expect(try CommandTable.parse(":copy 1 2") == .experiment(.copy(from: HeadIndex(layer: 1, head: 2))))
    #expect(try CommandTable.parse(":copy 12") == .clipboard(.turn(12)))
    for wrong in [":copy -1", ":copy 1 2 3", ":copy x"] {
      #expect(throws: CommandError.self) { try CommandTable.parse(wrong) }
    }
  }

  @Test("A block of code without an end reaches to the end of the text")
  func openBlock() {
    #expect(CodeBlock.last(in: "a\n```\nb\nc") == "b\nc")
    #expect(CodeBlock.last(in: "```\n```") == "")
    #expect(CodeBlock.last(in: "a `b` c") == nil)
  }
}

import Foundation
import TestSupport
import Testing

@testable import RetNet

/// Editing keys, pastes, the history, the editor and the clipboard in a pseudo-terminal.
@Suite("Editing in a terminal", .serialized)
struct EditingTerminalTests {
  private static let model = Result { try TinyModelFolder() }
  private static let escape = "\u{1B}"

  /// The app with its model loaded, and with its files in a folder of its own.
  private func start(_ folder: TemporaryFolder, environment: [String: String] = [:]) async throws -> PseudoTerminal {
    try FileManager.default.createDirectory(atPath: folder.path("retnet"), withIntermediateDirectories: true)
    _ = try folder.write("retnet/tour", "")
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"), ["--model", try Self.model.get().path],
      environment: ["XDG_STATE_HOME": folder.root, "TMPDIR": folder.root].merging(environment) { $1 })
    try await terminal.wait("the model is loaded") {
      $0.contains("2 layers × 4 heads") && $0.contains("type a message")
    }
    return terminal
  }

  private func quit(_ terminal: PseudoTerminal) async throws {
    try terminal.send("\u{3}\u{3}\u{4}")
    #expect(try await terminal.waitForExit() == 0)
    #expect(terminal.isCooked)
    #expect(terminal.screen.modes.isDisjoint(with: [1049, 1003, 2004]))
  }

  @Test("Alt-Enter and Ctrl-J begin lines, word keys move and delete, Ctrl-Y and Ctrl-_ restore")
  func keys() async throws {
    let folder = try TemporaryFolder()
    let terminal = try await start(folder)
    try terminal.send("one two\(Self.escape)\rthree")
    try await terminal.wait("two rows") { $0.line(21).hasPrefix(" › one two") && $0.line(22).hasPrefix("   three") }
    try terminal.send("\nfour\(Self.escape)OA\(Self.escape)OA\(Self.escape)[1;5DX")
    try await terminal.wait("three rows") { $0.line(20).hasPrefix(" › Xone two") && $0.line(22).hasPrefix("   four") }
    try terminal.send("\(Self.escape)f\(Self.escape)d")
    try await terminal.wait("Alt-F, Alt-D") { $0.line(20) == " › Xone" }
    try terminal.send("\u{19}!")
    try await terminal.wait("Ctrl-Y") { $0.line(20) == " › Xone two!" }
    try terminal.send("\u{1F}\u{1F}")
    try await terminal.wait("Ctrl-_ twice") { $0.line(20) == " › Xone" }
    try terminal.send("\u{19}\u{17}\u{17}\r")
    try await terminal.wait("it is sent with its lines") { $0.contains("bot  ") && $0.contains("three") }
    try await quit(terminal)
  }

  @Test("A paste is text: it neither runs nor sends anything, and its control characters are gone")
  func paste() async throws {
    let folder = try TemporaryFolder()
    let terminal = try await start(folder)
    #expect(terminal.screen.modes.contains(2004))
    try terminal.send("\(Self.escape)[200~:quit\r\nline \u{3}\u{4}two\r\(Self.escape)[201~")
    try await terminal.wait("the text") { $0.line(20).hasPrefix(" › :quit") && $0.line(21).hasPrefix("   line two") }
    #expect(!terminal.screen.contains("bot  "))
    try await quit(terminal)
  }

  @Test("A paste of 1 MB says how much of it fits; the app answers keys afterwards")
  func largePaste() async throws {
    let folder = try TemporaryFolder()
    let terminal = try await start(folder)
    try terminal.send(
      "\(Self.escape)[200~" + String(repeating: "words and more\n", count: 70_000) + "\(Self.escape)[201~")
    try await terminal.wait("the notice") { $0.contains("Only the first 20000 characters fit") }
    try terminal.send("X")
    try await terminal.wait("a key") { $0.contains("The line is full") }
    try await quit(terminal)
  }

  @Test("A paste without an end is text after a while, and keys act again")
  func unfinishedPaste() async throws {
    let folder = try TemporaryFolder()
    let terminal = try await start(folder)
    try terminal.send("\(Self.escape)[200~lost end")
    try await terminal.wait("the text") { $0.line(22).hasPrefix(" › lost end") }
    try terminal.send("\u{17}!")
    try await terminal.wait("keys") { $0.line(22).hasPrefix(" › lost !") }
    try await quit(terminal)
  }

  @Test("Ctrl-R finds a message of an earlier session; Tab completes a command in a menu")
  func history() async throws {
    let folder = try TemporaryFolder()
    var terminal = try await start(folder)
    try terminal.send(":max-tokens 2\rthe cat\r")
    try await terminal.wait("the reply has ended") { $0.contains("The reply ended at 2 tokens") }
    try await quit(terminal)
    #expect(try folder.mode("retnet/history.jsonl") == 0o600)

    terminal = try await start(folder)
    try terminal.send("draft\u{12}ca")
    try await terminal.wait("the message is found") {
      $0.line(21).contains("search: ca") && $0.line(22).hasPrefix(" › the cat")
    }
    try terminal.send(Self.escape)
    try await terminal.wait("the draft again") { $0.line(22).hasPrefix(" › draft") && !$0.contains("search:") }
    try terminal.send("\u{12}ca\r")
    try await terminal.wait("the message is on the line") {
      $0.line(22).hasPrefix(" › the cat") && !$0.contains("search:")
    }
    try terminal.send("\u{15}:nor\t\t")
    try await terminal.wait("the menu") {
      $0.line(22).hasPrefix(" › :norm1") && $0.contains("▸ norm1") && $0.contains("norm3")
    }
    try terminal.send("\(Self.escape)[Z")
    try await terminal.wait("Shift-Tab") { $0.line(22).hasPrefix(" › :norms") }
    try terminal.send("\u{15}:\(Self.escape)OA")
    try await terminal.wait("the command of the earlier session") { $0.line(22).hasPrefix(" › :max-tokens 2") }
    try terminal.send(Self.escape)
    try await terminal.wait("closed") { !$0.contains(":max-tokens") }
    try await quit(terminal)
  }

  /// An editor that waits for Enter, then appends to the file and ends with a status.
  private func editor(_ folder: TemporaryFolder, status: Int = 0) throws -> String {
    let script = """
      #!/bin/sh
      for file; do :; done
      stat -c 'mode %a' "$file" 2>/dev/null || stat -f 'mode %Lp' "$file"
      echo "editing $1: $(cat "$file")"
      read line
      printf '%s\\nadded' "$(cat "$file")" >"$file"
      echo "$file" >"\(folder.root)/edited-path"
      exit \(status)
      """
    let path = try folder.write("editor", script)
    try folder.setMode("editor", 0o755)
    return path
  }

  @Test("Ctrl-X opens $VISUAL with the restored terminal, and the draft is then the saved text")
  func editing() async throws {
    let folder = try TemporaryFolder()
    let terminal = try await start(
      folder, environment: ["VISUAL": try editor(folder) + " --option", "EDITOR": "/nonexistent"])
    try terminal.send("my draft\u{18}")
    try await terminal.wait("the editor") { $0.contains("editing --option: my draft") && $0.contains("mode 600") }
    #expect(terminal.isCooked)
    #expect(terminal.screen.modes.isDisjoint(with: [1049, 1003, 2004]))
    try terminal.send("\r")
    try await terminal.wait("the new draft") {
      $0.line(21).hasPrefix(" › my draft") && $0.line(22).hasPrefix("   added")
    }
    #expect(terminal.screen.modes.isSuperset(of: [1049, 1003, 2004]))
    let path = String(decoding: try folder.bytes("edited-path"), as: UTF8.self).dropLast()
    #expect(path.hasPrefix(folder.root))
    #expect(!FileManager.default.fileExists(atPath: String(path)))
    try await quit(terminal)
  }

  @Test("An editor that fails leaves the draft, and says so", arguments: [1, 127])
  func failedEditor(status: Int) async throws {
    let folder = try TemporaryFolder()
    let terminal = try await start(folder, environment: ["EDITOR": try editor(folder, status: status)])
    try terminal.send("my draft\(Self.escape)")
    try await terminal.wait("the panes") { $0.contains("i type") }
    try terminal.send(":edit\r")
    try await terminal.wait("the editor") { $0.contains("editing") }
    try terminal.send("\r")
    try await terminal.wait("the message") {
      $0.contains("ended with status \(status)") && $0.line(22).contains("my draft")
    }
    try terminal.send("i")
    try await quit(terminal)
    #expect(try folder.contents().allSatisfy { !$0.hasSuffix(".txt") })
  }

  @Test("Ctrl-C in the editor is the editor's; SIGTERM ends both and removes the file")
  func signals() async throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(
      "editor", "#!/bin/sh\ntrap 'echo interrupted' INT\necho editing\nwhile :; do sleep 0.1; done\n")
    try folder.setMode("editor", 0o755)
    let terminal = try await start(folder, environment: ["EDITOR": script])
    try terminal.send("my draft\u{18}")
    try await terminal.wait("the editor") { $0.contains("editing") }
    for _ in 0..<3 {
      try terminal.send("\u{3}")
      try await Task.sleep(for: .milliseconds(100))
    }
    try await terminal.wait("the editor's handler") { $0.contains("interrupted") }
    terminal.signal(SIGTERM)
    #expect(try await terminal.waitForExit() == 128 + SIGTERM)
    #expect(terminal.isCooked)
    #expect(try folder.contents().allSatisfy { !$0.hasSuffix(".txt") })
  }

  @Test("In plain mode the editor's text is sent as a message")
  func plainEditing() async throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"), ["--model", try Self.model.get().path, "--plain", "--max-tokens", "2"],
      environment: ["TMPDIR": folder.root, "EDITOR": try editor(folder)])
    try await terminal.wait("the prompt") { $0.contains("is ready") }
    try terminal.send(":edit\r")
    try await terminal.wait("the editor") { $0.contains("editing") }
    try terminal.send("\r")
    try await terminal.wait("the reply has ended") { $0.contains("The reply ended at 2 tokens") }
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }

  @Test("The clipboard is set on request only, also through tmux", arguments: [nil, "/tmp/tmux-0/default,1,0"])
  func clipboard(tmux: String?) async throws {
    let folder = try TemporaryFolder()
    let terminal = try await start(folder, environment: tmux.map { ["TMUX": $0] } ?? [:])
    try terminal.send(":max-tokens 2\rthe cat\r")
    try await terminal.wait("the reply has ended") { $0.contains("The reply ended at 2 tokens") }
    func output() -> String { String(decoding: terminal.output, as: UTF8.self) }
    #expect(!output().contains("]52;"))
    try terminal.send(":copy 0\r")
    try await terminal.wait("the notice") { $0.contains("Copied turn 0 to the terminal's clipboard: 7 characters") }
    // "the cat" in Base64, by coreutils' base64.
    #expect(output().contains("\u{1B}]52;c;dGhlIGNhdA==\u{1B}\\"))
    #expect(output().contains("\u{1B}Ptmux;\u{1B}\u{1B}]52;c;dGhlIGNhdA==\u{1B}\u{1B}\\\u{1B}\\") == (tmux != nil))
    try await quit(terminal)
  }
}

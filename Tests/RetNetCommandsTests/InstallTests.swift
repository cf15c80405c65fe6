import Foundation
import TestSupport
import Testing

@testable import RetNetCommands
@testable import RetNetTUI

@Suite("Installation", .serialized)
struct InstallTests {
  /// Runs Scripts/install.sh.
  private func script(_ arguments: [String]) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Repository.document("Scripts/install.sh"))
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  /// Every file and folder below a folder.
  private func tree(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
  }

  /// A small folder as `install.sh stage` lays it out.
  private func stage(_ folder: TemporaryFolder, _ name: String, files: [String]) throws -> String {
    for file in files {
      let path = folder.path("\(name)/\(file)")
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(file.utf8).write(to: URL(fileURLWithPath: path))
    }
    return folder.path(name)
  }

  @Test("The program of an installation finds its models and lessons from any folder, also by a symbolic link")
  func whole() throws {
    let folder = try TemporaryFolder()
    let (stage, prefix) = (folder.path("stage"), folder.path("a prefix"))
    let staged = try script(["stage", PseudoTerminal.product("retnet"), stage])
    #expect(staged.status == 0, "\(staged.errors)")
    try FileManager.default.createDirectory(atPath: prefix + "/share/man/man1", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: prefix + "/share/man/man1/other.1"))
    let before = try tree(prefix)
    #expect(try script(["install", stage, prefix]).status == 0)

    for file in [
      "bin/retnet", "share/retnet/models/chat/model.safetensors", "share/retnet/models/recall/config.json",
      "share/retnet/lessons/01-recurrence.yaml", "share/bash-completion/completions/retnet",
      "share/zsh/site-functions/_retnet", "share/fish/vendor_completions.d/retnet.fish", "share/man/man1/retnet.1",
      "share/doc/retnet/LICENSE", "share/doc/retnet/NOTICE",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(prefix)/\(file)"), "\(file)")
    }
    try folder.link("link", to: prefix + "/bin/retnet")
    try folder.link("link to the link", to: "link")
    for path in [prefix + "/bin/retnet", folder.path("link"), folder.path("link to the link")] {
      let run = try RetNetProgram(shell: "cd / && '\(path)' inspect --model recall --json")
      let found = try run.json()?["folder"] as? String
      let expected = URL(fileURLWithPath: prefix + "/share/retnet/models/recall").resolvingSymlinksInPath().path
      #expect(found.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path } == expected, "\(run.errors)")
    }
    let unknown = try RetNetProgram(shell: "'\(prefix)/bin/retnet' inspect --model nosuch")
    #expect(unknown.errors.contains("(chat, recall)"), "\(unknown.errors)")
    #expect(try RetNetProgram(shell: "'\(prefix)/bin/retnet' lesson --list").output.contains("recurrence"))

    #expect(try script(["uninstall", prefix]).status == 0)
    #expect(try tree(prefix) == before)
  }

  @Test("Every command has a manual page with all its options, and the completions know all commands")
  func manual() throws {
    let folder = try TemporaryFolder()
    let staged = try script(["stage", PseudoTerminal.product("retnet"), folder.path("stage")])
    #expect(staged.status == 0, "\(staged.errors)")
    func text(_ file: String) throws -> String {
      try String(contentsOfFile: folder.path("stage/share/\(file)"), encoding: .utf8)
    }
    let pages = try tree(folder.path("stage/share/man/man1"))
    let commands = RetNetCommand.configuration.subcommands
    let names = commands.compactMap { $0.configuration.commandName }
    #expect(names.count == commands.count)
    #expect(pages == (["retnet.1"] + names.map { "retnet-\($0).1" }).sorted())
    let whole = try text("man/man1/retnet.1")
    #expect(whole.contains(RetNetCommand.version))
    for name in names {
      #expect(whole.contains("\\fBretnet\\-\(name)\\fR(1)"))
      let page = try text("man/man1/retnet-\(name).1").replacing("\\-", with: "-").replacing("\\:", with: "")
      // The parser writes the options in its help in columns.
      let help = try RetNetProgram([name, "--help"]).output
      let options = help.split(separator: "\n").filter { $0.hasPrefix("  -") || $0.hasPrefix("  <") }
        .compactMap { $0.split { " ,<>".contains($0) }.first { $0.hasPrefix("--") } }
      #expect(options.count >= 2, "\(name)")
      for option in options { #expect(page.contains("\\fB\(option)\\fR") || page.contains(", \(option)"), "\(option)") }
    }
    for file in [
      "bash-completion/completions/retnet", "zsh/site-functions/_retnet", "fish/vendor_completions.d/retnet.fish",
    ] {
      let script = try text(file)
      for name in names { #expect(script.contains(name), "\(file): \(name)") }
    }
    #expect(
      try RetNetProgram(shell: "bash -n '\(folder.path("stage/share/bash-completion/completions/retnet"))'").status == 0
    )
  }

  @Test(
    "bash completes commands, options, values and files",
    arguments: [
      ("retnet ev", "evaluate"), ("retnet evaluate --plo", "--plot"), ("retnet convert a b --type int", "int8 int4"),
      ("retnet evaluate --text one.t", "one.txt"), ("retnet chat --model rec", "recall"),
      ("retnet chat --dialect f", "fla"), ("retnet chat --persona one.s", "one.state"), ("retnet doc", "doctor"),
      ("retnet generate --batch one.t", "one.txt"), ("retnet chat --reg", "--regex"),
    ])
  func completion(line: String, expected: String) throws {
    let folder = try TemporaryFolder()
    let words = try folder.write("completions", try RetNetProgram(["--generate-completion-script", "bash"]).output)
    _ = try folder.write("one.txt", "")
    _ = try folder.write("one.state", "")
    let script = try folder.write(
      "script",
      """
      PATH='\(folder.root)':$PATH
      ln -sf '\(PseudoTerminal.product("retnet"))' retnet
      source '\(words)'
      COMP_LINE='\(line)'
      COMP_POINT=${#COMP_LINE}
      read -ra COMP_WORDS <<<"$COMP_LINE"
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _retnet retnet "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s' "${COMPREPLY[*]}"
      """)
    #expect(try RetNetProgram(shell: "cd '\(folder.root)' && bash '\(script)'").output == expected)
  }

  @Test("Removing an installation leaves the files and folders of others")
  func exact() throws {
    let folder = try TemporaryFolder()
    let stage = try stage(
      folder, "stage", files: ["bin/retnet", "share/retnet/models/m/c d.json", "share/man/man1/r.1"])
    let prefix = try self.stage(folder, "prefix", files: ["share/other"])
    let before = try tree(prefix)
    #expect(try script(["install", stage, prefix]).status == 0)
    #expect(try tree(prefix).contains("share/retnet/models/m/c d.json"))
    // A file that another program adds keeps its folder.
    try Data().write(to: URL(fileURLWithPath: prefix + "/bin/mine"))
    let removed = try script(["uninstall", prefix])
    #expect(removed.status == 0, "\(removed.errors)")
    #expect(try tree(prefix) == (before + ["bin", "bin/mine"]).sorted())
    let again = try script(["uninstall", prefix])
    #expect(again.status == 2)
    #expect(again.errors.contains("no installation"), "\(again.errors)")
  }

  @Test("A later installation removes the files that it lacks, and the first one's folders at the end")
  func update() throws {
    let folder = try TemporaryFolder()
    let first = try stage(folder, "first", files: ["bin/retnet", "share/retnet/models/old/a", "share/retnet/b"])
    let second = try stage(folder, "second", files: ["bin/retnet", "share/retnet/b", "share/retnet/c"])
    let prefix = folder.path("new/prefix")
    #expect(try script(["install", first, prefix]).status == 0)
    #expect(try script(["install", second, prefix]).status == 0)
    #expect(
      try tree(prefix) == [
        "bin", "bin/retnet", "share", "share/retnet", "share/retnet/b", "share/retnet/c", "share/retnet/installed.txt",
      ])
    #expect(try script(["uninstall", prefix]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: prefix))
  }

  @Test("A list that names files outside of the prefix removes none of them")
  func outside() throws {
    let folder = try TemporaryFolder()
    let mine = try folder.write("mine", "text")
    let prefix = try stage(folder, "prefix", files: ["share/retnet/x"])
    try "../mine\n".write(toFile: prefix + "/share/retnet/installed.txt", atomically: true, encoding: .utf8)
    let run = try script(["uninstall", prefix])
    #expect(run.status == 2)
    #expect(run.errors.contains("'../mine'"), "\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: mine))
  }

  @Test("Bundled folders are those of the installation, else those of the checkout")
  func bundles() throws {
    let folder = try TemporaryFolder()
    let prefix = try stage(folder, "prefix", files: ["bin/retnet", "share/retnet/models/m/config.json"])
    try folder.link("link", to: prefix + "/bin/retnet")
    for executable in [prefix + "/bin/retnet", folder.path("link")] {
      let found = BundledFolders.named(installed: "models", executable: executable, inCheckout: "/checkout")
      #expect(
        found.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
          == [URL(fileURLWithPath: prefix + "/share/retnet/models").resolvingSymlinksInPath().path])
      #expect(
        BundledFolders.named(installed: "lessons", executable: executable, inCheckout: "/checkout") == ["/checkout"])
    }
    #expect(BundledFolders.named(installed: "models", executable: nil, inCheckout: "/checkout") == ["/checkout"])
  }
}

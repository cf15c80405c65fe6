import Foundation
import Testing

@Suite("Bad input of retnet-corpus")
struct CorpusBadInputTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private var out: String { folder.path + "/out" }

  /// Expects exit status 2, nothing on stdout, and one line on stderr that contains `words`.
  private func expectRefused(_ run: CorpusProgram, _ words: [String], _ location: SourceLocation) {
    #expect(run.status == 2, "\(run.errors)", sourceLocation: location)
    #expect(run.output.isEmpty, sourceLocation: location)
    #expect(run.errorLines.count == 1, "\(run.errors)", sourceLocation: location)
    #expect(run.errors.hasPrefix("retnet-corpus: "), "\(run.errors)", sourceLocation: location)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: location) }
  }

  /// Expects the same of a command, and no file at `out` afterwards.
  private func refused(
    _ arguments: [String], _ words: String..., location: SourceLocation = #_sourceLocation
  ) throws {
    expectRefused(try CorpusProgram(arguments + ["--out", out]), words, location)
    #expect(!FileManager.default.fileExists(atPath: out), sourceLocation: location)
  }

  @Test("mend rejects a file that is missing, a folder, empty, blank, prose or not UTF-8, also after a valid one")
  func mend() throws {
    let good = try folder.write("good.txt", "U: a\nB: b\n")
    func refused(_ path: String, _ words: String, location: SourceLocation = #_sourceLocation) throws {
      try self.refused(["mend", path], path, words, location: location)
      try self.refused(["mend", good, path], path, words, location: location)
    }
    try refused(folder.path + "/none.txt", "no file")
    try refused(folder.path, "a folder")
    try refused(try folder.write("empty.txt", ""), "no conversation")
    try refused(try folder.write("blank.txt", " \n\n\r\n"), "no conversation")
    try refused(try folder.write("prose.txt", "U: a\nB: b\n\nOnce upon a time\n"), "line 4 begins with 'Once upon")
    try refused(try folder.write("latin.txt", bytes: Array("U: a\nB: caf".utf8) + [0xE9, 0x0A]), "line 2 is not UTF-8")
    try self.refused(["mend", good, "--blocklist", folder.path + "/none"], folder.path + "/none", "no file")
  }

  @Test("compose rejects folders, scenes, talk and weights that are missing, broken or empty")
  func compose() throws {
    try refused(["compose", "--scenes", folder.path + "/none"], folder.path + "/none", "no folder")
    try folder.write("empty/notes.md", "")
    try refused(["compose", "--scenes", folder.path + "/empty"], folder.path + "/empty", "holds no")
    let broken = try folder.write("broken/a.txt", "U: (Hi\nB: Hello\n")
    try refused(["compose", "--scenes", folder.path + "/broken"], "\(broken):1: ", "not closed")
    try folder.write("scenes/a.txt", "U: Hi you\nB: Hello\n")
    let good = ["compose", "--scenes", folder.path + "/scenes"]
    try refused(good + ["--talk", folder.path + "/none.txt"], folder.path + "/none.txt", "no file")
    let prose = try folder.write("prose.txt", "Once upon a time\n")
    try refused(good + ["--talk", prose], prose, "Once upon")
    let short = try folder.write("short.txt", "U: a\nB: b\n")
    try refused(good + ["--talk", short], short, "four or more turns")
    try refused(good + ["--weights", folder.path + "/none"], folder.path + "/none", "no file")
    try refused(good + ["--weights", prose], prose, "line 1 is 'Once upon a time'")
    let other = try folder.write("weights.txt", "b-* 1\n")
    try refused(good + ["--weights", other], other, "'a'")
  }

  @Test("prepare rejects a folder that is missing, a file, or without the source's files")
  func sources() throws {
    let file = try folder.write("file.csv", "a,b\n")
    try folder.write("other/notes.md", "")
    for option in ["--self-dialogue", "--persona-chat", "--topical-chat", "--schema-guided", "--chatterbot"] {
      try refused(["prepare", option, folder.path + "/none"], folder.path + "/none", "no folder")
      try refused(["prepare", option, file], file, "no folder")
      try refused(["prepare", option, folder.path + "/other"], folder.path + "/other", "holds no")
    }
  }

  @Test(
    "prepare names a broken table, JSON or YAML and its fault, even if another source is valid",
    arguments: [
      ("--self-dialogue", "a.csv", "", "no column"),
      ("--self-dialogue", "a.csv", "WorkerId,Reject,Answer.sentence1\n", "no conversation"),
      ("--self-dialogue", "a.csv", "WorkerId,Reject,Answer.sentence1\n1,,\"x", "quote"),
      ("--self-dialogue", "a.csv", "WorkerId,Reject,Answer.sentence1\n1,,\"x\"y\"\"\n", "not CSV"),
      ("--persona-chat", "a.csv", "user 1 personas,Conversation\nI,Hi\n", "Best Generated Conversation"),
      ("--topical-chat", "a.json", "", "not JSON"),
      ("--topical-chat", "a.json", "[1]", "the whole is not an object"),
      ("--topical-chat", "a.json", "{\"t\": {\"content\": [{\"agent\": 1, \"message\": \"\"}]}}", "not a text"),
      ("--schema-guided", "dialogues_001.json", "{\"turns\": []}", "the whole is not a list"),
      ("--schema-guided", "dialogues_001.json", "[{\"turns\": [{\"speaker\": \"USER\"}]}]", "'utterance'"),
      ("--schema-guided", "dialogues_001.json", "[{\"turns\": null}]", "null"),
      ("--chatterbot", "a.yml", "", "'conversations'"),
      ("--chatterbot", "a.yml", "conversations: yes\n", "'conversations'"),
      ("--chatterbot", "a.yml", "conversations:\n- - a\n - b\n", "not YAML"),
    ])
  func broken(option: String, name: String, text: String, words: String) throws {
    let path = try folder.write("source/\(name)", text)
    let named = words == "no conversation" ? folder.path + "/source" : path
    try refused(["prepare", option, folder.path + "/source"], named, words)
    try folder.write("fine/data/english/a.yml", "conversations:\n- - a\n  - b\n")
    guard option != "--chatterbot" else { return }
    try refused(["prepare", option, folder.path + "/source", "--chatterbot", folder.path + "/fine"], named, words)
  }

  @Test("Unreadable files and unwritable folders are rejected", .enabled(if: geteuid() != 0))
  func permissions() throws {
    let file = try folder.write("a.txt", "U: a\nB: b\n")
    let closed = folder.path + "/closed"
    try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: closed)
    expectRefused(
      try CorpusProgram(["drills", "--conversations", "2", "--out", closed + "/a"]), [closed + "/a", "permission"],
      #_sourceLocation)
    expectRefused(try CorpusProgram(["mend", file, "--out", closed + "/new"]), [closed + "/new"], #_sourceLocation)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: file)
    try refused(["mend", file], file, "permission")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: closed)
  }

  private static let writers = [
    ["drills", "--conversations", "50"], ["recall", "--count", "500"], ["probes"],
  ]

  @Test("An output path in a missing folder, or of a folder or pipe, is rejected", arguments: writers)
  func unwritable(command: [String]) throws {
    let missing = folder.path + "/none/a.txt"
    expectRefused(try CorpusProgram(command + ["--out", missing]), [missing, "no such file"], #_sourceLocation)
    try folder.write("in the way/inside", "x")
    let place = folder.path + "/in the way"
    expectRefused(try CorpusProgram(command + ["--out", place]), [place, "cannot be written"], #_sourceLocation)
    #expect(mkfifo(folder.path + "/pipe", 0o644) == 0)
    let pipe = folder.path + "/pipe"
    expectRefused(try CorpusProgram(command + ["--out", pipe]), [pipe, "pipe"], #_sourceLocation)
    #expect(folder.names() == ["in the way", "pipe"])
    #expect(folder.names("in the way") == ["inside"])
  }

  @Test("A full disk leaves the old file unchanged and no other file", arguments: writers)
  func full(command: [String]) throws {
    try folder.write("a.txt", "old\n")
    // One block per file, and an error instead of the signal.
    let line = "trap '' XFSZ; ulimit -f 1; exec \"$CORPUS\" \(command.joined(separator: " ")) --out \"$FOLDER/a.txt\""
    expectRefused(try CorpusProgram(shell: line, in: folder), ["/a.txt", "too large"], #_sourceLocation)
    #expect(folder.names() == ["a.txt"])
    #expect(folder.text("a.txt") == "old\n")
  }

  @Test("mend leaves the old file unchanged on a full disk, and keeps a file at the folder's path")
  func mendUnwritable() throws {
    let source = try folder.write(
      "in/a.txt", (0..<200).map { "U: Say \($0).\nB: It is \($0).\n" }.joined(separator: "\n"))
    try folder.write("out/a.txt", "old\n")
    let line = "trap '' XFSZ; ulimit -f 1; exec \"$CORPUS\" mend \"$FOLDER/in/a.txt\" --out \"$FOLDER/out\""
    expectRefused(try CorpusProgram(shell: line, in: folder), ["/a.txt", "too large"], #_sourceLocation)
    #expect(folder.names("out") == ["a.txt"])
    #expect(folder.text("out/a.txt") == "old\n")
    let place = try folder.write("place", "x")
    expectRefused(try CorpusProgram(["mend", source, "--out", place]), [place, "folder"], #_sourceLocation)
    #expect(folder.text("place") == "x")
  }

  @Test("A full or closed standard output gives one line", arguments: [">/dev/full", ">&-"])
  func standardOutput(redirection: String) throws {
    try folder.write("a.txt", "U: a\nB: b\n")
    let line = "\"$CORPUS\" mend \"$FOLDER/a.txt\" --out \"$FOLDER/new\" --json \(redirection)"
    expectRefused(try CorpusProgram(shell: line, in: folder), ["Standard output"], #_sourceLocation)
    #expect(folder.text("new/a.txt") == "U: a\nB: b\n")
    let silent = try CorpusProgram(shell: "\"$CORPUS\" mend none --out \"$FOLDER/x\" 2>&-", in: folder)
    #expect(silent.status == 2)
    #expect(silent.output.isEmpty)
  }

  @Test(
    "Wrong usage exits with 64, gives the reason, and writes nothing",
    arguments: [
      (["no-such-command"], "Usage"), (["drills", "--no-such-option"], "no-such-option"),
      (["drills", "--seed", "x"], "seed"), (["compose", "--scenes", "x", "--seed", "-1"], "seed"),
      (["compose"], "--scenes"), (["compose", "--scenes", "x", "--conversations", "0"], "conversations"),
      (["drills", "--conversations", "ten"], "conversations"), (["compose", "--scenes", "x", "--talk"], "talk"),
      (["recall", "--count", "10000001"], "10000000"),
      (["recall", "--facts", "5"], "1 to 4"), (["recall", "--dots", "-1"], "dots"),
      (["probes", "--words", "rare"], "rare"), (["prepare"], "No source"), (["mend"], "file"),
      (["mend", "x/a.txt", "y/a.txt"], "'a.txt'"), (["mend", "a.txt", "--reply-name", "two words"], "'two words'"),
      (["mend", "a.txt", "--reply-name", ""], "one word"),
      (["mend", "a.txt", "--seed", ""], "seed"),
    ])
  func usage(arguments: [String], words: String) throws {
    let run = try CorpusProgram(arguments + ["--out", out])
    #expect(run.status == 64, "\(run.errors)")
    #expect(run.output.isEmpty, "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
    #expect(folder.names() == [])
  }

  @Test("mend does not overwrite its input, by any path")
  func overItself() throws {
    let file = try folder.write("a.txt", "B: Hi\nU: You\n")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: folder.path)
    for out in [folder.path, folder.path + "/", folder.path + "/x/..", folder.path + "/link"] {
      let run = try CorpusProgram(["mend", file, "--out", out])
      #expect(run.status == 64, "\(run.errors)")
      #expect(run.errors.contains("overwritten"), "\(run.errors)")
    }
    #expect(folder.text("a.txt") == "B: Hi\nU: You\n")
  }

  @Test("--out is required", arguments: ["drills", "mend", "prepare", "probes", "recall"])
  func noOutput(command: String) throws {
    let run = try CorpusProgram([command])
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("--out"))
  }
}

import Foundation
import TestSupport
import Testing

@testable import RetNet

/// The size limit of files (`ulimit -f 0`) makes every write of a file fail, as a full disk does.
@Suite("Writing on a full disk")
struct FullDiskTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: [String], lines: [String] = [], state: String = "/nonexistent") throws -> RetNetProgram
  {
    let command = arguments.map { "'\($0)'" }.joined(separator: " ")
    let input = lines.map { "'\($0)'" }.joined(separator: " ")
    return try RetNetProgram(
      shell: "printf '%s\\n' \(input) | (trap '' XFSZ; ulimit -f 0; XDG_CONFIG_HOME=/nonexistent "
        + "XDG_STATE_HOME='\(state)' exec \"$RETNET\" \(command))")
  }

  /// Every file below the folder, with its content.
  private func files() throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.root)
    return names.reduce(into: [:]) { $0[$1] = FileManager.default.contents(atPath: folder.path($1)) }
  }

  /// Runs commands that fail to write, and expects the folder unchanged.
  private func unchanged(
    _ arguments: [String], lines: [String] = [], state: String = "/nonexistent", status: Int32 = 2, messages: Int = 1,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let before = try files()
    let run = try run(arguments, lines: lines, state: state)
    #expect(run.status == status, "\(run.errors)", sourceLocation: location)
    let failures = run.errorLines.filter { $0.contains("cannot be written: file too large") }
    #expect(failures.count == messages, "\(run.errors)", sourceLocation: location)
    let after = try files()
    #expect(after == before, "\(after.keys.sorted())", sourceLocation: location)
  }

  @Test("Reports, plots and screens keep their old content, and no partial file is left")
  func reports() throws {
    let model = try TinyModelFolder()
    let log = try folder.write(
      "log.jsonl", "{\"step\":1,\"tokens\":5}\n{\"step\":1,\"validation\":{\"together\":1.5}}\n")
    let old = try folder.write("old.svg", "old")
    let probes = #"[{"kind":"k","messages":["a"],"expect":"b"}]"#
    let suite = try folder.write("suite.json", "{\"recall\":\(probes),\"manners\":\(probes)}")
    let text = try folder.write("text.txt", "the cat saw the dog\n")
    for path in [old, folder.path("new.svg")] {
      try unchanged(["curves", "a=\(log)", "--out", path])
      try unchanged(["evaluate", "--model", model.path, "--suite", suite, "--report", path])
      try unchanged(["evaluate", "--model", model.path, "--last-token", text, "--plot", path])
      try unchanged(["bench", "--model", model.path, "--only", "position", "--seconds", "0.01", "--plot", path])
      try unchanged(["chat", "--model", model.path, "-p", "a", "--max-tokens", "1", "--screenshot", path])
    }
  }

  @Test("Sessions, exports and progress in lessons keep their old content")
  func sessions() throws {
    let model = try TinyModelFolder()
    for name in ["old.session", "old.csv", "old.npy", "old.json"] { _ = try folder.write(name, "old") }
    let lines =
      ["the cat"]
      + ["old", "new"].flatMap { name in
        [":save-session! \(folder.path("\(name).session"))", ":export! logits \(folder.path("\(name).csv"))"]
          + ["csv", "npy", "json"].map { ":export! state \(folder.path("\(name).\($0)"))" }
      }
    try unchanged(
      ["chat", "--plain", "--model", model.path, "--max-tokens", "2"], lines: lines, status: 0,
      messages: lines.count - 1)
    let reset = try RetNetProgram(["lesson", "--reset"], environment: ["XDG_STATE_HOME": folder.root])
    #expect(reset.status == 0, "\(reset.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.path("retnet/lessons.json")))
    try unchanged(["lesson", "--reset"], state: folder.root)
  }

  @Test("Converted models, runs and trained states keep their old content")
  func models() throws {
    let model = try TinyModelFolder()
    let target = folder.path("target")
    #expect(try RetNetProgram(["convert", model.path, target]).status == 0)
    try unchanged(["convert", model.path, target, "--type", "bf16", "--overwrite"])
    try unchanged(["convert", model.path, folder.path("new")])
    let data = try folder.write("text.txt", "the cat saw the dog\n")
    let train = [
      "train", "--data", data, "--vocabulary", "bytes", "--steps", "1", "--model-dim", "8", "--layers", "1", "--heads",
      "2", "--length", "8", "--batch-tokens", "8",
    ]
    #expect(try RetNetProgram(train + ["--out", folder.path("run")]).status == 0)
    try unchanged(["train", "--resume", "--out", folder.path("run")])
    try unchanged(train + ["--force", "--out", folder.path("run")])
    let old = try folder.write("old.state", "old")
    for path in [old, folder.path("new.state")] {
      try unchanged([
        "train", "--state-only", "--init", model.path, "--data", data, "--steps", "1", "--force", "--out", path,
      ])
    }
  }
}

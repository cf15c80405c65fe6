import Foundation
import Testing

@testable import RetNetSession
@testable import RetNetTUI

/// Values written into a user's file.
@Suite("Writing the settings file")
struct SettingsFileTests {
  private func row(_ setting: Setting, _ value: String) -> SettingRow {
    SettingRow(setting: setting, value: value, origin: .session)
  }

  /// A file, the changes, and the expected file, written by hand.
  static let edits: [(before: String, rows: [(Setting, String)], after: String)] = [
    ("", [(.theme, "dark")], "theme: dark\n"),
    ("# mine\n", [(.sampling(.topK), "3")], "# mine\nsampling:\n  top-k: 3\n"),
    ("theme: light   # at day\nthreads: 2\n", [(.theme, "dark")], "theme: dark   # at day\nthreads: 2\n"),
    ("threads: 2", [(.theme, "dark")], "threads: 2\ntheme: dark\n"),
    ("threads: 2\r\nspeed: 4\r\n", [(.speed, "max"), (.motion, "off")], "threads: 2\r\nspeed: max\r\nmotion: off\r\n"),
    (
      "sampling:\n    top-k: 40 # many\n\n    # the end\n    seed: 1\nthreads: 2\n",
      [(.sampling(.topK), "5"), (.sampling(.minP), "0.25")],
      "sampling:\n    top-k: 5 # many\n\n    # the end\n    seed: 1\n    min-p: 0.25\nthreads: 2\n"
    ),
    ("sampling: {top-k: 4, seed: 1} # short\n", [(.sampling(.topK), "50")], "sampling: {top-k: 50, seed: 1} # short\n"),
    ("sampling: {seed: 1}\n", [(.sampling(.topK), "50")], "sampling: {top-k: 50, seed: 1}\n"),
    ("{threads: 2}\n", [(.sampling(.topK), "50")], "{sampling: {top-k: 50}, threads: 2}\n"),
    (
      "sampling:\n  # nothing yet\ntheme: dark\n", [(.seed, "7")],
      "sampling:\n  seed: 7\n  # nothing yet\ntheme: dark\n"
    ),
    ("model: 'an \"old\" one' # x\n", [(.model, "/a b/c")], "model: '/a b/c' # x\n"),
    ("model: \"a # b\" # x\n", [(.model, "it's")], "model: 'it''s' # x\n"),
    ("theme: pink\ncolour: red # unknown\n", [(.theme, "light")], "theme: light\ncolour: red # unknown\n"),
    ("# ünïcode\n'theme' : dark\n", [(.theme, "light")], "# ünïcode\n'theme' : light\n"),
    ("keys:\n  F5: zoom\n", [(.seed, "2")], "keys:\n  F5: zoom\nsampling:\n  seed: 2\n"),
  ]

  @Test("Values change in place or follow the last key; all other text stays", arguments: edits.indices)
  func edited(_ index: Int) throws {
    let (before, rows, after) = Self.edits[index]
    #expect(try SettingsFile.edited(before, rows.map { row($0.0, $0.1) }, path: "s.yaml") == after)
  }

  @Test(
    "A text that a change could damage is not changed, and the error has the lines to write",
    arguments: ["theme: >-\n  dark\n", "theme: &a dark\nother: *a\n", "---\nthreads: 2\n...\n# end\n"])
  func refused(_ text: String) throws {
    let rows = [row(.theme, "light"), row(.seed, "3")]
    let error = try #require(throws: SettingsError.self) { try SettingsFile.edited(text, rows, path: "s.yaml") }
    #expect(
      error.description
        == "The settings file 's.yaml' is unchanged, as a change could damage its text. "
        + "Write into it: theme: light, sampling.seed: 3")
  }

  @Test("The file is created with its folder, and written through a symbolic link")
  func saved() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let environment = ["XDG_CONFIG_HOME": folder.path]
    let (path, settings) = try SettingsFile.save([row(.theme, "light")], environment: environment)
    #expect(path == folder.path + "/retnet/settings.yaml")
    #expect(settings.theme == .light)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "theme: light\n")

    let target = folder.appendingPathComponent("dotfiles.yaml").path
    try FileManager.default.moveItem(atPath: path, toPath: target)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    _ = try SettingsFile.save([row(.threads, "2")], environment: environment)
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "theme: light\nthreads: 2\n")
    #expect(throws: SettingsError.noHome) { try SettingsFile.save([row(.threads, "2")], environment: [:]) }
  }

  @Test("A file that is not YAML is unchanged")
  func broken() throws {
    #expect(throws: SettingsError.self) { try SettingsFile.edited("a: [", [row(.theme, "dark")], path: "s.yaml") }
  }
}

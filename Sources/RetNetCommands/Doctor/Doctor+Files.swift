import Foundation
import RetNetTUI

extension DoctorReport.Group {
  static func files(_ environment: [String: String]) -> DoctorReport.Group {
    var group = DoctorReport.Group("Files")
    group.addSettings(environment)
    if let folder = StateFolder.path(environment) {
      group.addFolder("state", folder)
    } else {
      group.note("state", "no folder", "Neither HOME nor XDG_STATE_HOME is set, so nothing is kept between sessions.")
    }
    let models = ModelCatalog.names()
    if models.isEmpty {
      group.note(
        "bundled models", "none", "\(ModelCatalog.bundles.joined(separator: ", ")) has none; use --model FOLDER.")
    } else {
      group.ok("bundled models", models.joined(separator: ", "))
    }
    group.addCompletions(environment)
    let variables = environment.keys.filter { $0.hasPrefix("RETNET_") }.sorted()
    if !variables.isEmpty {
      group.ok("variables", variables.map { "\($0)=\(environment[$0] ?? "")" }.joined(separator: " "))
    }
    return group
  }

  private mutating func addSettings(_ environment: [String: String]) {
    guard let path = Settings.path(environment)?.path else {
      return note("settings", "no file", "Neither HOME nor XDG_CONFIG_HOME is set.")
    }
    do {
      let problems = try Settings.read(environment: environment).problems
      if !problems.isEmpty { return note("settings", path, problems.map(\.description).joined(separator: " ")) }
      ok("settings", FileManager.default.fileExists(atPath: path) ? path : "\(path) (none; defaults apply)")
    } catch {
      problem("settings", path, StandardError.words(error))
    }
  }

  /// A folder that the program creates when it needs it.
  private mutating func addFolder(_ name: String, _ folder: String) {
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder) else {
      var parent = folder
      while parent != "/", !manager.fileExists(atPath: parent) {
        parent = (parent as NSString).deletingLastPathComponent
      }
      if manager.isWritableFile(atPath: parent) { return ok(name, "\(folder) (none yet)") }
      return note(name, folder, "It cannot be created in '\(parent)', so nothing is kept between sessions.")
    }
    let permissions = (try? manager.attributesOfItem(atPath: folder)[.posixPermissions] as? NSNumber)?.intValue
    let mode = permissions.map { String($0, radix: 8) } ?? "unknown"
    let files = ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    let text = "\(folder), mode \(mode), \(files.isEmpty ? "empty" : files.joined(separator: " "))"
    if manager.isWritableFile(atPath: folder) {
      ok(name, text)
    } else {
      note(name, text, "It is not writable, so nothing is kept between sessions.")
    }
  }

  /// The places of completions below the prefixes that shells search.
  private mutating func addCompletions(_ environment: [String: String]) {
    let executable = Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? ""
    let prefix = ((executable as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
    let prefixes = [prefix, "/usr", "/usr/local"] + (environment["HOME"].map { [$0 + "/.local"] } ?? [])
    let files = [
      ("bash", "share/bash-completion/completions/retnet"), ("zsh", "share/zsh/site-functions/_retnet"),
      ("fish", "share/fish/vendor_completions.d/retnet.fish"),
    ]
    let found = files.filter { file in
      prefixes.contains { FileManager.default.fileExists(atPath: "\($0)/\(file.1)") }
    }.map(\.0)
    if found.isEmpty {
      note("completions", "none", "'make install' installs them; docs/install.md shows how to write them by hand.")
    } else {
      ok("completions", found.joined(separator: ", "))
    }
  }
}

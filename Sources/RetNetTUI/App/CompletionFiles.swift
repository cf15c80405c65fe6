import Foundation
import Lessons
import TerminalKit

/// Completions that are read from files and folders.
enum CompletionFiles {
  /// Maximum number of completions of a path.
  static let limit = 500

  /// The path with the home folder for a leading `~`.
  static func expanded(_ path: String) -> String {
    path == "~" || path.hasPrefix("~/") ? NSHomeDirectory() + path.dropFirst() : path
  }

  /// The completions of `query`; empty for sources without files.
  static func items(_ query: CompletionQuery, models: [String] = ModelCatalog.names()) -> [Completion] {
    switch query.source {
    case .models:
      let names = models.filter { $0.hasPrefix(query.typed) }.map { Completion(text: $0, detail: "bundled") }
      return names + (isPath(query.typed) ? paths(query.typed, hasExtension: { _ in false }) : [])
    case .files(let extensions):
      return paths(query.typed) { name in
        extensions.isEmpty || extensions.contains { name.lowercased().hasSuffix("." + $0) }
      }
    case .lessons:
      return ((try? LessonCatalog.lessons()) ?? []).map { Completion(text: $0.name, detail: $0.title) }
    case .commands, .words, .personas, .branches: return []
    }
  }

  private static func isPath(_ text: String) -> Bool { text.contains("/") || "~.\"'".contains(text.first ?? " ") }

  /// The folders, and the files of some names, that a typed path can continue with. Quotes stay around it.
  private static func paths(_ typed: String, hasExtension: (String) -> Bool) -> [Completion] {
    let quote = typed.first.flatMap { "\"'".contains($0) ? String($0) : nil } ?? ""
    let path = typed.dropFirst(quote.count)
    if path == "~" { return [Completion(text: quote + "~/")] }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let start = path[folder.endIndex...]
    let listed = folder.isEmpty ? "." : expanded(String(folder))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: listed)) ?? []
    return names.filter { name in
      // A name with invisible characters cannot be typed.
      name.hasPrefix(start) && (start.hasPrefix(".") || !name.hasPrefix(".")) && ScreenText.printable(name) == name
        && !name.contains(where: \.isNewline)
    }.sorted().compactMap { name -> Completion? in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: listed + "/" + name, isDirectory: &isFolder) else { return nil }
      if isFolder.boolValue { return Completion(text: quote + folder + name + "/") }
      return hasExtension(name) ? Completion(text: quote + folder + name, ending: quote) : nil
    }.prefix(limit).map(\.self)
  }
}

import ArgumentParser
import Foundation
import RetNetTUI

/// Completions that depend on the machine. The program computes them when the user asks the shell.
enum CommandCompletion {
  /// Bundled models and folders.
  static let models = CompletionKind.custom { _, _, prefix in
    matching(ModelCatalog.names(), prefix) + entries(prefix) { _, isFolder in isFolder }
  }

  /// The personas of the model on the command line, folders, and files of trained states.
  static let personas = CompletionKind.custom { words, _, prefix in
    // A wrong model has no personas; the command itself reports it.
    let folder = try? ModelCatalog.chosenFolder(model(in: words))
    return matching(folder.map { Persona.names(in: $0) } ?? [], prefix)
      + entries(prefix) { name, isFolder in isFolder || name.hasSuffix(Persona.fileExtension) }
  }

  /// The value of `--model`; nil if it is not given.
  static func model(in words: [String]) -> String? {
    if let joined = words.last(where: { $0.hasPrefix("--model=") }) { return String(joined.dropFirst(8)) }
    guard let index = words.lastIndex(of: "--model"), index + 1 < words.count else { return nil }
    return words[index + 1]
  }

  private static func matching(_ names: [String], _ prefix: String) -> [String] {
    names.filter { $0.hasPrefix(prefix) }
  }

  /// The paths that begin with `prefix`. Hidden ones only if it names them.
  ///
  /// - Parameter isWanted: receives a name and whether it is a folder's.
  private static func entries(_ prefix: String, _ isWanted: (_ name: String, _ isFolder: Bool) -> Bool) -> [String] {
    let cut = prefix.lastIndex(of: "/").map { prefix.index(after: $0) } ?? prefix.startIndex
    let (folder, name) = (prefix[..<cut], prefix[cut...])
    let path = folder.isEmpty ? "." : (String(folder) as NSString).expandingTildeInPath
    let found = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    return found.compactMap { entry in
      guard entry.hasPrefix(name), !entry.hasPrefix(".") || name.hasPrefix(".") else { return nil }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path + "/" + entry, isDirectory: &isFolder),
        isWanted(entry, isFolder.boolValue)
      else { return nil }
      return folder + entry
    }
  }
}

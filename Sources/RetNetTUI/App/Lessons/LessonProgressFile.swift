import Foundation
import Lessons
import RetNet

/// Where progress is kept: `retnet/lessons.json` in `$XDG_STATE_HOME` or `~/.local/state`.
package struct LessonProgressFile: Sendable {
  /// nil where there is no home: nothing is kept then.
  let path: String?

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    // A path that is not absolute does not count, as the XDG specification has it.
    if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") {
      path = folder + "/retnet/lessons.json"
    } else {
      path = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.local/state/retnet/lessons.json" }
    }
  }

  /// The progress, and what is wrong with the file: a damaged one is renamed, and progress begins again.
  package func read() -> (progress: LessonProgress, problem: String?) {
    guard let path, FileManager.default.fileExists(atPath: path) else { return (LessonProgress(), nil) }
    do {
      return (try JSONDecoder().decode(LessonProgress.self, from: try FileBytes.read(path, limit: 1 << 20)), nil)
    } catch let error as FileError {
      return (LessonProgress(), "\(error) Progress in lessons begins again.")
    } catch {
      return (LessonProgress(), setAside(path))
    }
  }

  private func setAside(_ path: String) -> String {
    let aside = path + ".damaged"
    try? FileManager.default.removeItem(atPath: aside)
    do {
      try FileManager.default.moveItem(atPath: path, toPath: aside)
      return "'\(path)' is damaged: it is kept as \(aside), and progress in lessons begins again."
    } catch {
      return "'\(path)' is damaged and cannot be set aside: \(error.localizedDescription). Move it away by hand."
    }
  }

  /// Throws `FileError.unwritable`.
  package func write(_ progress: LessonProgress) throws {
    guard let path else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try FileBytes.makeFolder((path as NSString).deletingLastPathComponent)
    try AtomicFile.write(try encoder.encode(progress), to: path)
  }
}

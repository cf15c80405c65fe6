import Foundation
import Lessons
import RetNet

/// The file of the learner's progress: `lessons.json` in `StateFolder`.
package struct LessonProgressFile: Sendable {
  /// nil without a home folder: progress is then not saved.
  let path: String?

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    path = StateFolder.path(environment).map { $0 + "/lessons.json" }
  }

  /// Reads the progress. A damaged file is renamed, and progress starts at zero; `problem` says so.
  package func read() -> (progress: LessonProgress, problem: String?) {
    guard let path, FileManager.default.fileExists(atPath: path) else { return (LessonProgress(), nil) }
    do {
      return (try JSONDecoder().decode(LessonProgress.self, from: try FileBytes.read(path, limit: 1 << 20)), nil)
    } catch let error as FileError {
      return (LessonProgress(), "\(error) Progress in lessons starts over.")
    } catch {
      return (LessonProgress(), setAside(path))
    }
  }

  private func setAside(_ path: String) -> String {
    let aside = path + ".damaged"
    try? FileManager.default.removeItem(atPath: aside)
    do {
      try FileManager.default.moveItem(atPath: path, toPath: aside)
      return "'\(path)' is damaged and was renamed to \(aside). Progress in lessons starts over."
    } catch {
      return "'\(path)' is damaged and cannot be renamed: \(error.localizedDescription). Move it away by hand."
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

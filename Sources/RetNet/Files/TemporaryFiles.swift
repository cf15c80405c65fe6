import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Temporary files and folders, which writers rename to their targets when they are complete.
///
/// The name holds the writer's process, so that a later writer can remove what a killed one left:
///
///     TARGET.PROCESS-RANDOM.partial
///
/// Processes are those of this machine and container.
package enum TemporaryFiles {
  private static let ending = ".partial"

  /// A new path beside `target`.
  package static func path(for target: String) -> String {
    "\(target).\(getpid())-\(UInt32.random(in: 0...UInt32.max))\(ending)"
  }

  /// Removes what killed writers of `target` left. Files of running processes stay.
  package static func removeLeftovers(of target: String) {
    let (folder, name) = split(target)
    removeLeftovers(in: folder) { $0 == name }
  }

  /// Removes what killed writers left in `folder`. Files of running processes stay.
  ///
  /// - Parameter isChosen: receives the name of a target; the default chooses every one.
  package static func removeLeftovers(in folder: String, where isChosen: (Substring) -> Bool = { _ in true }) {
    // A folder that cannot be listed, or a file that cannot be removed, does not stop the writer.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard let (target, process) = parse(name), isChosen(target), !isRunning(process) else { continue }
      try? FileManager.default.removeItem(atPath: folder + "/" + name)
    }
  }

  /// The folder and the name of a path.
  static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), path[path.index(after: slash)...])
  }

  /// The parts of a temporary file's name; nil for any other name.
  private static func parse(_ name: String) -> (target: Substring, process: pid_t)? {
    guard name.hasSuffix(ending) else { return nil }
    let stem = name.dropLast(ending.count)
    guard let dot = stem.lastIndex(of: ".") else { return nil }
    let numbers = stem[stem.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2, let process = pid_t(numbers[0]), process > 0, UInt32(numbers[1]) != nil else {
      return nil
    }
    return (stem[..<dot], process)
  }

  /// A process of another user is running too: `kill` then fails for another reason.
  private static func isRunning(_ process: pid_t) -> Bool { kill(process, 0) == 0 || errno != ESRCH }
}

import ArgumentParser
import Foundation

/// How many cores a command computes on.
struct ThreadArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Cores to compute on. (default: $RETNET_THREADS, else the settings file's, else all there are)",
      valueName: "count"))
  var threads: Int?

  func validate() throws {
    if let threads, !ThreadSetting.range.contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to \(ThreadSetting.range.upperBound).")
    }
  }

  /// - Throws: `ThreadSettingError`, `SettingsError`.
  func count() throws -> Int { try threads ?? ThreadSetting.count() }
}

/// The number of threads that a user has set for all commands.
enum ThreadSetting {
  static let range = 1...256

  /// What is set; all cores where nothing is.
  static func count(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Int {
    try chosen(environment: environment)
      ?? min(max(ProcessInfo.processInfo.activeProcessorCount, range.lowerBound), range.upperBound)
  }

  /// What the environment says, else the settings file; nil where neither does.
  static func chosen(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Int? {
    guard let text = environment["RETNET_THREADS"], !text.isEmpty else {
      return try Settings.read(environment: environment).threads
    }
    guard let count = Int(text), range.contains(count) else { throw ThreadSettingError.notACount(found: text) }
    return count
  }
}

/// What can be wrong with the environment variable.
enum ThreadSettingError: Error, Equatable, Sendable, CustomStringConvertible {
  case notACount(found: String)

  var description: String {
    switch self {
    case .notACount(let found):
      "$RETNET_THREADS is '\(found)', expected a whole number from 1 to \(ThreadSetting.range.upperBound). "
        + "Correct it, or unset it to use all cores."
    }
  }
}

import Foundation

/// The number of threads that a user has set for all commands.
package enum ThreadSetting {
  package static let range = 1...256

  /// What is set; all cores where nothing is.
  package static func count(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Int {
    try chosen(environment: environment)
      ?? min(max(ProcessInfo.processInfo.activeProcessorCount, range.lowerBound), range.upperBound)
  }

  /// What the environment says, else the settings file; nil where neither does.
  package static func chosen(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Int? {
    guard let text = environment["RETNET_THREADS"], !text.isEmpty else {
      return try Settings.read(environment: environment).threads
    }
    guard let count = Int(text), range.contains(count) else { throw ThreadSettingError.notACount(found: text) }
    return count
  }
}

/// What can be wrong with the environment variable.
package enum ThreadSettingError: Error, Equatable, Sendable, CustomStringConvertible {
  case notACount(found: String)

  package var description: String {
    switch self {
    case .notACount(let found):
      "$RETNET_THREADS is '\(found)', expected a whole number from 1 to \(ThreadSetting.range.upperBound). "
        + "Correct it, or unset it to use all cores."
    }
  }
}

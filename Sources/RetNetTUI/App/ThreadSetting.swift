import Foundation

/// The user's number of threads for all commands.
package enum ThreadSetting {
  package static let range = 1...256

  /// The number of threads; all cores by default.
  package static func count(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Int {
    try chosen(environment: environment)
      ?? min(max(ProcessInfo.processInfo.activeProcessorCount, range.lowerBound), range.upperBound)
  }

  /// The number in the environment, else in the settings file, else nil.
  package static func chosen(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Int? {
    guard let text = environment["RETNET_THREADS"], !text.isEmpty else {
      return try Settings.read(environment: environment).threads
    }
    guard let count = Int(text), range.contains(count) else { throw ThreadSettingError.notACount(found: text) }
    return count
  }
}

/// An invalid `$RETNET_THREADS`.
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

import ArgumentParser
import RetNetTUI

/// The number of cores of a command.
struct ThreadArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Number of cores. (default: $RETNET_THREADS, else the settings file's, else all)",
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

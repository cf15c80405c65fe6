import ArgumentParser
import RetNetTUI

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

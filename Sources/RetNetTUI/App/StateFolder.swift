import Foundation

/// The folder of the app's own files: `retnet` in `$XDG_STATE_HOME` or `~/.local/state`.
package enum StateFolder {
  /// nil without a home folder.
  package static func path(_ environment: [String: String]) -> String? {
    // The XDG specification ignores relative paths.
    if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder + "/retnet" }
    return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.local/state/retnet" }
  }
}

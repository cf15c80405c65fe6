import Foundation

/// Running and remaining times of commands.
enum RunTime {
  /// Hours, minutes and seconds: `1:30:00`.
  static func text(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e12))
    return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }

  /// Estimated seconds to the end of work of which `done` took `seconds`; nil if nothing is done.
  static func left(done: Int, of total: Int, seconds: Double) -> Double? {
    done > 0 ? seconds / Double(done) * Double(total - done) : nil
  }
}

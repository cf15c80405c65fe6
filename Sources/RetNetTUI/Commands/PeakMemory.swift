import Foundation

/// The most memory that a process has held at one time, in bytes.
enum PeakMemory {
  static var ofThisProcess: Int { bytes(itself) }

  /// Of the largest child that has ended and been waited for.
  static var ofChildren: Int { bytes(children) }

  #if os(Linux)
    private static let (itself, children) = (Int32(RUSAGE_SELF.rawValue), Int32(RUSAGE_CHILDREN.rawValue))
    private static let unit = 1024
  #else
    private static let (itself, children) = (RUSAGE_SELF, RUSAGE_CHILDREN)
    private static let unit = 1
  #endif

  private static func bytes(_ whose: Int32) -> Int {
    var usage = rusage()
    guard getrusage(whose, &usage) == 0 else { return 0 }
    return Int(usage.ru_maxrss) * unit
  }
}

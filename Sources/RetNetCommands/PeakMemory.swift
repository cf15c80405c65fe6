import Foundation

/// The most memory that a process has held at one time, in bytes.
enum PeakMemory {
  static var ofThisProcess: Int {
    var usage = rusage()
    #if os(Linux)
      let (itself, unit) = (Int32(RUSAGE_SELF.rawValue), 1024)
    #else
      let (itself, unit) = (RUSAGE_SELF, 1)
    #endif
    return getrusage(itself, &usage) == 0 ? Int(usage.ru_maxrss) * unit : 0
  }

  /// Of another process that still runs; nil where the system has no /proc. What `getrusage` says of children counts
  /// their parent's memory too, from before they became a program of their own.
  static func of(_ process: pid_t) -> Int? {
    (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)).flatMap(peak(inStatus:))
  }

  /// What `VmHWM` says in Linux's /proc/PID/status.
  static func peak(inStatus text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}

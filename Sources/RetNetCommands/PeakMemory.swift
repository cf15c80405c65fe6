import Foundation

/// The peak memory of a process in bytes.
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

  /// The peak memory of another running process; nil if the system has no /proc. `getrusage` for children is not
  /// suitable: it includes the parent's memory from before `exec`.
  static func of(_ process: pid_t) -> Int? {
    (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)).flatMap(peak(inStatus:))
  }

  /// The value of `VmHWM` in Linux's /proc/PID/status.
  static func peak(inStatus text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}

import Foundation

/// The memory that this process can still allocate.
///
/// On Linux it is the least of what the machine has without swapping (MemAvailable), what the control groups of the
/// process leave (memory.max), and what its address space leaves (`ulimit -v`). On other systems it is the main memory.
package enum AvailableMemory {
  /// Bytes; infinite if the system reports nothing.
  package static var bytes: Double {
    #if os(Linux)
      [machine, controlGroups, addressSpace].compactMap(\.self).min() ?? .infinity
    #else
      Double(ProcessInfo.processInfo.physicalMemory)
    #endif
  }

  /// The value of a line `NAME: VALUE kB` or `NAME VALUE` in `text`.
  static func value(_ name: String, in text: String) -> Double? {
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == ":" }
      guard words.count > 1, words[0] == name else { continue }
      return Double(words[1]).map { words.last == "kB" ? $0 * 1024 : $0 }
    }
    return nil
  }

  /// What a control group leaves: its limit without its use, of which the cache of files can be freed. nil without a
  /// limit.
  ///
  /// - Parameter read: returns the content of a file of the group; nil if there is none.
  static func left(in read: (String) -> String?) -> Double? {
    for names in [("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")] {
      guard let limit = number(read(names.0)), let used = number(read(names.1)) else { continue }
      let cache = read("memory.stat").flatMap { value("inactive_file", in: $0) } ?? 0
      return max(limit - used + min(cache, used), 0)
    }
    return nil
  }

  private static func number(_ text: String?) -> Double? {
    text.flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  #if os(Linux)
    private static func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private static var machine: Double? { read("/proc/meminfo").flatMap { value("MemAvailable", in: $0) } }

    /// The least that a group of the process, or a group that contains it, leaves.
    private static var controlGroups: Double? {
      let lines = (read("/proc/self/cgroup") ?? "").split(separator: "\n")
      var left: [Double] = []
      for line in lines {
        // `0::PATH` in version 2, `N:memory:PATH` in version 1.
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty || parts[1].split(separator: ",").contains("memory") else { continue }
        let root = parts[1].isEmpty ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
        var names = parts[2].split(separator: "/")
        while true {
          let folder = ([root[...]] + names).joined(separator: "/")
          if let found = Self.left(in: { read("\(folder)/\($0)") }) { left.append(found) }
          if names.popLast() == nil { break }
        }
      }
      return left.min()
    }

    /// What `ulimit -v` leaves, in bytes; nil without a limit.
    static var addressSpace: Double? {
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max) else {
        return nil
      }
      // The first number of statm is the size of the address space in pages.
      let pages = read("/proc/self/statm")?.split(separator: " ").first.flatMap { Double($0) } ?? 0
      return max(Double(limit.rlim_cur) - pages * Double(sysconf(Int32(_SC_PAGESIZE))), 0)
    }
  #else
    static var addressSpace: Double? { nil }
  #endif
}

import Foundation
import RetNet

/// The machine that a benchmark ran on.
package struct Machine: Sendable, Hashable {
  /// The processor's name; empty if the system does not report it.
  package var processor: String
  /// Cores that this process may use.
  package var cores: Int
  /// The processor's vector extensions that matter here, under the system's names.
  package var vectorExtensions: [String]
  /// Bytes of main memory.
  package var memoryBytes: Int

  private static let relevantExtensions = [
    "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_bf16", "avx512_vnni", "avx_vnni", "amx_tile",
    "asimd", "asimddp", "i8mm", "bf16", "sve",
  ]

  /// The machine of this process.
  package init() {
    cores = ProcessInfo.processInfo.activeProcessorCount
    memoryBytes = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    processor = ""
    vectorExtensions = []
    #if canImport(Darwin)
      processor = Self.systemText("machdep.cpu.brand_string")
      #if arch(arm64)
        vectorExtensions = ["asimd"]
      #endif
    #else
      // Without /proc, the name and the extensions stay empty.
      self.read(cpuinfo: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")
    #endif
  }

  /// Reads the name and the extensions from the text of Linux's /proc/cpuinfo.
  mutating func read(cpuinfo: String) {
    func value(_ names: [String]) -> String? {
      for line in cpuinfo.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 2, names.contains(parts[0]) { return parts[1] }
      }
      return nil
    }
    processor = value(["model name", "Model"]) ?? ""
    let flags = Set((value(["flags", "Features"]) ?? "").split(separator: " ").map(String.init))
    vectorExtensions = Self.relevantExtensions.filter(flags.contains)
  }

  #if canImport(Darwin)
    private static func systemText(_ name: String) -> String {
      var size = 0
      guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 1 else { return "" }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return "" }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  #endif
}

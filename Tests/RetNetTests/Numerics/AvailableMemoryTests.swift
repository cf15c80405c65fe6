import Testing

@testable import RetNet

@Suite("Available memory")
struct AvailableMemoryTests {
  @Test("Values of /proc files, with and without a unit")
  func values() {
    let text = "MemTotal:       24649428 kB\nMemFree:  1 kB\nMemAvailable:   21370880 kB\ninactive_file 4096\n"
    #expect(AvailableMemory.value("MemAvailable", in: text) == Double(21_370_880 * 1024))
    #expect(AvailableMemory.value("inactive_file", in: text) == 4096)
    #expect(AvailableMemory.value("Mem", in: text) == nil)
    #expect(AvailableMemory.value("MemAvailable", in: "MemAvailable:\nMemAvailable: x kB\n") == nil)
  }

  @Test("A control group leaves its limit without its use, of which cached files can be freed; some have no limit")
  func controlGroups() {
    func left(_ files: [String: String]) -> Double? { AvailableMemory.left { files[$0] } }
    #expect(left(["memory.max": "1000\n", "memory.current": "400\n"]) == 600)
    let stat = "anon 1\ninactive_file 300\n"
    #expect(left(["memory.max": "1000\n", "memory.current": "400\n", "memory.stat": stat]) == 900)
    #expect(left(["memory.max": "1000", "memory.current": "1400"]) == 0)
    #expect(left(["memory.max": "max\n", "memory.current": "400\n"]) == nil)
    #expect(left(["memory.limit_in_bytes": "1000", "memory.usage_in_bytes": "100"]) == 900)
    #expect(left([:]) == nil)
  }

  @Test("This process has some memory left, and not more than the largest machines have")
  func process() {
    let bytes = AvailableMemory.bytes
    #expect(bytes > 1e6)
    #expect(bytes < 1e15)
  }

  @Test("An estimate above the available memory is an error with both and the remedy; a small one is not compared")
  func require() throws {
    let estimate = MemoryEstimate("a test", bytes: 7.1 * 1024 * 1024 * 1024, remedy: "use less")
    let error = RetNetError.value(
      of: "memory for a test", found: "7.1 GiB", expected: "at most the 310 MiB that are available: use less")
    #expect(throws: error) { try estimate.require(available: 310 * 1024 * 1024) }
    try estimate.require(available: 8e9)
    try MemoryEstimate("a test", bytes: MemoryEstimate.negligible, remedy: "").require(available: 0)
    #expect(throws: RetNetError.self) {
      try MemoryEstimate("a test", bytes: .infinity, remedy: "").require(available: 1e15)
    }
    #expect(MemoryEstimate.text(0) == "0 MiB")
    #expect(MemoryEstimate.text(1e300).hasSuffix(" GiB"))
  }
}

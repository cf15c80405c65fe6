import CFaults
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import RetNet

@Suite("Mapped files")
struct MappedFileTests {
  private func name(of address: UnsafeRawPointer?) -> String? { mapped_range_name(address).map { String(cString: $0) } }

  @Test("The registry names a file for every address of its bytes, as long as it is mapped")
  func registered() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a\u{202E}\u{1B}b")
    try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: path))
    var file: MappedFile? = try MappedFile(path: path)
    let start = try #require(file?.bytes.baseAddress)
    let expected = folder.path(#"a\u202e\u001bb"#)
    #expect(name(of: start) == expected)
    #expect(name(of: start + 9_999) == expected)
    #expect(name(of: start + 10_000) == nil)
    #expect(name(of: start - 1) == nil)
    file = nil
    #expect(name(of: start) == nil)
  }

  @Test("Threads add and remove ranges at the same time")
  func concurrent() {
    let wrong = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for round in 0..<500 {
        // Addresses that nothing else has registered.
        let start = UnsafeRawPointer(bitPattern: 0x1000 * (1 + thread * 1000 + round))
        mapped_range_add(start, 0x1000, "\(thread).\(round)")
        if name(of: start) != "\(thread).\(round)" { wrong.add(1, ordering: .relaxed) }
        mapped_range_remove(start)
        if name(of: start) != nil { wrong.add(1, ordering: .relaxed) }
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }
}

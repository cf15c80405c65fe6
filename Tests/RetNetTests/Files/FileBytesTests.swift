import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Reading small files")
struct FileBytesTests {
  @Test("A file beyond the limit is refused before memory is allocated")
  func tooLarge() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("config.json", "{}")
    #expect(try FileBytes.read(path) == Data("{}".utf8))
    #expect(try FileBytes.read(path, limit: 2).count == 2)
    #expect(throws: FileError.tooLarge(path: path, bytes: 2, limit: 1)) { _ = try FileBytes.read(path, limit: 1) }
    // A sparse file needs no disk space, but reading it would need 1 TiB of memory.
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 1 << 40)
    try file.close()
    #expect(throws: FileError.tooLarge(path: path, bytes: 1 << 40, limit: FileBytes.limit)) {
      _ = try FileBytes.read(path)
    }
    #expect(
      FileError.tooLarge(path: "f", bytes: 9, limit: 8).description
        == "'f' has 9 bytes; the limit is 8. Check that it is the right file.")
  }
}

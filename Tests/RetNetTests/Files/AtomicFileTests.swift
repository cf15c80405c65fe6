import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Atomic files")
struct AtomicFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("Text and bytes replace the old content")
  func replaces() throws {
    try AtomicFile.write("first\n", to: folder.path("f"))
    #expect(try folder.bytes("f") == Array("first\n".utf8))
    try AtomicFile.write([0, 1, 255], to: folder.path("f"))
    #expect(try folder.bytes("f") == [0, 1, 255])
    try AtomicFile.write("", to: folder.path("f"))
    #expect(try folder.bytes("f") == [])
    #expect(try folder.contents() == ["f"])
  }

  @Test("A missing folder, or a folder at the path, is an error and leaves no temporary file")
  func unwritable() throws {
    let missing = folder.path("none/f")
    let error = FileError.unwritable(path: missing, reason: "no such file or directory")
    #expect(throws: error) { try AtomicFile.write("x", to: missing) }
    #expect(
      FileError.unwritable(path: "f", reason: "no space left on device").description
        == "'f' cannot be written: no space left on device. Check that its folder exists, is writable and has "
        + "free space. An existing file is unchanged.")
    try AtomicFile.write("x", to: folder.path("inside"))
    #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder.url.path) }
    #expect(try folder.contents() == ["inside"])
  }

  @Test("A pipe at the path is refused and not replaced")
  func pipe() throws {
    #expect(mkfifo(folder.path("pipe"), 0o644) == 0)
    let error = FileError.unwritable(path: folder.path("pipe"), reason: "it is a device or pipe, not a file")
    #expect(throws: error) { try AtomicFile.write("x", to: folder.path("pipe")) }
    #expect(try folder.contents() == ["pipe"])
  }
}

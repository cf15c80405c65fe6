import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Regular files")
struct RegularFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("A pipe without a writer, a device, a folder and a socket are refused at once, for reading and writing")
  func others() throws {
    #expect(mkfifo(folder.path("pipe"), 0o644) == 0)
    let socket = try Socket(folder.path("s"))
    defer { withExtendedLifetime(socket) {} }
    for (path, found) in [
      (folder.path("pipe"), "a pipe"), ("/dev/zero", "a device"), (folder.root, "a folder"),
      (folder.path("s"), "a socket"),
    ] {
      let error = FileError.notAFile(path: path, found: found)
      #expect(throws: error) { try RegularFile.open(path, O_RDONLY) }
      #expect(throws: error) { try RegularFile.open(path, O_RDWR) }
      #expect(throws: error) { try MappedFile(path: path) }
    }
  }

  @Test("A link to a pipe is refused, and a link to a file is opened")
  func links() throws {
    #expect(mkfifo(folder.path("pipe"), 0o644) == 0)
    try folder.link("to-pipe", to: "pipe")
    #expect(throws: FileError.notAFile(path: folder.path("to-pipe"), found: "a pipe")) {
      try FileBytes.read(folder.path("to-pipe"))
    }
    _ = try folder.write("f", "text")
    try folder.link("to-file", to: "f")
    #expect(try FileBytes.read(folder.path("to-file")) == Data("text".utf8))
    try folder.link("lost", to: "nothing")
    #expect(throws: FileError.missing(path: folder.path("lost"))) { try FileBytes.read(folder.path("lost")) }
  }
}

/// A socket in the file system, closed on deinitialization.
private final class Socket {
  private let descriptor: Int32

  init(_ path: String) throws {
    #if canImport(Glibc)
      descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
    }
    try #require(bound == 0, "\(String(cString: strerror(errno)))")
  }

  deinit { close(descriptor) }
}

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
    let error = FileError.unwritable(path: folder.path("pipe"), reason: "it is a pipe, not a file")
    #expect(throws: error) { try AtomicFile.write("x", to: folder.path("pipe")) }
    #expect(try folder.contents() == ["pipe"])
  }

  @Test("An existing file keeps its permissions", arguments: [0o600, 0o640, 0o664, 0o755, 0o400])
  func keepsMode(mode: Int) throws {
    _ = try folder.write("f", "old")
    try folder.setMode("f", mode)
    try AtomicFile.write("new", to: folder.path("f"))
    #expect(try folder.mode("f") == mode)
    #expect(try folder.bytes("f") == Array("new".utf8))
  }

  @Test("A new file has the permissions that the umask leaves of 0666")
  func newMode() throws {
    try AtomicFile.write("x", to: folder.path("f"))
    close(open(folder.path("other"), O_WRONLY | O_CREAT, 0o666))
    #expect(try folder.mode("f") == folder.mode("other"))
  }

  @Test(
    "A symbolic link stays, and the file that it names is written",
    arguments: [
      [("link", "real/f")], [("link", "./second"), ("second", "real/../real/f")],
      [("link", "real/third"), ("real/third", "f")],
    ])
  func followsLinks(links: [(String, String)]) throws {
    for exists in [true, false] {
      let folder = try TemporaryFolder()
      try FileManager.default.createDirectory(atPath: folder.path("real"), withIntermediateDirectories: false)
      for (name, destination) in links { try folder.link(name, to: destination) }
      if exists {
        _ = try folder.write("real/f", "old")
        try folder.setMode("real/f", 0o600)
      }
      try AtomicFile.write("new", to: folder.path("link"))
      #expect(try folder.bytes("real/f") == Array("new".utf8))
      if exists { #expect(try folder.mode("real/f") == 0o600) }
      for (name, destination) in links {
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path(name)) == destination)
      }
      #expect(try folder.contents() == (["real"] + links.map(\.0).filter { !$0.contains("/") }).sorted())
    }
  }

  @Test("An absolute link, a loop of links, and a link into a missing folder")
  func otherLinks() throws {
    try folder.link("absolute", to: folder.path("f"))
    try AtomicFile.write("x", to: folder.path("absolute"))
    #expect(try folder.bytes("f") == Array("x".utf8))
    try folder.link("a", to: "b")
    try folder.link("b", to: "a")
    #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder.path("a")) }
    try folder.link("lost", to: "none/f")
    let error = FileError.unwritable(path: folder.path("lost"), reason: "no such file or directory")
    #expect(throws: error) { try AtomicFile.write("x", to: folder.path("lost")) }
    #expect(try folder.contents() == ["a", "absolute", "b", "f", "lost"])
  }

  @Test("A writer removes what killed writers of the same file left, and nothing else")
  func leftovers() throws {
    let ended = try TemporaryFolder.endedProcess()
    let removed = ["f.\(ended)-0.partial", "f.\(ended)-4294967295.partial"]
    let kept = [
      "f.\(getpid())-7.partial", "f.1-7.partial", "g.\(ended)-7.partial", "f.g.\(ended)-7.partial",
      "f.\(ended)-7", "f.\(ended).partial", "f.-7.partial", "f.0-7.partial", "f.x-7.partial", "f.partial",
      "f.\(ended)-4294967296.partial", "xf.\(ended)-7.partial",
    ]
    for name in removed + kept { _ = try folder.write(name, "half") }
    try AtomicFile.write("new", to: folder.path("f"))
    #expect(try folder.contents() == (kept + ["f"]).sorted())
    TemporaryFiles.removeLeftovers(in: folder.root)
    let others = ["g", "f.g", "xf"].map { "\($0).\(ended)-7.partial" }
    #expect(try folder.contents() == (kept.filter { !others.contains($0) } + ["f"]).sorted())
  }

  @Test("Of concurrent writers of one file the last one wins, and contents never mix")
  func concurrentWriters() async throws {
    let path = folder.path("f")
    let contents = (0..<8).map { [UInt8](repeating: UInt8(ascii: "a") + $0, count: 100_000 + Int($0)) }
    await withTaskGroup(of: Void.self) { group in
      for content in contents {
        group.addTask { for _ in 0..<5 { try? AtomicFile.write(content, to: path) } }
      }
    }
    #expect(contents.contains(try folder.bytes("f")))
    #expect(try folder.contents() == ["f"])
  }
}

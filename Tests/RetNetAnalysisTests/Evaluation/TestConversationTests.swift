import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetText

@Suite("Test conversations")
struct TestConversationTests {
  @Test("The user's first four turns with text and their replies are used")
  func beginning() {
    let long = TestConversation((1...6).flatMap { [Turn(.user, "u\($0)"), Turn(.reply, "b\($0)")] })
    #expect(long.messages == ["u1", "u2", "u3", "u4"])
    #expect(long.replies == ["b1", "b2", "b3", "b4"])
    let short = TestConversation([Turn(.user, " "), Turn(.reply, "b"), Turn(.user, "u"), Turn(.reply, "")])
    #expect(short.messages == ["u"])
    #expect(short.replies == ["b"])
  }

  @Test("Conversations are drawn from all files without repetition, the same for the same seed")
  func drawing() throws {
    let folder = try TemporaryFolder()
    func write(_ name: String, _ numbers: Range<Int>) throws -> String {
      try folder.write(name, numbers.map { "U: \($0)\nB: yes\n" }.joined(separator: "\n"))
    }
    let paths = [try write("a.txt", 0..<30), try write("b.txt", 30..<50)]
    func draw(_ count: Int, seed: UInt64 = 1) throws -> [String] {
      try TestConversation.draw(count, from: paths, seed: seed).flatMap(\.messages)
    }
    let all = try draw(200)
    #expect(all.count == 50)
    #expect(Set(all) == Set((0..<50).map(String.init)))
    #expect(all != (0..<50).map(String.init))
    #expect(try draw(20) == Array(all.prefix(20)))
    #expect(try draw(20, seed: 2) != draw(20))
    #expect(try draw(1).count == 1)
  }

  @Test("The error names a file that is missing or no dialogue")
  func errors() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError.missing(path: folder.path("none"))) {
      try TestConversation.draw(1, from: [folder.path("none")], seed: 1)
    }
    let path = try folder.write("text.txt", "hello")
    #expect(throws: TextError.noSpeaker(path: path, line: 1, found: "hello")) {
      try TestConversation.draw(1, from: [path], seed: 1)
    }
  }
}

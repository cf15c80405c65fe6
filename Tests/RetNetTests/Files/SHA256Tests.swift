import TestSupport
import Testing

@testable import RetNet

/// Messages and digests of NIST's example values for SHA-256, and of its validation suite's empty message.
@Suite("SHA-256")
struct SHA256Tests {
  static let examples: [(String, String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ]

  private func hex(_ parts: [[UInt8]]) -> String {
    var hash = SHA256()
    for part in parts { part.withUnsafeBytes { hash.update($0) } }
    return hash.hex()
  }

  @Test("NIST's examples", arguments: examples)
  func example(_ message: String, _ digest: String) throws {
    #expect(hex([Array(message.utf8)]) == digest)
    let folder = try TemporaryFolder()
    #expect(try SHA256.hex(ofFile: folder.write("message", message)) == digest)
  }

  @Test("A message in parts has the same hash for every division")
  func parts() {
    let (message, digest) = Self.examples[3]
    let bytes = Array(message.utf8)
    for first in 0...bytes.count {
      for second in stride(from: first, through: bytes.count, by: 7) {
        #expect(hex([Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]) == digest)
      }
    }
  }

  @Test("A million times a, in pieces of an odd length")
  func million() {
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 9_901)  // 1,000,000 = 101 · 9,901 − 1
    let pieces = Array(repeating: piece, count: 100) + [Array(piece.dropLast())]
    #expect(hex(pieces) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("A missing file is an error")
  func missing() {
    #expect(throws: FileError.missing(path: "/nowhere/at all")) { try SHA256.hex(ofFile: "/nowhere/at all") }
  }
}

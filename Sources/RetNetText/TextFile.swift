import RetNet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads whole files of UTF-8 text.
package enum TextFile {
  /// The file's text without a leading byte order mark. Throws `FileError` or `TextError`.
  package static func read(_ path: String) throws -> String {
    let file = try MappedFile(path: path)
    return try withExtendedLifetime(file) { String(decoding: try checked(file), as: UTF8.self) }
  }

  /// Calls `body` with each line's bytes, without the line ending (`\n` or `\r\n`), and its number from 1.
  ///
  /// The bytes are valid UTF-8. They belong to the mapped file and must not escape `body`.
  /// Throws `FileError`, `TextError`, and the errors of `body`.
  package static func forEachLine(_ path: String, _ body: (Slice<UnsafeRawBufferPointer>, Int) throws -> Void) throws {
    let file = try MappedFile(path: path)
    try withExtendedLifetime(file) {
      var rest = try checked(file)
      var number = 0
      while !rest.isEmpty {
        number += 1
        let end = newline(in: rest) ?? rest.endIndex
        var line = rest[..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        try body(line, number)
        rest = rest[min(end + 1, rest.endIndex)...]
      }
    }
  }

  /// The bytes of `file` after its byte order mark, validated as UTF-8.
  private static func checked(_ file: MappedFile) throws -> Slice<UnsafeRawBufferPointer> {
    let bytes = file.bytes
    if let offset = UTF8Scan.firstInvalid(in: bytes) {
      let line = 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
      throw TextError.notUTF8(path: file.path, line: line, byteOffset: offset)
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard !text.isEmpty else { throw TextError.empty(path: file.path) }
    return text
  }

  private static func newline(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard let start = bytes.base.baseAddress,
      let found = memchr(start + bytes.startIndex, 0x0A, bytes.count)
    else { return nil }
    return start.distance(to: UnsafeRawPointer(found))
  }
}

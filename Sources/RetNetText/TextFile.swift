import RetNet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads whole files of UTF-8 text.
package enum TextFile {
  /// What the path `-` has, if a command read its standard input. Otherwise `-` is a file like any other.
  @TaskLocal package static var standardInput: [UInt8]?

  /// The file's text without a leading byte order mark. Throws `FileError` or `TextError`.
  package static func read(_ path: String) throws -> String {
    try withBytes(path) { String(decoding: try checked($0, name: $1), as: UTF8.self) }
  }

  /// Calls `body` with each line's bytes, without the line ending (`\n` or `\r\n`), and its number from 1.
  ///
  /// The bytes are valid UTF-8. They belong to the file's memory and must not escape `body`.
  /// Throws `FileError`, `TextError`, and the errors of `body`.
  package static func forEachLine(_ path: String, _ body: (Slice<UnsafeRawBufferPointer>, Int) throws -> Void) throws {
    try withBytes(path) { bytes, name in
      var rest = try checked(bytes, name: name)
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

  /// The bytes of the file. Throws `FileError`.
  package static func byteCount(_ path: String) throws -> Int { try withBytes(path) { bytes, _ in bytes.count } }

  /// Passes the file's bytes to `body`, and its name for errors.
  private static func withBytes<Result>(
    _ path: String, _ body: (UnsafeRawBufferPointer, String) throws -> Result
  ) throws -> Result {
    if path == "-", let standardInput { return try standardInput.withUnsafeBytes { try body($0, "standard input") } }
    let file = try MappedFile(path: path)
    return try withExtendedLifetime(file) { try body(file.bytes, file.path) }
  }

  /// `bytes` after their byte order mark, validated as UTF-8.
  private static func checked(_ bytes: UnsafeRawBufferPointer, name: String) throws -> Slice<UnsafeRawBufferPointer> {
    if let offset = UTF8Scan.firstInvalid(in: bytes) {
      let line = 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
      throw TextError.notUTF8(path: name, line: line, byteOffset: offset)
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard !text.isEmpty else { throw TextError.empty(path: name) }
    return text
  }

  private static func newline(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard let start = bytes.base.baseAddress,
      let found = memchr(start + bytes.startIndex, 0x0A, bytes.count)
    else { return nil }
    return start.distance(to: UnsafeRawPointer(found))
  }
}

import RetNet

extension TextFile {
  /// Decodes bytes from a source other than a file, such as a pipe, without a leading byte order mark.
  ///
  /// - Parameter name: the source's name in the error.
  /// - Throws: `TextError.notUTF8`.
  package static func text(_ bytes: [UInt8], name: String) throws -> String {
    if let offset = bytes.withUnsafeBytes({ UTF8Scan.firstInvalid(in: $0) }) {
      let line = 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
      throw TextError.notUTF8(path: name, line: line, byteOffset: offset)
    }
    return String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
  }
}

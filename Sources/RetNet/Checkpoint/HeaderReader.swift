/// Reads the JSON of a safetensors header (objects, strings, non-negative integers and lists of them), and general JSON
/// values.
///
/// Unlike Foundation's reader it reports duplicate keys, and keeps keys apart that are canonically equivalent.
package struct HeaderReader {
  private let path: String
  private let bytes: UnsafeRawBufferPointer
  private let end: Int
  private var position: Int

  /// Reads `range` of `bytes`, the content of the file at `path`.
  package init(path: String, bytes: UnsafeRawBufferPointer, range: Range<Int>) {
    self.path = path
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// Calls `member` at the value of each key of an object; `member` must read that value.
  package mutating func object(_ member: (inout HeaderReader, _ key: String) throws -> Void) throws {
    try expect(UInt8(ascii: "{"))
    guard !skip(UInt8(ascii: "}")) else { return }
    // As bytes: two spellings of one character are two keys, but equal strings.
    var seen: Set<[UInt8]> = []
    repeat {
      let key = try string()
      guard seen.insert(Array(key.utf8)).inserted else { throw CheckpointError.duplicateKey(path: path, key: key) }
      try expect(UInt8(ascii: ":"))
      try member(&self, key)
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  mutating func integers() throws -> [Int] {
    try expect(UInt8(ascii: "["))
    guard !skip(UInt8(ascii: "]")) else { return [] }
    var values: [Int] = []
    repeat { values.append(try integer()) } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return values
  }

  package mutating func string() throws -> String {
    try expect(UInt8(ascii: "\""))
    var text: [UInt8] = []
    let start = position
    while let byte = next() {
      switch byte {
      case UInt8(ascii: "\""):
        guard UTF8Scan.firstInvalid(in: text) == nil else { throw error("a string that is not UTF-8", at: start) }
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: String(try escaped()).utf8)
      case 0..<0x20: throw error("a control character inside a string", at: position - 1)
      default: text.append(byte)
      }
    }
    throw error("the end of the text inside a string", at: end)
  }

  /// Any value.
  ///
  /// - Parameters:
  ///   - depth: how many objects and lists may contain one another.
  ///   - limit: the number of values that may follow; each one decreases it.
  package mutating func value(depth: Int, limit: inout Int) throws -> JSONValue {
    skipSpace()
    limit -= 1
    guard limit >= 0 else { throw error("more values than a reader accepts") }
    guard position < end else { throw error("the end of the text instead of a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      guard depth > 0 else { throw error("too many nested values") }
      var members: [(key: String, value: JSONValue)] = []
      try object { reader, key in members.append((key, try reader.value(depth: depth - 1, limit: &limit))) }
      return .object(members)
    case UInt8(ascii: "["):
      guard depth > 0 else { throw error("too many nested values") }
      position += 1
      var elements: [JSONValue] = []
      guard !skip(UInt8(ascii: "]")) else { return .array([]) }
      repeat { elements.append(try value(depth: depth - 1, limit: &limit)) } while skip(UInt8(ascii: ","))
      try expect(UInt8(ascii: "]"))
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .boolean(true))
    case UInt8(ascii: "f"): return try literal("false", .boolean(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
    let text = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[position..<end].starts(with: text) else { throw error("a word that is no value") }
    position += text.count
    return value
  }

  private mutating func number() throws -> Double {
    let start = position
    while position < end, "0123456789+-.eE".utf8.contains(bytes[position]) { position += 1 }
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    guard let value = Double(text) else { throw error("no value", at: start) }
    return value
  }

  /// Throws unless only white space is left.
  package mutating func finish() throws {
    skipSpace()
    guard position == end else { throw error("text after the last '}'", at: position) }
  }

  /// An error at the current position.
  package func error(_ problem: String) -> CheckpointError { error(problem, at: position) }

  private func error(_ problem: String, at offset: Int) -> CheckpointError {
    .badHeader(path: path, byteOffset: offset, problem: problem)
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < end, case let digit = bytes[position], (0x30...0x39).contains(digit) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(digit - 0x30))
      guard !overflow, !carry else { throw error("a number beyond \(Int.max)", at: start) }
      value = sum
      position += 1
    }
    guard position > start else { throw error("no whole number of zero or more", at: start) }
    return value
  }

  /// The character of an escape sequence after its backslash.
  private mutating func escaped() throws -> Unicode.Scalar {
    let start = position - 1
    switch next() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      if unit < 0xDC00, next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") {
        let low = try hexadecimal()
        if (0xDC00..<0xE000).contains(low),
          let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        {
          return scalar
        }
      }
      throw error("half a surrogate pair", at: start)
    default: throw error("an escape that JSON does not have", at: start)
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("an escape without four hexadecimal digits", at: position)
      }
      value = value << 4 + UInt32(digit)
    }
    return value
  }

  private mutating func next() -> UInt8? {
    guard position < end else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func expect(_ byte: UInt8) throws {
    guard skip(byte) else { throw error("no '\(Character(Unicode.Scalar(byte)))'", at: position) }
  }

  /// Skips `byte` if it is next after white space. Returns whether it was.
  private mutating func skip(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }
}

import RetNet

/// Writes JSON incrementally, so that large results are never in memory as text.
///
///     try json.object {
///       try json.field("tokens", tokens)
///       try json.field("logits") { try json.array { … } }
///     }
///
/// Numbers have the shortest form that reads back to the same bits. NaN and infinity, which JSON lacks, become `null`.
final class JSONWriter {
  private let output: StandardOutput
  private var needsComma = false

  init(_ output: StandardOutput) { self.output = output }

  func object(_ body: () throws -> Void) throws { try enclose("{", body, "}") }

  func array(_ body: () throws -> Void) throws { try enclose("[", body, "]") }

  /// Writes an array with one object per element, whose fields `fields` writes.
  func objects<Element>(_ elements: some Sequence<Element>, _ fields: (Element) throws -> Void) throws {
    try array {
      for element in elements { try object { try fields(element) } }
    }
  }

  /// Writes a key, and the value with `value`.
  func field(_ name: String, _ value: () throws -> Void) throws {
    try write(JSONText.quoted(name) + ":")
    needsComma = false
    try value()
  }

  func field(_ name: String, _ value: some JSONValue) throws {
    try field(name) { try self.value(value) }
  }

  func value(_ value: some JSONValue) throws { try write(value.json) }

  /// Ends a line. A new value may follow.
  func endLine() throws {
    try output.write("\n")
    needsComma = false
  }

  /// Writes numbers in row-major order as nested arrays.
  ///
  /// - Parameters:
  ///   - values: as many as the product of `shape`.
  ///   - shape: `[a, b, c]` gives `a` arrays of `b` arrays of `c` numbers.
  func nested<Values: RandomAccessCollection>(_ values: Values, shape: [Int]) throws
  where Values.Element: JSONValue, Values.Index == Int {
    guard let first = shape.first else { return }
    try array {
      let size = first == 0 ? 0 : values.count / first
      for i in 0..<first {
        let start = values.startIndex + i * size
        if shape.count == 1 {
          try value(values[start])
        } else {
          try nested(values[start..<start + size], shape: Array(shape.dropFirst()))
        }
      }
    }
  }

  private func enclose(_ open: String, _ body: () throws -> Void, _ close: String) throws {
    try write(open)
    needsComma = false
    try body()
    try output.write(close)
    needsComma = true
  }

  private func write(_ text: String) throws {
    if needsComma { try output.write(",") }
    try output.write(text)
    needsComma = true
  }
}

/// A value with a JSON representation.
protocol JSONValue {
  var json: String { get }
}

extension Int: JSONValue {
  var json: String { description }
}

extension UInt64: JSONValue {
  var json: String { description }
}

extension Bool: JSONValue {
  var json: String { description }
}

extension String: JSONValue {
  var json: String { JSONText.quoted(self) }
}

extension Float: JSONValue {
  var json: String { isFinite ? description : "null" }
}

extension Double: JSONValue {
  var json: String { isFinite ? description : "null" }
}

extension Optional: JSONValue where Wrapped: JSONValue {
  var json: String { map(\.json) ?? "null" }
}

extension Array: JSONValue where Element: JSONValue {
  var json: String { "[" + map(\.json).joined(separator: ",") + "]" }
}

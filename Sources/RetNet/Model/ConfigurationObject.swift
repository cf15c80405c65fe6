import Foundation

/// A JSON object with values read by key and type. Errors name the key.
package struct ConfigurationObject {
  private let values: [String: Any]
  private let nulls: Set<String>

  /// Throws `ModelError.configuration` if `json` is not a JSON object.
  package init(_ json: Data) throws {
    let parsed: Any
    do {
      parsed = try JSONSerialization.jsonObject(with: json)
    } catch {
      throw ModelError.configuration(key: "(the whole file)", found: "not JSON", expected: "a JSON object")
    }
    guard let values = parsed as? [String: Any] else {
      throw ModelError.configuration(key: "(the whole file)", found: Self.name(parsed), expected: "a JSON object")
    }
    self.init(values: values)
  }

  /// The keys whose value is not null.
  package var keys: [String] { Array(values.keys) }

  /// Whether the key exists with the value null.
  func isNull(_ key: String) -> Bool { nulls.contains(key) }

  /// Whether the key exists with a value other than null.
  package func has(_ key: String) -> Bool { values[key] != nil }

  func describe(_ key: String) -> String { values[key].map(Self.name) ?? "missing" }

  package func integer(_ key: String, _ range: ClosedRange<Int>, default value: Int) throws -> Int {
    guard let raw = values[key] else { return value }
    guard let number = Self.number(raw), let integer = Int(exactly: number.doubleValue), range.contains(integer) else {
      throw ModelError.configuration(
        key: key, found: Self.name(raw), expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  package func number(_ key: String, _ range: ClosedRange<Double>, default value: Double) throws -> Double {
    guard let raw = values[key] else { return value }
    guard let number = Self.number(raw)?.doubleValue, range.contains(number) else {
      throw ModelError.configuration(
        key: key, found: Self.name(raw), expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func boolean(_ key: String, default value: Bool) throws -> Bool {
    guard let raw = values[key] else { return value }
    guard let number = raw as? NSNumber, Self.isBoolean(number) else {
      throw ModelError.configuration(key: key, found: Self.name(raw), expected: "true or false")
    }
    return number.boolValue
  }

  package func string(_ key: String, oneOf allowed: [String], default value: String) throws -> String {
    guard let raw = values[key] else { return value }
    guard let string = raw as? String, allowed.contains(string) else {
      throw ModelError.configuration(
        key: key, found: Self.name(raw), expected: allowed.map { "\"\($0)\"" }.joined(separator: " or "))
    }
    return string
  }

  /// An array of integers; nil if the value is not an array.
  func integers(_ key: String, _ range: ClosedRange<Int>) throws -> [Int]? {
    guard let raw = values[key] as? [Any] else { return nil }
    return try raw.map { item in
      guard let number = Self.number(item), let integer = Int(exactly: number.doubleValue), range.contains(integer)
      else {
        throw ModelError.configuration(
          key: key, found: "an array with \(Self.name(item))",
          expected: "whole numbers from \(range.lowerBound) to \(range.upperBound)")
      }
      return integer
    }
  }

  package func object(_ key: String) throws -> ConfigurationObject? {
    guard let raw = values[key] else { return nil }
    guard let values = raw as? [String: Any] else {
      throw ModelError.configuration(key: key, found: Self.name(raw), expected: "an object")
    }
    return ConfigurationObject(values: values)
  }

  private init(values: [String: Any]) {
    self.values = values.filter { !($0.value is NSNull) }
    nulls = Set(values.filter { $0.value is NSNull }.keys)
  }

  private static func number(_ raw: Any) -> NSNumber? {
    guard let number = raw as? NSNumber, !isBoolean(number) else { return nil }
    return number
  }

  /// Foundation represents JSON's true and false as numbers of C's character type.
  private static func isBoolean(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
  }

  /// A value in an error message.
  package static func name(_ value: Any) -> String {
    switch value {
    case let string as String: "\"\(cut(string))\""
    case let number as NSNumber: isBoolean(number) ? "\(number.boolValue)" : "\(number)"
    case let array as [Any]: array.isEmpty ? "an empty array" : "an array"
    case let object as [String: Any]: object.isEmpty ? "an empty object" : "an object"
    default: "null"
    }
  }

  /// A text of the file in an error message: at most 80 characters.
  package static func cut(_ text: String) -> String { text.count > 80 ? text.prefix(79) + "…" : text }
}

import Foundation

/// The options of a command line, each `--name value`.
struct Options {
  private var values: [String: String] = [:]

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter names: the allowed names, without `--`.
  init(_ arguments: some Sequence<String>, names: [String]) throws {
    var iterator = arguments.makeIterator()
    while let argument = iterator.next() {
      guard argument.hasPrefix("--"), names.contains(String(argument.dropFirst(2))), let value = iterator.next() else {
        throw Failure(
          description: "Found '\(argument)', expected \(names.map { "--\($0) VALUE" }.joined(separator: ", ")).")
      }
      values[String(argument.dropFirst(2))] = value
    }
  }

  func text(_ name: String) -> String? { values[name] }

  func integer(_ name: String, default value: Int) throws -> Int {
    guard let text = values[name] else { return value }
    guard let number = Int(text), number >= 0 else {
      throw Failure(description: "--\(name) is '\(text)', expected a whole number, 0 or more.")
    }
    return number
  }

  func seed() throws -> UInt64 { UInt64(try integer("seed", default: 1)) }
}

import Foundation

extension Probes {
  /// Reads `{"recall":[{"messages":[…],"expect":"…","kind":"…"}…],"manners":[…]}`.
  ///
  /// - Throws: `FileError`, `ProbesError`.
  public init(path: String) throws {
    let bytes = try FileBytes.read(path)
    guard let json = try? JSONSerialization.jsonObject(with: bytes, options: .fragmentsAllowed) else {
      throw ProbesError.notAnObject(path: path, found: "no JSON")
    }
    guard let lists = json as? [String: Any] else {
      throw ProbesError.notAnObject(path: path, found: "JSON, but no object")
    }
    func probes(_ list: String) throws -> [Probe] {
      guard let entries = lists[list] as? [Any], !entries.isEmpty else {
        throw ProbesError.noList(path: path, list: list)
      }
      return try entries.enumerated().map { index, entry in
        try Probe(entry) { ProbesError.wrongProbe(path: path, list: list, index: index, reason: $0) }
      }
    }
    self.init(recall: try probes("recall"), manners: try probes("manners"))
  }
}

extension Probe {
  /// - Parameters:
  ///   - entry: what JSON has in the probe's place.
  ///   - wrong: the error for what is wrong with it, in words.
  fileprivate init(_ entry: Any, wrong: (_ reason: String) -> ProbesError) throws {
    guard let entry = entry as? [String: Any] else { throw wrong("it is no object") }
    guard let messages = entry["messages"] as? [String], !messages.isEmpty else {
      throw wrong("'messages' is no list of texts")
    }
    if let empty = messages.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw wrong("messages[\(empty)] is empty")
    }
    guard let expect = entry["expect"] as? String, !expect.isEmpty else { throw wrong("'expect' is no text") }
    guard (try? NSRegularExpression(pattern: expect)) != nil else {
      throw wrong("'expect' is no regular expression: '\(expect)'")
    }
    guard let kind = entry["kind"] as? String, !kind.isEmpty else { throw wrong("'kind' is no text") }
    self.init(messages: messages, expect: expect, kind: kind)
  }
}

/// What can be wrong with a file of probes.
public enum ProbesError: Error, Hashable, Sendable, CustomStringConvertible {
  case notAnObject(path: String, found: String)
  case noList(path: String, list: String)
  /// `index` counts from 0.
  case wrongProbe(path: String, list: String, index: Int, reason: String)

  public var description: String {
    switch self {
    case .notAnObject(let path, let found):
      "'\(path)' is \(found), but probes are a JSON object with 'recall' and 'manners'. "
        + "Give a file as retnet-corpus probes writes it."
    case .noList(let path, let list):
      "'\(path)' has no probes under '\(list)', but a list with one or more is needed. "
        + "Give a file as retnet-corpus probes writes it."
    case .wrongProbe(let path, let list, let index, let reason):
      "'\(path)', \(list)[\(index)]: \(reason). "
        + "A probe is {\"messages\":[\"…\"],\"expect\":\"regular expression\",\"kind\":\"…\"}."
    }
  }
}

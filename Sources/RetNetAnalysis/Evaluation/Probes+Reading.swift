import RetNet

extension Probes {
  /// The keys of a file of probes.
  static let fileKeys = ["recall", "manners"]

  /// Reads `{"recall":[{"messages":[…],"expect":"…","kind":"…"}…],"manners":[…]}`.
  ///
  /// - Throws: `ProbesError`.
  init(_ lists: [String: Any], path: String) throws {
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
    guard ReplyPattern.isValid(expect) else {
      throw wrong("'expect' is no regular expression: '\(expect)'")
    }
    guard let kind = entry["kind"] as? String, !kind.isEmpty else { throw wrong("'kind' is no text") }
    self.init(messages: messages, expect: expect, kind: kind)
  }
}

/// What can be wrong with a file of probes.
package enum ProbesError: Error, Hashable, Sendable, CustomStringConvertible {
  case noList(path: String, list: String)
  /// `index` counts from 0.
  case wrongProbe(path: String, list: String, index: Int, reason: String)

  package var description: String {
    switch self {
    case .noList(let path, let list):
      "'\(path)' has no probes under '\(list)', but a list with one or more is needed. "
        + "Give a file as retnet-corpus probes writes it."
    case .wrongProbe(let path, let list, let index, let reason):
      "'\(path)', \(list)[\(index)]: \(reason). "
        + "A probe is {\"messages\":[\"…\"],\"expect\":\"regular expression\",\"kind\":\"…\"}."
    }
  }
}

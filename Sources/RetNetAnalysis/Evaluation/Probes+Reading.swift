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
  ///   - entry: the JSON value of the probe.
  ///   - wrong: makes the error for a reason.
  fileprivate init(_ entry: Any, wrong: (_ reason: String) -> ProbesError) throws {
    guard let entry = entry as? [String: Any] else { throw wrong("it is not an object") }
    guard let messages = entry["messages"] as? [String], !messages.isEmpty else {
      throw wrong("'messages' is not a list of texts")
    }
    if let empty = messages.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw wrong("messages[\(empty)] is empty")
    }
    guard let expect = entry["expect"] as? String, !expect.isEmpty else { throw wrong("'expect' is not a text") }
    guard ReplyPattern.isValid(expect) else {
      throw wrong("'expect' is not a regular expression: '\(expect)'")
    }
    guard let kind = entry["kind"] as? String, !kind.isEmpty else { throw wrong("'kind' is not a text") }
    self.init(messages: messages, expect: expect, kind: kind)
  }
}

/// An error in a file of probes.
package enum ProbesError: Error, Hashable, Sendable, CustomStringConvertible {
  case noList(path: String, list: String)
  /// `index` counts from 0.
  case wrongProbe(path: String, list: String, index: Int, reason: String)

  package var description: String {
    switch self {
    case .noList(let path, let list):
      "'\(path)' has no probes under '\(list)', expected a list of one or more. "
        + "Give a file written by retnet-corpus probes."
    case .wrongProbe(let path, let list, let index, let reason):
      "'\(path)', \(list)[\(index)]: \(reason). "
        + "A probe is {\"messages\":[\"…\"],\"expect\":\"regular expression\",\"kind\":\"…\"}."
    }
  }
}

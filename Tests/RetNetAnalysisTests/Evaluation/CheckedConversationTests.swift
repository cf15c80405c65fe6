import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Conversations with checks")
struct CheckedConversationTests {
  private func read(_ text: String) throws -> [CheckedConversation] {
    let folder = try TemporaryFolder()
    return try SuiteContent(paths: [try folder.write("checks.json", text)]).conversations
  }

  /// A file with one conversation of one turn with one check. Each can be replaced.
  private static func file(
    patterns: String? = nil, conversation: String? = nil, turn: String? = nil,
    check: String = #"{"kind":"k","expect":"a"}"#
  ) -> String {
    let turn = turn ?? #"{"say":"hi","checks":[\#(check)]}"#
    let conversation = conversation ?? #"{"name":"one","kind":"talk","turns":[{"say":"oh"},\#(turn)]}"#
    return "{\(patterns.map { "\"patterns\":\($0)," } ?? "")\"conversations\":[\(conversation)]}"
  }

  @Test("A file is read in order, with names replaced by their pieces")
  func reading() throws {
    let read = try read(
      #"""
      {"patterns": {"bye": "bye|{later}", "later": "(?:see you )?later"},
       "conversations": [
        {"name": "one", "kind": "talk", "turns": [
          {"say": "hi", "checks": [
            {"kind": "greeting", "expect": "\\bhi\\b", "reject": "{bye}"}, {"kind": "b", "reject": "c{2}"}]},
          {"say": "well"}]},
        {"name": "two", "kind": "end", "turns": [{"say": "bye", "checks": [{"kind": "goodbye", "expect": "^({bye})"}]}]}]}
      """#)
    let first = CheckedConversation(
      name: "one", kind: "talk",
      turns: [
        CheckedTurn(
          message: "hi",
          checks: [
            ReplyCheck(kind: "greeting", expect: "\\bhi\\b", reject: "bye|(?:see you )?later"),
            ReplyCheck(kind: "b", reject: "c{2}"),
          ]), CheckedTurn(message: "well", checks: []),
      ])
    let second = CheckedConversation(
      name: "two", kind: "end",
      turns: [
        CheckedTurn(
          message: "bye", checks: [ReplyCheck(kind: "goodbye", expect: "^(bye|(?:see you )?later)")])
      ])
    #expect(read == [first, second])
  }

  @Test(
    "A check passes if the reply matches an expected pattern and no rejected one, ignoring case",
    arguments: [
      ("yes", nil, "Oh YES!", true), ("yes", nil, "no", false), (nil, "no", "Oh yes!", true), (nil, "no", "NO", false),
      ("yes", "no", "yes", true), ("yes", "no", "yes and no", false), ("yes", "no", "no", false),
      ("yes", "no", "perhaps", false), ("yes", nil, "", false), (nil, "no", "", true), ("^\\W*2\\b", nil, "= 2.", true),
    ] as [(String?, String?, String, Bool)])
  func passing(expect: String?, reject: String?, reply: String, passes: Bool) {
    #expect(ReplyCheck(kind: "k", expect: expect, reject: reject).passes(reply) == passes)
  }

  @Test(
    "An error names file, conversation, turn and check, and what was found and expected",
    arguments: [
      (#"{"conversations":5}"#, "", "5 as 'conversations'", "a list of conversations"),
      (#"{"conversations":[]}"#, "", "an empty list as 'conversations'", "a list of conversations"),
      (#"{"patterns":{}}"#, "", "no 'conversations'", "a list of conversations"),
      (Self.file(patterns: "[]"), ", 'patterns'", "an empty array", "an object"),
      (Self.file(patterns: #"{"a":5}"#), ", 'patterns'", "5 as 'a'", "a text"),
      (Self.file(patterns: #"{"a":""}"#), ", 'patterns'", "\"\" as 'a'", "a text"),
      (Self.file(patterns: #"{"A":"b"}"#), ", 'patterns'", "the name 'A'", "lower-case letters, digits and hyphens"),
      (Self.file(patterns: #"{"a":"("}"#), ", 'patterns'", "\"(\" as 'a'", "a regular expression"),
      (
        Self.file(patterns: #"{"a":"{b}"}"#), ", 'patterns'", "the unknown name {b} in 'a'",
        "names of 'patterns'"
      ),
      (Self.file(conversation: "5"), ", conversations[0]", "5", "an object with 'name', 'kind', 'turns'"),
      (Self.file(conversation: #"{"kind":"a"}"#), ", conversations[0]", "no 'name'", "a text"),
      (Self.file(conversation: #"{"name":"one","turns":[]}"#), ", conversation 'one'", "no 'kind'", "a text"),
      (
        Self.file(conversation: #"{"name":"one","kind":"a","turns":[]}"#), ", conversation 'one'",
        "an empty list as 'turns'", "a list of turns"
      ),
      (
        Self.file(conversation: #"{"name":"one","kind":"a","turns":[{"say":"a"}]}"#), ", conversation 'one'",
        "no checks",
        "one or more"
      ),
      (Self.file(turn: "null"), ", conversation 'one', turns[1]", "null", "an object with 'say', 'checks'"),
      (Self.file(turn: #"{"say":" "}"#), ", conversation 'one', turns[1]", "\" \" as 'say'", "a text"),
      (
        Self.file(turn: #"{"say":"a","checks":{}}"#), ", conversation 'one', turns[1]", "an empty object as 'checks'",
        "a list of checks"
      ),
      (
        Self.file(check: "7"), ", conversation 'one', turns[1], checks[0]", "7",
        "an object with 'kind', 'expect', 'reject'"
      ),
      (Self.file(check: #"{"expect":"a"}"#), ", conversation 'one', turns[1], checks[0]", "no 'kind'", "a text"),
      (
        Self.file(check: #"{"kind":"a"}"#), ", conversation 'one', turns[1], checks[0]",
        "neither 'expect' nor 'reject'",
        "one of them or both"
      ),
      (
        Self.file(check: #"{"kind":"a","expect":"a["}"#), ", conversation 'one', turns[1], checks[0]",
        "\"a[\" as 'expect'", "a regular expression"
      ),
      (
        Self.file(check: #"{"kind":"a","expect":"a","reject":null}"#), ", conversation 'one', turns[1], checks[0]",
        "null as 'reject'", "a text"
      ),
      (
        Self.file(check: #"{"kind":"a","reject":"{no}"}"#), ", conversation 'one', turns[1], checks[0]",
        "the unknown name {no} in 'reject'", "names of 'patterns'"
      ),
    ] as [(String, String, String, String)])
  func fault(text: String, place: String, found: String, expected: String) throws {
    let error = try #require(throws: CheckedConversationError.self) { try read(text) }
    #expect("\(error)" == "'\(error.path)'\(place): found \(found), expected \(expected). Correct it there.")
    #expect(error.path.hasSuffix("/checks.json"))
  }

  @Test(
    "The error names an unknown key at every level",
    arguments: [
      (#"{"conversations":[],"recall":[]}"#, "'recall'", "'patterns', 'conversations'"),
      (Self.file(conversation: #"{"name":"one","title":"a"}"#), "'title'", "'name', 'kind', 'turns'"),
      (Self.file(turn: #"{"says":"hi"}"#), "'says'", "'say', 'checks'"),
      (Self.file(check: #"{"kind":"a","expects":"b"}"#), "'expects'", "'kind', 'expect', 'reject'"),
    ])
  func unknownKey(text: String, key: String, known: String) throws {
    let error = try #require(throws: CheckedConversationError.self) { try read(text) }
    #expect(error.found == "the key \(key)")
    #expect(error.expected == "only \(known)")
  }

  @Test("A duplicate name in a file is refused")
  func names() throws {
    let conversation = #"{"name":"one","kind":"a","turns":[{"say":"a","checks":[{"kind":"k","expect":"a"}]}]}"#
    let error = try #require(throws: CheckedConversationError.self) {
      try read(Self.file(conversation: "\(conversation),\(conversation)"))
    }
    #expect(error.place == .conversation("conversations[1]"))
    #expect(error.found == "the name 'one' again")
  }

  @Test("The committed files are expanded as by a plain replacement of names", arguments: ["checks", "sums"])
  func committed(file: String) throws {
    let path = Repository.model("chat/\(file).json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    let object = try #require(json as? [String: Any])
    let pieces = try #require(object["patterns"] as? [String: String])
    func expanded(_ pattern: String?) -> String? {
      guard var text = pattern else { return nil }
      for _ in pieces { for (name, piece) in pieces { text = text.replacingOccurrences(of: "{\(name)}", with: piece) } }
      return text
    }
    let conversations = try #require(object["conversations"] as? [[String: Any]])
    let checks = try conversations.flatMap { try #require($0["turns"] as? [[String: Any]]) }.flatMap {
      try #require(($0["checks"] ?? []) as? [[String: String]])
    }
    let read = try SuiteContent(paths: [path]).conversations
    #expect(read.map(\.name) == conversations.map { $0["name"] as? String })
    #expect(
      read.flatMap(\.turns).flatMap(\.checks)
        == checks.map {
          ReplyCheck(kind: $0["kind"] ?? "", expect: expanded($0["expect"]), reject: expanded($0["reject"]))
        })
  }
}

import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText

/// `tokenizer.json` of every supported kind, and the tokens of Hugging Face's tokenizers 0.23.3
/// (`Scripts/huggingface.py fixtures`).
@Suite("Tokenizers in JSON")
struct TokenizerJSONTests {
  struct Case: Decodable {
    var text: String
    var tokens: [Int]
  }

  static let names = [
    "bpe-llama", "bpe-metaspace", "bpe-never", "bpe-gemma", "bpe-added", "bpe-added-normalized", "bpe-metaspace-added",
    "bpe-generic", "bpe-whole", "bpe-mapped", "unigram-llama", "unigram-metaspace", "unigram-t5", "unigram-bare",
    "unigram-generic",
  ]

  private static func path(_ name: String) -> String { Repository.reference("tokenizers-json/\(name).json") }

  private static func cases() throws -> [String: [Case]] {
    try JSONDecoder().decode(
      [String: [Case]].self, from: Data(contentsOf: URL(fileURLWithPath: path("expected"))))
  }

  @Test("Tokens equal the reference's", arguments: names)
  func reference(name: String) throws {
    let tokenizer = try Tokenizer.load(from: Self.path(name))
    let cases = try #require(try Self.cases()[name])
    #expect(cases.count > 30)
    for each in cases { #expect(tokenizer.encode(each.text) == each.tokens, "\(each.text.debugDescription)") }
  }

  @Test("The reference has a case for every kind, and no other")
  func complete() throws { #expect(try Set(Self.cases().keys) == Set(Self.names)) }

  @Test("Symbols, bytes and added tokens have their kinds, and decode as in a tokenizer.model")
  func kinds() throws {
    let tokenizer = try Tokenizer.load(from: Self.path("bpe-added"))
    #expect((tokenizer.bos, tokenizer.eos, tokenizer.unknown) == (1, 2, 0))
    #expect(tokenizer.token(forPiece: "<|user|>").map(tokenizer.isControl) == true)
    #expect(tokenizer.token(forPiece: "<0x0A>").map(tokenizer.isByte) == true)
    let added = try #require(tokenizer.token(forPiece: "<sep>"))
    #expect(tokenizer.isText(added))
    #expect(tokenizer.decode(tokenizer.encode("a<sep>\n")) == "a<sep> \n")
    #expect(!tokenizer.encode("<s></s><|user|>").contains { tokenizer.isControl($0) })
    #expect(!ConversationFormat(tokenizer).continuesText)
    for text in [" two  spaces ", "déjà vu 😀\n", "a\u{301}"] {
      #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }
  }

  @Test("tokenizer_config.json names the symbols that open and end a text")
  func symbolNames() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tokenizer.json")
    try FileManager.default.copyItem(atPath: Self.path("bpe-llama"), toPath: path)
    _ = try folder.write(
      "tokenizer_config.json", #"{"bos_token": "<|user|>", "eos_token": {"content": "<|bot|>"}, "x": [1]}"#)
    let tokenizer = try Tokenizer.load(from: path)
    #expect((tokenizer.bos, tokenizer.eos) == (3, 4))
    _ = try folder.write("tokenizer_config.json", #"{"bos_token": 1}"#)
    let error = try #require(throws: TextError.self) { _ = try Tokenizer.load(from: path) }
    #expect("\(error)".contains("'bos_token' is not a text"), "\(error)")
  }

  // MARK: Refusals

  /// The file of a kind with one change of its objects.
  private static func changed(_ name: String, _ change: (inout [String: Any]) -> Void) throws -> [UInt8] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path(name)))
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    change(&object)
    return Array(try JSONSerialization.data(withJSONObject: object))
  }

  private static func reason(_ bytes: [UInt8]) throws -> String {
    let error = try #require(throws: TextError.self) {
      _ = try bytes.withUnsafeBytes { try Tokenizer(json: $0, path: "t.json", names: .init()) }
    }
    guard case .unsupportedTokenizer("t.json", let reason) = error else {
      Issue.record("\(error)")
      return ""
    }
    #expect(!"\(error)".contains("\n"))
    return reason
  }

  struct Change: Sendable, CustomTestStringConvertible {
    var key: String
    /// JSON.
    var value: String
    var reason: String
    var name = "bpe-llama"
    var testDescription: String { "\(key) \(value)" }
  }

  static let changes = [
    Change(
      key: "pre_tokenizer", value: #"{"type": "ByteLevel", "add_prefix_space": false}"#,
      reason: "it is a byte-level BPE vocabulary, the kind of GPT-2"),
    Change(
      key: "pre_tokenizer",
      value: #"{"type": "Sequence", "pretokenizers": [{"type": "Digits"}, {"type": "ByteLevel"}]}"#,
      reason: "byte-level BPE"),
    Change(key: "decoder", value: #"{"type": "ByteLevel"}"#, reason: "byte-level BPE"),
    Change(key: "decoder", value: #"{"type": "WordPiece"}"#, reason: "it has the decoder 'WordPiece', which is not"),
    Change(
      key: "decoder", value: #"{"type": "Strip", "content": " ", "start": 2, "stop": 0}"#,
      reason: "it has the decoder 'Strip' of more than one space"),
    Change(key: "normalizer", value: #"{"type": "NFKC"}"#, reason: "it has the normalizer 'NFKC', which is not"),
    Change(key: "normalizer", value: #"{"type": "Lowercase"}"#, reason: "it has the normalizer 'Lowercase'"),
    Change(
      key: "normalizer", value: #"{"type": "Replace", "pattern": {"String": "``"}, "content": "\""}"#,
      reason: "it has the normalizer 'Replace' of '``'"),
    Change(
      key: "normalizer", value: #"{"type": "Replace", "pattern": {"Regex": "a+"}, "content": ""}"#,
      reason: "it has the normalizer 'Replace' of the expression 'a+'"),
    Change(
      key: "normalizer", value: #"{"type": "Prepend", "prepend": "_"}"#, reason: "'Prepend' of another text than '▁'"),
    Change(key: "normalizer", value: "null", reason: "it does not replace spaces by '▁'"),
    Change(
      key: "pre_tokenizer", value: #"{"type": "Metaspace", "replacement": "_"}"#,
      reason: "'Metaspace' with another character than '▁'"),
    Change(
      key: "pre_tokenizer", value: #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "some"}"#,
      reason: "with the scheme 'some'"),
    Change(
      key: "pre_tokenizer", value: #"{"type": "Metaspace", "replacement": "▁", "new_option": 1}"#,
      reason: "its pre_tokenizer has the key 'new_option'"),
    Change(
      key: "pre_tokenizer",
      value: #"{"type": "Split", "pattern": {"Regex": "\\d"}, "behavior": "Isolated", "invert": false}"#,
      reason: "it has the pre_tokenizer 'Split' of an expression"),
    Change(key: "post_processor", value: #"{"type": "BertProcessing"}"#, reason: "the post_processor 'BertProcessing'"),
    Change(key: "model", value: #"{"type": "WordPiece"}"#, reason: "its model is 'WordPiece', expected 'BPE'"),
    Change(key: "another_part", value: "1", reason: "its content has the key 'another_part'"),
    Change(
      key: "added_tokens",
      value: #"[{"id": 420, "content": "<x>", "special": false, "lstrip": true, "normalized": false}]"#,
      reason: "the added token '<x>' has 'lstrip'"),
    Change(
      key: "added_tokens", value: #"[{"id": 9000, "content": "<x>", "special": true, "normalized": false}]"#,
      reason: "the added token '<x>' has the number 9000"),
    Change(
      key: "added_tokens", value: #"[{"id": 500, "content": "<x>", "special": false, "normalized": true}]"#,
      reason: "the added token '<x>' has the number 500", name: "unigram-t5"),
  ]

  @Test("A part of the file that is not supported is an error that names it", arguments: changes)
  func refused(_ change: Change) throws {
    let value = try JSONSerialization.jsonObject(with: Data(change.value.utf8), options: .fragmentsAllowed)
    let reason = try Self.reason(try Self.changed(change.name) { $0[change.key] = value })
    #expect(reason.contains(change.reason), "\(reason)")
  }

  /// A BPE file with a vocabulary of its own.
  private static func file(_ pieces: [String], merges: String, options: String = "", added: String = "") -> [UInt8] {
    let vocabulary = (["<unk>"] + pieces).enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
    return Array(
      #"""
      {"added_tokens": [\#(added)], "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
       "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, \#(options) "vocab": {\#(vocabulary)},
       "merges": \#(merges)}}
      """#.utf8)
  }

  private static func tokens(_ file: [UInt8], _ text: String) throws -> [Int] {
    try file.withUnsafeBytes { try Tokenizer(json: $0, path: "t", names: .init()) }.encode(text)
  }

  @Test("Both notations of merges are read, and equal merges apply from the left")
  func merges() throws {
    for merges in [#"["a a", "aa a", "a aa"]"#, #"[["a", "a"], ["aa", "a"], ["a", "aa"]]"#] {
      let file = Self.file(["▁", "a", "aa", "aaa"], merges: merges)
      #expect(try Self.tokens(file, "aaaaa") == [3, 4])
      #expect(try Self.tokens(file, "a ab") == [2, 1, 2, 0])
    }
  }

  @Test("Merges that SentencePiece would not make in this way are refused")
  func otherMerges() throws {
    let pieces = ["▁", "a", "b", "c", "ab", "bc", "abc"]
    let incomplete = Self.file(pieces, merges: #"["a b", "b c", "ab c"]"#)
    #expect(try Self.reason(incomplete).contains("no merge of 'a' and 'bc', which make piece 7 ('abc')"))
    let mixed = Self.file(pieces, merges: #"["a b", "ab c", "b c", "a bc"]"#)
    #expect(try Self.reason(mixed).contains("the merges of piece 7 ('abc') are not in a row"))
    #expect(try Self.tokens(Self.file(pieces, merges: #"["a b", "b c", "ab c", "a bc"]"#), "abcbc") == [7, 6])
    let unknown = Self.file(["▁", "a", "ab"], merges: "[]")
    #expect(try Self.tokens(unknown, "ab") == [2, 0])
    let noPiece = Self.file(pieces, merges: #"["a b", "b a"]"#)
    #expect(try Self.reason(noPiece).contains("merge 1 has a part or a result that is no piece"))
    let whole = Self.file(["▁", "a", "ab"], merges: "[]", options: #""ignore_merges": true,"#)
    #expect(try Self.reason(whole).contains("no merge makes piece 3 ('ab'), but 'ignore_merges' allows it"))
  }

  /// Llama and Mistral have all runs of spaces with one score; `transformers` sorted their merges by the lengths of the
  /// parts, longest first, to merge them as SentencePiece does: the first run grows until it is a piece of most spaces.
  @Test("Mixed merges of runs of one character are read if SentencePiece merges every run alike")
  func runs() throws {
    let runs = ["▁", "▁▁", "▁▁▁", "▁▁▁▁"]
    let mixed = #"["▁▁▁ ▁", "▁▁ ▁▁", "▁▁ ▁", "▁ ▁▁▁", "▁ ▁▁", "▁ ▁"]"#
    let file = Self.file(runs + ["a", "▁a"], merges: mixed.replacingOccurrences(of: "[", with: "[\"▁ a\", "))
    for (spaces, expected) in [(1, [1]), (3, [3]), (4, [4]), (5, [4, 1]), (7, [4, 3]), (9, [4, 4, 1])] {
      #expect(try Self.tokens(file, String(repeating: " ", count: spaces)) == expected)
    }
    #expect(try Self.tokens(file, "   a") == [2, 6])
    // Of five spaces, the file makes two and three, and SentencePiece four and one.
    let other = Self.file(runs, merges: #"["▁ ▁", "▁▁ ▁", "▁▁ ▁▁", "▁ ▁▁", "▁ ▁▁▁", "▁▁▁ ▁"]"#)
    #expect(try Self.reason(other).contains("('▁▁▁') are in another order than SentencePiece's"))
    let letters = Self.file(["▁", "a", "b", "ab", "ba", "aba"], merges: #"["a b", "ab a", "b a", "a ba"]"#)
    #expect(try Self.reason(letters).contains("the merges of piece 6 ('aba') are not in a row"))
  }

  @Test("Pieces that are canonically equivalent are different pieces")
  func canonicalEquivalence() throws {
    let file = Self.file(["▁", "é", "e", "\u{301}", "e\u{301}"], merges: "[[\"e\", \"\u{301}\"]]")
    #expect(try Self.tokens(file, "\u{E9}e\u{301}\u{301}") == [2, 5, 4])
  }

  @Test("Damaged JSON, wrong types, and sizes beyond the limits are errors")
  func damaged() throws {
    let nested = String(repeating: "[", count: 100_000)
    for (text, reason) in [
      ("{", "no '\"'"), ("{}", "its model is not an object"), ("[]", "its content is not an object"),
      ("{\"model\": \(nested)", "too many nested values"), ("{\"model\": 1", "no '}'"), ("{\"a\": tru}", "no value"),
      ("{\"a\": 1, \"a\": 2}", "the key 'a' twice"), ("{\"model\": {\"type\": \"BPE\"}}", "its vocabulary is not an"),
      ("{\"model\": {\"type\": \"Unigram\", \"vocab\": [1]}}", "piece 0 of its vocabulary is not a text with a score"),
      ("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 1}}}", "its 1 pieces are not numbered from 0 to 0"),
      ("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}}}", "'fuse_unk' is false"),
      ("{\"model\": {\"type\": \"BPE\", \"byte_fallback\": true, \"vocab\": {\"a\": 0}}}", "it has no unknown token"),
      ("{\"model\": {\"type\": \"BPE\", \"dropout\": 0.1, \"vocab\": {\"a\": 0}}}", "sets 'dropout'"),
    ] {
      let found = try Self.reason(Array(text.utf8))
      #expect(found.contains(reason), "\(text.prefix(60)): \(found)")
    }
    let long = String(repeating: "x", count: 300)
    #expect(
      try Self.reason(Self.file(["▁", long], merges: "[]")).contains("piece 2 has 300 bytes, but the limit is 256"))
    let bytes = Self.file(["▁", "a"], merges: "[]", options: #""byte_fallback": true,"#)
    #expect(try Self.reason(bytes).contains("byte_fallback is true, but there are 0 pieces for bytes"))
  }
}

@Suite("Added tokens")
struct AddedTokensTests {
  @Test("At each place the longest text is found, from the start on")
  func longest() {
    let tokens = AddedTokens([("ab", 1), ("abc", 2), ("é", 3), ("bcd", 4)])
    #expect(tokens.split("xabcdab") == [.text("x"), .token(2), .text("d"), .token(1)])
    #expect(tokens.split("éé") == [.token(3), .token(3)])
    #expect(tokens.split("e\u{301}") == [.text("e\u{301}")])
    #expect(tokens.split("") == [])
    #expect(AddedTokens([]).split("abc") == [.text("abc")])
  }
}

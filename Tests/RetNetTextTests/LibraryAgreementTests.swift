import CSentencePiece
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText

/// Compares a tokenizer, which gives SentencePiece a copy of the checked parts of a file, with SentencePiece on the
/// whole file.
@Suite("Agreement with SentencePiece")
struct LibraryAgreementTests {
  struct Options: Sendable, CustomTestStringConvertible {
    var type: String
    var rule: String
    var byteFallback: Bool
    var spaceIsSuffix = false

    var testDescription: String {
      type + " " + rule + (byteFallback ? " with bytes" : "") + (spaceIsSuffix ? " suffix" : "")
    }
  }

  static let options =
    ["unigram", "bpe", "char", "word"].flatMap { type in
      ["identity", "nmt_nfkc"].flatMap { rule in
        [true, false].map { Options(type: type, rule: rule, byteFallback: $0) }
      }
    } + [
      Options(type: "unigram", rule: "nfkc_cf", byteFallback: false),
      Options(type: "unigram", rule: "nmt_nfkc", byteFallback: false, spaceIsSuffix: true),
      Options(type: "bpe", rule: "identity", byteFallback: true, spaceIsSuffix: true),
    ]

  static let texts = [
    "", "a", "the cat saw the dog", "  two  spaces ", "déjà vu ﬁne Ａ ① ½ ﷺ", "你好 😀", "e\u{301}\u{200B}x",
    "ab <sep> abc",
    "tab\tand\nnew\r\nlines", "\u{FFFD}\u{0}", "▁▁the", "THE Cat",
  ]

  private func train(_ options: Options) throws -> [UInt8] {
    let lines = TrainedTokenizer.lines + ["déjà vu ﬁne Ａ ① ½", "ab abc <sep>"]
    let text = lines.joined()
    var end = 0
    let ends = lines.map { line in
      end += line.utf8.count
      return end
    }
    let settings = [
      "model_type=\(options.type)", "normalization_rule_name=\(options.rule)", "byte_fallback=\(options.byteFallback)",
      "treat_whitespace_as_suffix=\(options.spaceIsSuffix)", "vocab_size=\(options.byteFallback ? 320 : 60)",
      "hard_vocab_limit=false", "user_defined_symbols=<sep>,ab,abc", "control_symbols=<|user|>", "pad_id=3",
      "num_threads=1", "minloglevel=3",
    ].joined(separator: "\n")
    var model: UnsafeMutableRawPointer?
    var length = 0
    var message: UnsafeMutablePointer<CChar>?
    let status = sp_train(settings, text, ends, ends.count, &model, &length, &message)
    try #require(status == 0, "\(readMessage(message))")
    defer { sp_free(model) }
    return Array(UnsafeRawBufferPointer(start: model, count: length))
  }

  private func expected(_ file: [UInt8]) throws -> [[Int]] {
    var library: OpaquePointer?
    try #require(sp_open(file, file.count, &library, nil) == 0)
    defer { sp_close(library) }
    return try Self.texts.map { text in
      var ids: UnsafeMutablePointer<Int32>?
      var count = 0
      try #require(sp_encode(library, text, text.utf8.count, &ids, &count, nil) == 0)
      defer { sp_free(ids) }
      return UnsafeBufferPointer(start: ids, count: count).map(Int.init)
    }
  }

  @Test(
    "A trained vocabulary of every type and normalization loads and encodes as SentencePiece does", arguments: options)
  func trained(_ options: Options) throws {
    let file = try train(options)
    let tokenizer = try file.withUnsafeBytes { try Tokenizer(model: $0, path: "m") }
    #expect(try Self.texts.map(tokenizer.encode) == expected(file))
    #expect((tokenizer.unknown, tokenizer.bos, tokenizer.eos) == (0, 1, 2))
  }

  @Test("So does every stored vocabulary", arguments: ["bpe", "unigram-normalizing", "bare"])
  func stored(_ name: String) throws {
    let path = Repository.reference("tokenizers/\(name).model")
    let mapped = try MappedFile(path: path)
    let file = withExtendedLifetime(mapped) { Array(mapped.bytes) }
    let tokenizer = try Tokenizer.load(from: path)
    #expect(try Self.texts.map(tokenizer.encode) == expected(file))
  }
}

import CSentencePiece
import RetNet

/// A SentencePiece vocabulary: converts text to tokens and back, without loss.
///
/// Control symbols (`<s>`, `</s>`, `<|user|>` …) exist only as tokens: no text encodes to them, and they decode to no
/// text.
public struct Tokenizer: Sendable {
  /// The kind of a piece.
  private enum Kind: Sendable {
    case text, byte, control, unknown
  }

  /// The number of tokens; they are numbered from 0.
  public var vocabularySize: Int { pieces.count }
  /// The symbol that opens a text; nil if the vocabulary has none.
  public private(set) var bos: Int?
  /// The symbol that ends a text; nil if the vocabulary has none.
  public private(set) var eos: Int?
  package let unknown: Int?

  /// The score of each piece in encoding: ln p for a unigram vocabulary, −(merge rank) for BPE.
  package let scores: [Float]

  private let model: Model
  private let pieces: [String]
  private let kinds: [Kind]
  /// The exact bytes of each token.
  private let bytes: [[UInt8]]
  private let tokens: [String: Int]
  /// Whether encoding prepends a space, so that a word is the same token at the start of a text and inside it.
  private let addsSpace: Bool

  /// Reads a `tokenizer.model`. Throws `FileError` or `TextError`.
  package static func load(from path: String) throws -> Tokenizer {
    let file = try MappedFile(path: path)
    return try withExtendedLifetime(file) { try Tokenizer(model: file.bytes, path: path) }
  }

  /// - Parameters:
  ///   - content: the bytes of a `tokenizer.model`.
  ///   - path: the file's name in errors.
  package init(model content: UnsafeRawBufferPointer, path: String) throws {
    let model = try Model(content, path: path)
    let pieces = (0..<model.size).map { model.piece($0) }
    self.model = model
    self.pieces = pieces
    scores = pieces.indices.map { model.score($0) }
    kinds = pieces.indices.map { token in
      switch model.kind(token) {
      case SP_PIECE_CONTROL: .control
      case SP_PIECE_UNKNOWN: .unknown
      case SP_PIECE_BYTE: .byte
      default: .text
      }
    }
    let bytes: [[UInt8]] = pieces.indices.map { token in
      switch model.kind(token) {
      case SP_PIECE_CONTROL: []
      case SP_PIECE_BYTE: Self.byte(named: pieces[token]).map { [$0] } ?? []
      case SP_PIECE_UNKNOWN: Array("\u{FFFD}".utf8)
      default: Self.spaced(pieces[token])
      }
    }
    self.bytes = bytes
    tokens = Dictionary(pieces.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    bos = model.token(sp_bos)
    eos = model.token(sp_eos)
    unknown = model.token(sp_unknown)
    let sample = try model.encode("a").flatMap { bytes[$0] }
    addsSpace = sample.first == UInt8(ascii: " ")
  }

  /// The tokens of plain text. Text that spells a control symbol encodes as ordinary pieces.
  public func encode(_ text: String) -> [Int] {
    do {
      // The library's encoder excludes control symbols; the filter guarantees it for every vocabulary.
      return try model.encode(text).filter { kinds[$0] != .control }
    } catch {
      preconditionFailure("a loaded tokenizer encodes every text: \(error)")
    }
  }

  /// The text of `tokens`. Invalid UTF-8 becomes U+FFFD.
  package func decode(_ tokens: [Int]) -> String {
    String(decoding: decodeBytes(tokens), as: UTF8.self)
  }

  /// The exact bytes of `tokens`. Control symbols give none.
  ///
  /// - Parameter atStart: whether the tokens start a text. If so, the space that `encode` prepends is removed. When a
  ///   reply is decoded token by token, only its first token is at the start.
  package func decodeBytes(_ tokens: [Int], atStart: Bool = true) -> [UInt8] {
    var result: [UInt8] = []
    for token in tokens { result += bytes[checked(token)] }
    if atStart, addsSpace, result.first == UInt8(ascii: " ") { result.removeFirst() }
    return result
  }

  /// The token's name in the vocabulary, such as `▁saw`, `<0xE2>` or `<s>`.
  package func piece(_ token: Int) -> String { pieces[checked(token)] }

  /// As `piece`; nil for a token beyond the tokenizer's vocabulary, which a model may have.
  package func pieceIfAny(_ token: Int) -> String? { pieces.indices.contains(token) ? pieces[token] : nil }

  package func token(forPiece piece: String) -> Int? { tokens[piece] }

  /// A copy with the configuration's opening and ending symbols where the vocabulary defines none.
  ///
  /// Only control symbols are accepted: a configuration often has default numbers, which are ordinary pieces here.
  package func completed(by configuration: ModelConfiguration) -> Tokenizer {
    func symbol(_ token: Int) -> Int? { pieces.indices.contains(token) && isControl(token) ? token : nil }
    var result = self
    result.bos = bos ?? symbol(configuration.bosToken)
    result.eos = eos ?? symbol(configuration.eosToken)
    return result
  }

  /// Whether a token is a piece of text and not a byte or a symbol.
  package func isText(_ token: Int) -> Bool { kinds[checked(token)] == .text }

  /// Whether a token is a single byte, which encodes text that no piece covers.
  package func isByte(_ token: Int) -> Bool { kinds[checked(token)] == .byte }

  package func isControl(_ token: Int) -> Bool { kinds[checked(token)] == .control }

  private func checked(_ token: Int) -> Int {
    precondition(pieces.indices.contains(token), "token \(token) is outside the vocabulary of \(pieces.count)")
    return token
  }

  /// The byte that a piece such as `<0xE2>` stands for; nil for other names.
  package static func byte(named piece: String) -> UInt8? {
    guard piece.utf8.count == 6, piece.hasPrefix("<0x"), piece.hasSuffix(">") else { return nil }
    return UInt8(piece.dropFirst(3).dropLast(), radix: 16)
  }

  /// The bytes of `piece`, with `▁` (E2 96 81) replaced by a space.
  private static func spaced(_ piece: String) -> [UInt8] {
    piece.unicodeScalars.flatMap { $0 == "\u{2581}" ? [UInt8(ascii: " ")] : Array(String($0).utf8) }
  }
}

/// The C++ library's tokenizer.
///
/// Unchecked Sendable: immutable after `init`, and the library's encoder is thread-safe.
private final class Model: @unchecked Sendable {
  private let handle: OpaquePointer

  init(_ content: UnsafeRawBufferPointer, path: String) throws {
    guard !content.isEmpty else { throw TextError.notATokenizer(path: path, reason: "it is empty") }
    var opened: OpaquePointer?
    var message: UnsafeMutablePointer<CChar>?
    guard sp_open(content.baseAddress, content.count, &opened, &message) == 0, let opened else {
      let reason = readMessage(message)
      throw TextError.notATokenizer(
        path: path, reason: reason.contains("ParseFromArray") ? "its bytes are not of that format" : reason)
    }
    handle = opened
  }

  deinit { sp_close(handle) }

  var size: Int { Int(sp_vocabulary_size(handle)) }

  func piece(_ token: Int) -> String {
    var length = 0
    let start = sp_piece(handle, Int32(token), &length)
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }

  func kind(_ token: Int) -> sp_piece_kind { sp_kind(handle, Int32(token)) }

  func score(_ token: Int) -> Float { sp_score(handle, Int32(token)) }

  /// The result of `named`, if it is a token of the vocabulary.
  func token(_ named: (OpaquePointer?) -> Int32) -> Int? {
    let token = Int(named(handle))
    return (0..<size).contains(token) ? token : nil
  }

  func encode(_ text: String) throws -> [Int] {
    var text = text
    return try text.withUTF8 { utf8 in
      try utf8.withMemoryRebound(to: CChar.self) { characters in
        var tokens: UnsafeMutablePointer<Int32>?
        var count = 0
        var message: UnsafeMutablePointer<CChar>?
        guard sp_encode(handle, characters.baseAddress, characters.count, &tokens, &count, &message) == 0 else {
          throw TextError.notATokenizer(path: "", reason: readMessage(message))
        }
        defer { sp_free(tokens) }
        return UnsafeBufferPointer(start: tokens, count: count).map { Int($0) }
      }
    }
  }
}

/// The library's message as a clause without a final full stop. Frees `message`.
///
/// Some messages have the form `./src/trainer.cc(660) [a == b] Vocabulary size too high. `. The result is the text
/// after the brackets, or, if there is none, the condition in the brackets.
func readMessage(_ message: UnsafeMutablePointer<CChar>?) -> String {
  defer { sp_free(message) }
  guard let message else { return "the library gives no reason" }
  let text = String(cString: message)
  guard text.contains(".cc("), let open = text.firstIndex(of: "["), let close = text.firstRange(of: "] ") else {
    return trimmed(text)
  }
  let words = trimmed(text[close.upperBound...])
  return words.isEmpty ? "it must hold that \(text[text.index(after: open)..<close.lowerBound])" : words
}

/// `text` without surrounding spaces and final full stops.
private func trimmed(_ text: some StringProtocol) -> String {
  let start = text.drop { $0 == " " }
  return start.lastIndex { $0 != " " && $0 != "." }.map { String(start[...$0]) } ?? ""
}

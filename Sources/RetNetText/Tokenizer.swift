import CSentencePiece
import RetNet

/// A SentencePiece vocabulary: converts text to tokens and back, without loss.
///
/// A vocabulary from a `tokenizer.json` gives the tokens of Hugging Face's tokenizers, which normalize some texts.
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
  /// What happens to a text before `model` encodes it; nil for a `tokenizer.model`.
  private let preparation: TextPreparation?
  private let pieces: [String]
  private let kinds: [Kind]
  /// The exact bytes of each token.
  private let bytes: [[UInt8]]
  private let tokens: [String: Int]
  /// The tokens of single bytes.
  private let byteTokens: [UInt8: Int]
  /// Bytes of the longest piece.
  private let longestPiece: Int
  /// Whether encoding prepends a space, so that a word is the same token at the start of a text and inside it.
  private let addsSpace: Bool
  /// Whether the library does so.
  private let addsSpaceToParts: Bool
  /// The most bytes that the library encodes at once.
  ///
  /// It counts bytes in 32 bits, after each one may have become `CharacterMap.largestGrowth`. Without byte pieces it
  /// joins unknown characters one by one, in quadratic time.
  private let largestPart: Int

  /// Reads a `tokenizer.model`, or a `tokenizer.json` and the symbols of the `tokenizer_config.json` beside it.
  ///
  /// Throws `FileError` or `TextError`.
  package static func load(from path: String) throws -> Tokenizer {
    let file = try MappedFile(path: path)
    return try withExtendedLifetime(file) {
      // A SentencePiece model begins with 0x0A.
      guard path.hasSuffix(".json") || file.bytes.first == UInt8(ascii: "{") else {
        return try Tokenizer(model: file.bytes, path: path)
      }
      return try Tokenizer(json: file.bytes, path: path, names: try .beside(path))
    }
  }

  /// - Parameters:
  ///   - content: the bytes of a `tokenizer.model`.
  ///   - path: the file's name in errors.
  package init(model content: UnsafeRawBufferPointer, path: String) throws {
    do {
      self = try Tokenizer(try SentencePieceFile(content), preparation: nil)
    } catch {
      throw TextError.notATokenizer(path: path, reason: error.reason)
    }
  }

  /// - Parameters:
  ///   - content: the bytes of a `tokenizer.json`.
  ///   - path: the file's name in errors.
  init(json content: UnsafeRawBufferPointer, path: String, names: TokenizerJSON.SymbolNames) throws {
    do {
      let file = try TokenizerJSON(content, names: names)
      self = try file.model.withUnsafeBytes { model in
        try Tokenizer(try SentencePieceFile(model), preparation: file.preparation)
      }
    } catch let error as TokenizerDamage {
      throw TextError.unsupportedTokenizer(path: path, reason: error.reason)
    }
  }

  private init(_ file: SentencePieceFile, preparation: TextPreparation?) throws(TokenizerDamage) {
    let model = try Model(file.encoded(hidesUserDefined: preparation != nil))
    let pieces = file.pieces.map { file.text($0.text) }
    self.model = model
    self.preparation = preparation
    self.pieces = pieces
    scores = file.pieces.map(\.score)
    kinds = file.pieces.map { piece in
      switch piece.type {
      case .control: .control
      case .unknown: .unknown
      case .byte: .byte
      case .normal, .userDefined, .unused: .text
      }
    }
    let bytes: [[UInt8]] = file.pieces.enumerated().map { token, piece in
      switch piece.type {
      case .control: []
      case .byte: Self.byte(named: pieces[token]).map { [$0] } ?? []
      case .unknown: Array("\u{FFFD}".utf8)
      case .normal, .userDefined, .unused: Self.spaced(pieces[token])
      }
    }
    self.bytes = bytes
    longestPiece = bytes.map(\.count).max() ?? 0
    byteTokens = Dictionary(
      file.pieces.indices.compactMap { token in
        file.pieces[token].type == .byte ? bytes[token].first.map { ($0, token) } : nil
      }, uniquingKeysWith: { first, _ in first })
    tokens = Dictionary(pieces.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    bos = file.control(file.bos)
    eos = file.control(file.eos)
    unknown = file.pieces.firstIndex { $0.type == .unknown }
    func startsWithSpace(_ tokens: [Int]) -> Bool { tokens.lazy.flatMap { bytes[$0] }.first == UInt8(ascii: " ") }
    largestPart = file.hasByteFallback ? 32 << 20 : 64 << 10
    addsSpaceToParts = startsWithSpace(try model.encode("a"))
    addsSpace = addsSpaceToParts || preparation.map { $0.prepends || $0.prefix != .never } ?? false
  }

  /// Encodes plain text. Text that spells a control symbol encodes as ordinary pieces.
  ///
  /// A long text is encoded in parts, divided before spaces if it has any: above 32 MiB, or above 64 KiB if the vocabulary
  /// has no bytes.
  ///
  /// - Parameter text: any text.
  /// - Returns: its tokens, numbered from 0, without symbols that open or end a text.
  public func encode(_ text: String) -> [Int] { encode(text, partBytes: largestPart) }

  /// The tokens that the added tokens and the texts between them give.
  private func encode(_ text: String, _ preparation: TextPreparation, partBytes: Int) -> [Int] {
    preparation.parts(of: text, beginsWithSpace: beginsWithSpace).flatMap { part in
      switch part {
      case .token(let token): [token]
      case .text(let text): encode(inParts: text, partBytes: partBytes)
      }
    }
  }

  /// Whether a text begins with a space after the library's normalization.
  private func beginsWithSpace(_ text: String) -> Bool {
    guard let first = text.first else { return false }
    return encoded(String(first)).lazy.flatMap { bytes[$0] }.first == UInt8(ascii: " ")
  }

  func encode(_ text: String, partBytes: Int) -> [Int] {
    if let preparation { return encode(text, preparation, partBytes: partBytes) }
    return encode(inParts: text, partBytes: partBytes)
  }

  private func encode(inParts text: String, partBytes: Int) -> [Int] {
    guard text.utf8.count > partBytes else { return encoded(text) }
    var tokens: [Int] = []
    var rest = Substring(text)
    while !rest.isEmpty {
      var part = Self.part(of: rest, bytes: partBytes)
      rest = rest[part.endIndex...]
      // The space that encoding adds replaces the one that the part begins with.
      if addsSpaceToParts, !tokens.isEmpty, part.utf8.first == UInt8(ascii: " ") {
        part = part[part.utf8.index(after: part.startIndex)...]
      }
      tokens += encoded(String(part))
    }
    return tokens
  }

  /// The start of `text` up to a space, or if there is none, to a character.
  private static func part(of text: Substring, bytes: Int) -> Substring {
    guard text.utf8.count > bytes else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: bytes)
    if let space = text.utf8[..<end].lastIndex(of: UInt8(ascii: " ")), space > text.startIndex { return text[..<space] }
    while text.utf8[end] & 0xC0 == 0x80, end > text.startIndex { text.utf8.formIndex(before: &end) }
    return text[..<end]
  }

  private func encoded(_ text: String) -> [Int] {
    do {
      // The library's encoder excludes control symbols; the filter guarantees it for every vocabulary.
      return try model.encode(text).filter { kinds[$0] != .control }
    } catch {
      preconditionFailure("a loaded tokenizer encodes every text: \(error.reason)")
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

  /// The bytes of one token, without the copy that `decodeBytes` makes.
  ///
  /// - Parameter atStart: as in `decodeBytes`.
  package func bytes(of token: Int, atStart: Bool) -> ArraySlice<UInt8> {
    let all = bytes[checked(token)]
    return atStart && addsSpace && all.first == UInt8(ascii: " ") ? all.dropFirst() : all[...]
  }

  /// Whether there is a piece for every byte, so that pieces can spell every text.
  package var hasAllBytes: Bool { byteTokens.count == 256 }

  /// Tokens that together spell some bytes: at each place the longest piece, or else the piece of one byte. Bytes
  /// without a piece are left out.
  package func spelling(_ bytes: some Sequence<UInt8>) -> [Int] {
    var rest = Array(bytes)[...]
    var result: [Int] = []
    while let first = rest.first {
      let longest = stride(from: min(rest.count, longestPiece), to: 0, by: -1).lazy.compactMap { count in
        self.textToken(rest.prefix(count))
      }.first
      let token = longest ?? byteTokens[first]
      if let token { result.append(token) }
      rest = rest.dropFirst(longest.map { self.bytes[$0].count } ?? 1)
    }
    return result
  }

  private func textToken(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    return tokens[text.replacing(" ", with: "\u{2581}")].flatMap { kinds[$0] == .text ? $0 : nil }
  }

  /// Identifies the vocabulary.
  package var identity: ObjectIdentifier { ObjectIdentifier(model) }

  /// The token's name in the vocabulary, such as `▁saw`, `<0xE2>` or `<s>`.
  package func piece(_ token: Int) -> String { pieces[checked(token)] }

  /// As `piece`; nil for a token beyond the tokenizer's vocabulary, which a model may have.
  package func pieceIfAny(_ token: Int) -> String? { pieces.indices.contains(token) ? pieces[token] : nil }

  /// The piece of a token, or its number for one that the vocabulary lacks, as models may have more: `#4100`.
  package func pieceOrNumber(_ token: Int) -> String { pieceIfAny(token) ?? "#\(token)" }

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

  /// Whether the vocabulary is from a `tokenizer.json`.
  package var isFromJSON: Bool { preparation != nil }

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

  /// - Parameter content: what `SentencePieceFile` wrote.
  init(_ content: [UInt8]) throws(TokenizerDamage) {
    var opened: OpaquePointer?
    var message: UnsafeMutablePointer<CChar>?
    guard sp_open(content, content.count, &opened, &message) == 0, let opened else {
      throw TokenizerDamage(readMessage(message))
    }
    handle = opened
  }

  deinit { sp_close(handle) }

  func encode(_ text: String) throws(TokenizerDamage) -> [Int] {
    var text = text
    var tokens: UnsafeMutablePointer<Int32>?
    var count = 0
    var message: UnsafeMutablePointer<CChar>?
    let status = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { characters in
        sp_encode(handle, characters.baseAddress, characters.count, &tokens, &count, &message)
      }
    }
    guard status == 0 else { throw TokenizerDamage(readMessage(message)) }
    defer { sp_free(tokens) }
    return UnsafeBufferPointer(start: tokens, count: count).map { Int($0) }
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

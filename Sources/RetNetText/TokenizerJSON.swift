import Foundation
import RetNet

/// A `tokenizer.json` of Hugging Face's tokenizers that describes a SentencePiece vocabulary: BPE or unigram, with `▁`
/// for spaces. `model` is that vocabulary, `preparation` what happens to a text before.
///
/// Every part of the file that this reader does not know is an error that names it, and so is what SentencePiece cannot
/// do in the same way.
struct TokenizerJSON {
  struct Piece {
    var text: String
    var score: Float = 0
    /// `userDefined` for pieces that the library never makes: `preparation` finds them in the text, or nothing does.
    var type = SentencePieceFile.PieceType.normal
  }

  /// The symbols that `tokenizer_config.json` names.
  struct SymbolNames {
    var bos: String?
    var eos: String?
    var padding: String?

    var all: [String] { [bos, eos, padding].compactMap(\.self) }
  }

  /// The most values of the JSON; a piece of BPE has some merges of three values each.
  private static let mostValues = 8 << 20
  private static let mostNested = 16

  var pieces: [Piece] = []
  private(set) var modelType = SentencePieceFile.ModelType.unigram
  private(set) var hasByteFallback = false
  /// The normalizer's `precompiled_charsmap`.
  var characterMap: [UInt8]?
  /// Whether the library removes extra spaces and adds one at the start, both after the character map.
  var normalizesSpaces = false
  var preparation = TextPreparation()
  /// Whether a text that is a piece becomes it, even if no merge makes it (`ignore_merges`).
  private(set) var makesWholePieces = false
  private let names: SymbolNames

  /// - Parameters:
  ///   - content: the file's bytes.
  ///   - names: the symbols in the `tokenizer_config.json` beside the file.
  init(_ content: UnsafeRawBufferPointer, names: SymbolNames = SymbolNames()) throws(TokenizerDamage) {
    self.names = names
    var file = try JSONFields(try Self.value(content), "content")
    for key in ["version", "truncation", "padding"] { _ = file.value(key) }
    let normalizer = try Step.list(file.value("normalizer"), "normalizer", elements: "normalizers")
    let preTokenizer = try Step.list(file.value("pre_tokenizer"), "pre_tokenizer", elements: "pretokenizers")
    let decoder = try Step.list(file.value("decoder"), "decoder", elements: "decoders")
    let postProcessor = try Step.list(file.value("post_processor"), "post_processor", elements: "processors")
    guard !(normalizer + preTokenizer + decoder + postProcessor).contains(where: { $0.type == "ByteLevel" }) else {
      throw TokenizerDamage("it is a byte-level BPE vocabulary, the kind of GPT-2, and not one of SentencePiece")
    }
    let added = try AddedToken.list(try file.list("added_tokens"))
    var model = try JSONFields(file.value("model"), "model")
    try file.finish()
    switch try model.string("type") {
    case "BPE":
      let merges = try readBPE(&model, added)
      let dividesAtSpaces = try readSteps(normalizer, preTokenizer, added)
      try setScores(merges, dividesAtSpaces: dividesAtSpaces)
    case "Unigram":
      try readUnigram(&model, added)
      if try readSteps(normalizer, preTokenizer, added) { hideSpacesInside() }
    case let type: throw TokenizerDamage("its model is '\(ConfigurationObject.cut(type))', expected 'BPE' or 'Unigram'")
    }
    try model.finish()
    try Step.checkDecoder(decoder)
    try Step.checkPostProcessor(postProcessor)
  }

  /// The file as one value.
  static func value(_ content: UnsafeRawBufferPointer) throws(TokenizerDamage) -> JSONValue {
    guard content.count <= SentencePieceFile.largestFile else {
      throw TokenizerDamage("it has \(content.count) bytes, but the limit is \(SentencePieceFile.largestFile)")
    }
    var limit = mostValues
    do {
      var reader = HeaderReader(path: "", bytes: content, range: 0..<content.count)
      let value = try reader.value(depth: mostNested, limit: &limit)
      try reader.finish()
      return value
    } catch CheckpointError.badHeader(_, let offset, let problem) {
      throw TokenizerDamage("its JSON has \(problem) at byte \(offset)")
    } catch CheckpointError.duplicateKey(_, let key) {
      throw TokenizerDamage("its JSON has the key '\(ConfigurationObject.cut(key))' twice")
    } catch {
      throw TokenizerDamage("\(error)")
    }
  }

  /// The vocabulary as a SentencePiece model.
  var model: [UInt8] {
    var result = ProtobufWriter(capacity: 32 * pieces.count)
    for piece in pieces {
      var message = ProtobufWriter(capacity: piece.text.utf8.count + 16)
      message.add(1, piece.text)
      message.add(2, piece.score)
      message.add(3, piece.type.rawValue)
      result.add(1, message)
    }
    var trainer = ProtobufWriter(capacity: 64)
    trainer.add(3, modelType.rawValue)
    trainer.add(35, hasByteFallback)
    if let bos = names.bos { trainer.add(46, bos) }
    if let eos = names.eos { trainer.add(47, eos) }
    result.add(2, trainer)
    var normalizer = ProtobufWriter(capacity: (characterMap?.count ?? 0) + 16)
    characterMap?.withUnsafeBytes { normalizer.add(2, $0) }
    normalizer.add(3, normalizesSpaces)
    normalizer.add(4, normalizesSpaces)
    normalizer.add(5, true)
    result.add(3, normalizer)
    return result.bytes
  }
}

// MARK: Vocabulary

extension TokenizerJSON {
  /// An entry of `added_tokens`.
  struct AddedToken {
    var token: Int
    var text: String
    /// Whether it is a control symbol, which no text contains.
    var isSpecial: Bool
    /// Whether it is found in the text after its normalization.
    var isNormalized: Bool

    static func list(_ values: [JSONValue]) throws(TokenizerDamage) -> [AddedToken] {
      var list: [AddedToken] = []
      for value in values {
        var fields = try JSONFields(value, "list of added tokens")
        let text = try fields.string("content")
        guard !text.isEmpty else { throw TokenizerDamage("an added token has no text") }
        let isSpecial = try fields.boolean("special", default: false)
        let isNormalized = try fields.boolean("normalized", default: !isSpecial)
        list.append(
          AddedToken(token: try fields.number("id"), text: text, isSpecial: isSpecial, isNormalized: isNormalized))
        for key in ["single_word", "lstrip", "rstrip"] {
          guard try !fields.boolean(key, default: false) || isSpecial else {
            throw TokenizerDamage(
              "the added token '\(ConfigurationObject.cut(text))' has '\(key)', which is not supported")
          }
        }
        try fields.finish()
      }
      return list.sorted { $0.token < $1.token }
    }
  }

  private mutating func readUnigram(_ model: inout JSONFields, _ added: [AddedToken]) throws(TokenizerDamage) {
    for (token, entry) in try model.list("vocab").enumerated() {
      guard case .array(let pair) = entry, pair.count == 2, case .string(let text) = pair[0],
        case .number(let score) = pair[1]
      else { throw TokenizerDamage("piece \(token) of its vocabulary is not a text with a score") }
      pieces.append(Piece(text: text, score: Float(score)))
    }
    hasByteFallback = try model.boolean("byte_fallback", default: false)
    try setTypes(unknown: try model.number("unk_id"), added)
    // The library's score of an unknown character follows from the lowest score of a piece of text. It matters only beside
    // pieces of several characters.
    let normal = pieces.filter { $0.type == .normal }
    guard normal.allSatisfy({ $0.text.unicodeScalars.count == 1 })
      || normal.map(\.score).min() == pieces.map(\.score).min()
    else { throw TokenizerDamage("its lowest score is not that of a piece of text") }
  }

  /// - Returns: the merges, in the order of the file.
  private mutating func readBPE(
    _ model: inout JSONFields, _ added: [AddedToken]
  ) throws(TokenizerDamage) -> [Merge] {
    modelType = .bpe
    guard case .object(let vocabulary) = model.value("vocab") else {
      throw TokenizerDamage("its vocabulary is not an object")
    }
    var texts = [String?](repeating: nil, count: vocabulary.count)
    for (text, value) in vocabulary {
      guard case .number(let number) = value, let token = Int(exactly: number), texts.indices.contains(token),
        texts[token] == nil
      else {
        throw TokenizerDamage("its \(vocabulary.count) pieces are not numbered from 0 to \(vocabulary.count - 1)")
      }
      texts[token] = text
    }
    pieces = texts.map { Piece(text: $0 ?? "") }
    for key in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] { try model.requireOff(key) }
    hasByteFallback = try model.boolean("byte_fallback", default: false)
    guard try model.boolean("fuse_unk", default: false) || hasByteFallback else {
      throw TokenizerDamage("its model keeps neighbouring unknown characters apart ('fuse_unk' is false)")
    }
    let unknown = try model.stringIfAny("unk_token").map(PieceText.init)
    try setTypes(unknown: unknown.flatMap { name in pieces.firstIndex { PieceText($0.text) == name } }, added)
    // A text that is a piece becomes it without merges. Its merges give the same, if it has any.
    makesWholePieces = try model.boolean("ignore_merges", default: false)
    var merges: [Merge] = []
    for value in try model.list("merges") {
      guard let merge = Merge(value) else { throw TokenizerDamage("merge \(merges.count) is not a pair of texts") }
      merges.append(merge)
    }
    return merges
  }

  /// Appends the added tokens beyond the vocabulary, and sets the type of each piece.
  private mutating func setTypes(unknown: Int?, _ added: [AddedToken]) throws(TokenizerDamage) {
    for token in added {
      if token.token == pieces.count { pieces.append(Piece(text: token.text)) }
      guard pieces.indices.contains(token.token), PieceText(pieces[token.token].text) == PieceText(token.text) else {
        throw TokenizerDamage(
          "the added token '\(ConfigurationObject.cut(token.text))' has the number \(token.token), which is another "
            + "piece's or leaves a gap after \(pieces.count) pieces")
      }
      pieces[token.token].type = token.isSpecial ? .control : .userDefined
    }
    let names = Set(names.all.map(PieceText.init))
    for token in pieces.indices {
      let text = pieces[token].text
      if names.contains(PieceText(text)) { pieces[token].type = .control }
      if hasByteFallback, pieces[token].type == .normal, Self.isByte(text) { pieces[token].type = .byte }
    }
    guard let unknown, pieces.indices.contains(unknown) else { throw TokenizerDamage("it has no unknown token") }
    pieces[unknown].type = .unknown
  }

  /// Whether a piece is named as a byte, with upper-case digits.
  private static func isByte(_ text: String) -> Bool {
    Tokenizer.byte(named: text) != nil && text.utf8.dropFirst(3).allSatisfy { !(0x61...0x66).contains($0) }
  }

  /// Excludes pieces with a space after their first character, if the text is divided before each space.
  private mutating func hideSpacesInside() {
    for token in pieces.indices where pieces[token].type == .normal && Self.hasSpaceInside(pieces[token].text) {
      pieces[token].type = .userDefined
    }
  }

  static func hasSpaceInside(_ text: String) -> Bool { text.unicodeScalars.dropFirst().contains("\u{2581}") }
}

extension TokenizerJSON.SymbolNames {
  /// The symbols in the `tokenizer_config.json` beside a file; none if there is no such file.
  ///
  /// Throws `FileError`, or `TextError` if the file is damaged.
  static func beside(_ path: String) throws -> TokenizerJSON.SymbolNames {
    let folder = (path as NSString).deletingLastPathComponent
    let path = ModelFolder.path(folder.isEmpty ? "." : folder, ModelFolder.tokenizerConfigurationFile)
    let file: MappedFile
    do {
      file = try MappedFile(path: path)
    } catch FileError.missing {
      return TokenizerJSON.SymbolNames()
    }
    do {
      return try withExtendedLifetime(file) { try TokenizerJSON.SymbolNames(file.bytes) }
    } catch let error as TokenizerDamage {
      throw TextError.unsupportedTokenizer(path: path, reason: error.reason)
    }
  }

  private init(_ content: UnsafeRawBufferPointer) throws(TokenizerDamage) {
    var fields = try JSONFields(try TokenizerJSON.value(content), "content")
    bos = try Self.name(&fields, "bos_token")
    eos = try Self.name(&fields, "eos_token")
    padding = try Self.name(&fields, "pad_token")
  }

  /// A symbol: its text, or an object with its text.
  private static func name(_ fields: inout JSONFields, _ key: String) throws(TokenizerDamage) -> String? {
    switch fields.value(key) {
    case .null: return nil
    case .string(let text): return text
    case .object(let members):
      if case .string(let text)? = members.first(where: { $0.key == "content" })?.value { return text }
    case .boolean, .number, .array: break
    }
    throw TokenizerDamage("'\(key)' is not a text")
  }
}

import RetNet

/// The parts of a SentencePiece `tokenizer.model` that encoding uses, checked.
///
/// SentencePiece trusts its files: a damaged one makes it read outside its memory. Therefore this reader checks
/// everything, and the library parses only `encoded`, which this type writes.
struct SentencePieceFile {
  enum ModelType: UInt64 {
    case unigram = 1
    case bpe, word, character
  }

  enum PieceType: UInt64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  struct Piece {
    /// Offsets in the file.
    var text = 0..<0
    var score: Float = 0
    var type = PieceType.normal
  }

  /// How text is changed before it is encoded, or after it is decoded.
  struct Normalizer {
    /// Offsets in the file; nil if no characters are replaced.
    var characterMap: Range<Int>?
    var addsSpace = true
    var removesExtraSpaces = true
    var escapesSpaces = true
  }

  /// A symbol of the training options.
  struct Symbol {
    var defaultName = ""
    var statedID: Int32?
    /// Offsets in the file; nil for the default.
    var statedName: Range<Int>?
  }

  static let largestFile = 64 << 20
  static let mostPieces = 1 << 20
  /// The library builds its tries by recursion, one call per byte of a piece, and may compare each byte of a text with
  /// as many bytes of pieces.
  static let longestPiece = 256
  /// The library has room for so many user-defined pieces that begin alike.
  static let mostNestedPieces = 64
  /// Pieces with one value of the library's hash function, which takes quadratic time for them.
  static let mostEqualHashes = 64

  let content: UnsafeRawBufferPointer
  private(set) var pieces: [Piece] = []
  private(set) var modelType = ModelType.unigram
  private(set) var hasByteFallback = false
  private(set) var spaceIsSuffix = false
  private(set) var normalizer = Normalizer()
  private(set) var denormalizer = Normalizer()
  private(set) var unknown = Symbol()
  private(set) var bos = Symbol(defaultName: "<s>")
  private(set) var eos = Symbol(defaultName: "</s>")
  private(set) var padding = Symbol()

  /// - Parameter content: the file's bytes, valid as long as this value is used.
  init(_ content: UnsafeRawBufferPointer) throws(TokenizerDamage) {
    guard !content.isEmpty else { throw TokenizerDamage("it is empty") }
    guard content.count <= Self.largestFile else {
      throw TokenizerDamage("it has \(content.count) bytes, but the limit is \(Self.largestFile)")
    }
    self.content = content
    var fields = ProtobufFields(content, 0..<content.count)
    while let field = try fields.next() {
      switch field.number {
      case 1: try addPiece(try field.bytes("piece \(pieces.count)"))
      case 2: try readTrainer(try field.bytes("the training options"))
      case 3: normalizer = try merged(normalizer, "normalizer", try field.bytes("the normalizer"))
      case 4: try skim(try field.bytes("the self-test"))
      case 5: denormalizer = try merged(denormalizer, "denormalizer", try field.bytes("the denormalizer"))
      default: break
      }
    }
    try checkPieces()
    try checkSymbols()
    try checkMap(normalizer, "normalizer")
    try checkMap(denormalizer, "denormalizer")
  }

  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: content[range]) }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }

  /// The number of the control piece with a symbol's name; nil if there is none.
  func control(_ symbol: Symbol) -> Int? {
    let stated = symbol.statedName.map(bytes).flatMap { $0.isEmpty ? nil : Array($0) }
    let name = stated ?? Array(symbol.defaultName.utf8)
    return pieces.firstIndex { $0.type == .control && bytes($0.text).elementsEqual(name) }
  }

  /// A message that occurs twice is merged with the first one, and a later value replaces an earlier one, as in every
  /// protobuf reader.
  private mutating func readTrainer(_ range: Range<Int>) throws(TokenizerDamage) {
    var fields = ProtobufFields(content, range)
    while let field = try fields.next() {
      switch field.number {
      case 3:
        let value = try field.varint("the model type")
        guard let type = ModelType(rawValue: value) else {
          throw TokenizerDamage("its model type is \(value), expected 1 (unigram), 2 (bpe), 3 (word) or 4 (char)")
        }
        modelType = type
      case 24: spaceIsSuffix = try field.varint("treat_whitespace_as_suffix") != 0
      case 35: hasByteFallback = try field.varint("byte_fallback") != 0
      case 40: unknown.statedID = Int32(truncatingIfNeeded: try field.varint("unk_id"))
      case 41: bos.statedID = Int32(truncatingIfNeeded: try field.varint("bos_id"))
      case 42: eos.statedID = Int32(truncatingIfNeeded: try field.varint("eos_id"))
      case 43: padding.statedID = Int32(truncatingIfNeeded: try field.varint("pad_id"))
      case 46: bos.statedName = try field.bytes("bos_piece")
      case 47: eos.statedName = try field.bytes("eos_piece")
      default: break
      }
    }
  }

  private func merged(
    _ normalizer: Normalizer, _ name: String, _ range: Range<Int>
  ) throws(TokenizerDamage) -> Normalizer {
    var normalizer = normalizer
    var fields = ProtobufFields(content, range)
    while let field = try fields.next() {
      switch field.number {
      case 2:
        let map = try field.bytes("the character map of the \(name)")
        normalizer.characterMap = map.isEmpty ? nil : map
      case 3: normalizer.addsSpace = try field.varint("add_dummy_prefix") != 0
      case 4: normalizer.removesExtraSpaces = try field.varint("remove_extra_whitespaces") != 0
      case 5: normalizer.escapesSpaces = try field.varint("escape_whitespaces") != 0
      default: break
      }
    }
    return normalizer
  }

  private mutating func addPiece(_ range: Range<Int>) throws(TokenizerDamage) {
    guard pieces.count < Self.mostPieces else { throw TokenizerDamage("it has more than \(Self.mostPieces) pieces") }
    let token = pieces.count
    var piece = Piece()
    var fields = ProtobufFields(content, range)
    while let field = try fields.next() {
      switch field.number {
      case 1: piece.text = try field.bytes("the text of piece \(token)")
      case 2: piece.score = try field.float("the score of piece \(token)")
      case 3:
        let value = try field.varint("the type of piece \(token)")
        guard let type = PieceType(rawValue: value) else {
          throw TokenizerDamage("piece \(token) has the type \(value), expected 1 to 6")
        }
        piece.type = type
      default: break
      }
    }
    pieces.append(piece)
  }

  /// Checks the form of a message that is not used.
  private func skim(_ range: Range<Int>) throws(TokenizerDamage) {
    var fields = ProtobufFields(content, range)
    while try fields.next() != nil {}
  }
}

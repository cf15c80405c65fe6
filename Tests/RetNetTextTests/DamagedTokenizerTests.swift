import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText

/// Files that would make SentencePiece read outside its memory, loop, fail later or use much memory.
@Suite("Damaged tokenizers")
struct DamagedTokenizerTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var bytes: [UInt8]
    var reason: String
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ reason: String) {
      (self.name, self.bytes, self.reason) = (name, bytes, reason)
    }

    init(_ name: String, _ reason: String, _ change: (inout ModelBytes) -> Void) {
      self.init(name, ModelBytes().with(change), reason)
    }
  }

  private static let valid = ModelBytes().bytes
  private static let format = "its bytes are not of that format: byte "

  static let form: [Case] = [
    Case("empty", [], "it is empty"),
    Case("a tag of zero", [0, 0], format + "0 starts a field numbered 0"),
    Case("a tag that is cut off", valid + [0x80], format + "\(valid.count) starts a number that is cut off"),
    Case(
      "a number of 11 bytes", valid + [8] + [UInt8](repeating: 0x80, count: 10) + [0],
      format + "\(valid.count + 1) starts a number of more than 64 bits"),
    Case(
      "a number above 64 bits", valid + [8] + [UInt8](repeating: 0xFF, count: 9) + [2],
      format + "\(valid.count + 1) starts a number of more than 64 bits"),
    Case("the start of a group", valid + [0x3B], format + "\(valid.count) starts a group"),
    Case("the end of a group", valid + [0x3C], format + "\(valid.count) starts a group"),
    Case("wire type 6", valid + [0x3E], format + "\(valid.count) starts an unknown kind of field, 6"),
    Case("wire type 7", valid + [0x3F], format + "\(valid.count) starts an unknown kind of field, 7"),
    Case(
      "a length beyond the file", valid + [0x3A, 5, 1], format + "\(valid.count + 1) starts a length of 5, but only 1"),
    Case(
      "a length of 2^63", valid + [0x3A] + Protobuf.number(1 << 63) + [1],
      format + "\(valid.count + 1) starts a length of 9223372036854775808, but only 1 bytes follow"),
    Case("four bytes that are cut off", valid + [0x3D, 1], format + "\(valid.count + 1) starts a field of 4 bytes"),
    Case("eight bytes that are cut off", valid + [0x39, 1], format + "\(valid.count + 1) starts a field of 8 bytes"),
    Case("a length beyond its message", "starts a length of 9, but only 2 bytes follow") {
      $0.rest = Protobuf.field(1, [0x0A, 9, 97, 98])
    },
    Case("damage in the self-test", "starts a group") { $0.rest = Protobuf.field(4, [0x0B]) },
    Case(
      "pieces that are numbers", Protobuf.field(1, UInt64(3)), "piece 0, at byte 0, is a number, expected a sequence"),
  ]

  static let pieces: [Case] = [
    Case("no pieces", "it has no pieces") { $0.pieces = [] },
    Case("a piece without text", "piece 4 has no text") { $0.pieces[4].text = [] },
    Case("a long piece", "piece 4 has 257 bytes, but the limit is 256") {
      $0.pieces[4].text = [UInt8](repeating: 97, count: 257)
    },
    Case("half a character", "piece 4 is not UTF-8 text") { $0.pieces[4].text = [0xC3] },
    Case("U+0000", "piece 4 contains the character U+0000") { $0.pieces[4].text = [97, 0] },
    Case("two equal pieces", "pieces 4 and 5 have the same text") { $0.pieces[5].text = $0.pieces[4].text },
    Case("a piece equal to a control symbol", "pieces 1 and 4 have the same text") {
      $0.pieces[4].text = $0.pieces[1].text
    },
    Case("an infinite score", "the score of piece 4 is inf, expected a finite number") {
      $0.pieces[4].score = .infinity
    },
    Case("a score of NaN", "the score of piece 5 is nan, expected a finite number") { $0.pieces[5].score = .nan },
    Case("an unknown type", "piece 4 has the type 7, expected 1 to 6") { $0.pieces[4].type = 7 },
    Case("type 0", "piece 4 has the type 0, expected 1 to 6") { $0.pieces[4].type = 0 },
    Case("a large type", "piece 4 has the type 4294967297, expected 1 to 6") { $0.pieces[4].type = 1 << 32 + 1 },
    Case("no unknown piece", "it has no unknown piece, expected one") { $0.pieces[0].type = ModelBytes.control },
    Case("two unknown pieces", "pieces 0 and 4 are both the unknown piece") { $0.pieces[4].type = ModelBytes.unknown },
    Case("no piece of text", "it has no piece of text, expected at least one") { $0.pieces = Array($0.pieces[0..<3]) },
    Case("a text that is a number", "the text of piece 8, at byte ") { $0.rest = Protobuf.field(1, [0x08, 1]) },
    Case("a score that is a number", "the score of piece 8, at byte ") { $0.rest = Protobuf.field(1, [0x10, 1]) },
    Case("a type that is text", "the type of piece 8, at byte ") { $0.rest = Protobuf.field(1, [0x1A, 1, 97]) },
    Case("65 nested user-defined pieces", "more than 64 of its user-defined pieces are prefixes of one another") {
      $0.pieces += (1...65).map { .init(String(repeating: "x", count: $0), type: ModelBytes.userDefined) }
    },
    // h · 33 + c is equal for "Aa" and "B@", and so for every text of such pairs.
    Case("many pieces of one hash value", "more than 64 of its pieces have one hash value") {
      $0.pieces += (0..<128).map { n in .init((0..<7).map { n >> $0 & 1 == 0 ? "Aa" : "B@" }.joined()) }
    },
    Case("a byte piece without byte fallback", "piece 8 is a byte, but byte_fallback is false") {
      $0.pieces.append(.init("<0x41>", type: ModelBytes.byte))
    },
    Case("byte fallback without byte pieces", "there are 0 pieces for bytes, expected 256") {
      $0.trainer += Protobuf.field(35, UInt64(1))
    },
    Case("byte fallback with 255 byte pieces", "there are 255 pieces for bytes, expected 256") {
      $0.trainer += Protobuf.field(35, UInt64(1))
      $0.pieces += ModelBytes.bytePieces.dropLast()
    },
    Case("a byte piece in lower case", "piece 263 is a byte, but its text is none of <0x00> to <0xFF>") {
      $0.trainer += Protobuf.field(35, UInt64(1))
      $0.pieces += ModelBytes.bytePieces.dropLast() + [.init("<0xff>", type: ModelBytes.byte)]
    },
  ]

  static let options: [Case] = [
    Case("model type 0", "its model type is 0, expected 1 (unigram), 2 (bpe), 3 (word) or 4 (char)") {
      $0.trainer = Protobuf.field(3, UInt64(0))
    },
    Case("model type 5", "its model type is 5, expected") { $0.rest = Protobuf.field(2, Protobuf.field(3, UInt64(5))) },
    Case("a model type that is text", "the model type, at byte ") { $0.trainer = Protobuf.field(3, "bpe") },
    Case("unk_id outside", "unk_id is 8, expected -1 to 7") { $0.trainer += Protobuf.field(40, UInt64(8)) },
    Case("unk_id of another piece", "unk_id is 1, but that piece is not the unknown piece") {
      $0.trainer += Protobuf.field(40, UInt64(1))
    },
    Case("bos_id of -2", "bos_id is -2, expected -1 to 7") {
      $0.trainer += Protobuf.field(41, UInt64(bitPattern: -2))
    },
    Case("eos_id outside", "eos_id is 2147483647, expected -1 to 7") {
      $0.trainer += Protobuf.field(42, UInt64(Int32.max))
    },
    Case("pad_id outside", "pad_id is 99, expected -1 to 7") { $0.trainer += Protobuf.field(43, UInt64(99)) },
    Case("bos_piece that is a number", "bos_piece, at byte ") { $0.trainer += Protobuf.field(46, UInt64(1)) },
    Case("byte_fallback that is text", "byte_fallback, at byte ") { $0.trainer += Protobuf.field(35, "x") },
    Case("a normalizer that is a number", "the normalizer, at byte ") { $0.rest = Protobuf.field(3, UInt64(1)) },
    Case("add_dummy_prefix that is text", "add_dummy_prefix, at byte ") { $0.normalizer += Protobuf.field(3, "x") },
    Case("a map that is a number", "the character map of the normalizer, at byte ") {
      $0.normalizer += Protobuf.field(2, UInt64(1))
    },
  ]

  /// "a" becomes "é", "bc" becomes "x y"; node 1 is after "a", node 2 after "b", node 3 after "bc".
  static let map = MapBytes([([97], "é"), ([98, 99], "x y")])

  private static func damaged(_ name: String, _ reason: String, _ change: (inout MapBytes) -> Void) -> Case {
    mapCase(name, map.with(change), reason)
  }

  private static func mapCase(_ name: String, _ map: [UInt8], _ reason: String) -> Case {
    Case(name, "the character map of its normalizer is damaged: " + reason) { $0.normalizer += Protobuf.field(2, map) }
  }

  static let maps: [Case] = [
    mapCase(
      "nine bytes", [4, 0, 0, 0, 1, 2, 3, 4, 5], "its units have 4 bytes, expected a multiple of 4, and at least"),
    mapCase("four bytes", [0, 4, 0, 0], "it has 4 bytes, expected at least 5"),
    mapCase("no units", [0, 0, 0, 0, 1], "its units have 0 bytes, expected"),
    damaged("a size that is odd", "its units have 1025 bytes, expected a multiple of 4") { $0.statedSize = 1025 },
    damaged("a size beyond the map", "its units have 8192 bytes, but ") { $0.statedSize = 8192 },
    damaged("a size of 4 GiB", "its units have 4294967292 bytes, but ") { $0.statedSize = .max - 3 },
    damaged("no texts", "its units have 5120 bytes, but 5120 bytes follow, expected more") { $0.texts = [] },
    damaged("texts that are not UTF-8", "its texts are not UTF-8") { $0.texts[0] = 0xFF },
    damaged("a text without an end", "its last text does not end with a zero") { $0.texts.removeLast() },
    damaged("a root that points outside", "unit 0 points to unit ") { $0.units[0] = 0x1F_FFFF << 10 },
    damaged("a root with a large offset", "unit 0 points to unit ") { $0.units[0] |= 0x200 },
    damaged("the last block in part", "unit 353 points to unit 767, but there are 767") {
      $0.units = Array($0.units[..<767])
    },
    damaged("a child that points outside", "unit 353 points to unit ") { $0.units[256 ^ 97] = 97 | 0x1F_FFFF << 10 },
    damaged("a child that points to itself", "unit 353 leads back to itself") {
      $0.units[256 ^ 97] = 97 | UInt32(353 ^ 256) << 10
    },
    damaged("a child that points to the root", "unit 353 points back to unit 0") {
      $0.units[256 ^ 97] = 97 | 353 << 10
    },
    damaged("a value without its mark", "unit 512, the value of unit 353, is no value") {
      $0.units[512] &= 0x7FFF_FFFF
    },
    damaged("a value outside the texts", "unit 512 points to byte 7 of the texts, which have 7") {
      $0.units[512] = 1 << 31 | 7
    },
    damaged("a value inside a character", "unit 512 points into a character, at byte 1 of the texts") {
      $0.units[512] = 1 << 31 | 1
    },
    mapCase(
      "a long text", MapBytes([([97], String(repeating: "x", count: 33))]).bytes,
      "the text at byte 0 replaces a key of 1 bytes, but has more than 32"),
    mapCase(
      "a text of spaces, which become 3 bytes each", MapBytes([([97], String(repeating: " ", count: 11))]).bytes,
      "the text at byte 0 replaces a key of 1 bytes, but has more than 32"),
    mapCase(
      "33 nested keys", MapBytes((1...33).map { ([UInt8](repeating: 97, count: $0), "x") }).bytes,
      "more than 32 keys are prefixes of one another"),
    mapCase("a long key", MapBytes([([UInt8](repeating: 97, count: 257), "x")]).bytes, "a key has more than 256 bytes"),
    Case("the denormalizer", "the character map of its denormalizer is damaged: its units have 4 bytes") {
      $0.rest = Protobuf.field(5, Protobuf.field(2, [4, 0, 0, 0, 1, 2, 3, 4, 5]))
    },
    Case("a map that replaces the first one", "the character map of its normalizer is damaged: its units have 4") {
      $0.normalizer += Protobuf.field(2, map.bytes)
      $0.rest = Protobuf.field(3, Protobuf.field(2, [4, 0, 0, 0, 1, 2, 3, 4, 5]))
    },
  ]

  @Test("A damaged file is refused with one line that names what is wrong", arguments: form + pieces + options + maps)
  func refused(_ each: Case) throws {
    let error = try #require(throws: TextError.self) {
      try each.bytes.withUnsafeBytes { try Tokenizer(model: $0, path: "some/tokenizer.model") }
    }
    guard case .notATokenizer("some/tokenizer.model", let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(reason.contains(each.reason), "\(reason)")
    #expect(!error.description.contains("\n"))
    #expect(error.description.hasSuffix(". Specify the tokenizer.model that belongs to the weights."))
  }

  private func tokenizer(_ bytes: [UInt8]) throws -> Tokenizer {
    try bytes.withUnsafeBytes { try Tokenizer(model: $0, path: "m") }
  }

  @Test("The file that the damaged ones start from is valid")
  func base() throws {
    let tokenizer = try tokenizer(Self.valid)
    #expect((0..<8).map(tokenizer.piece) == ["<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "▁a"])
    #expect((tokenizer.unknown, tokenizer.bos, tokenizer.eos) == (0, 1, 2))
    #expect(tokenizer.encode(" ab") == [7, 5])
    #expect(tokenizer.encode(" a") == [7])
    #expect(tokenizer.scores == [0, 0, 0, -2, -3, -3, -4, -1])
  }

  @Test("A map replaces the longest key that matches, and its limits are inclusive")
  func validMaps() throws {
    func encode(_ rules: [([UInt8], String)], _ text: String, pieces: [ModelBytes.Piece] = []) throws -> [Int] {
      try tokenizer(
        ModelBytes().with {
          $0.pieces += pieces
          $0.normalizer += Protobuf.field(2, MapBytes(rules).bytes)
        }
      ).encode(text)
    }
    #expect(try encode([([97], "b"), ([97, 97], "a")], "aaa") == [6])
    #expect(try encode([([97], "")], "aba") == [5])
    let nested = (1...32).map { ([UInt8](repeating: 97, count: $0), "b") }
    #expect(try encode(nested, String(repeating: "a", count: 40)) == [5, 5])
    #expect(try encode([([UInt8](repeating: 97, count: 256), "b")], String(repeating: "a", count: 256)) == [5])
    #expect(try encode([([98], String(repeating: "ab", count: 16))], "b") == [Int](repeating: 6, count: 16))
    #expect(try encode([([97], " ")], "aaab") == [3, 3, 3, 5])
  }

  @Test("64 nested user-defined pieces and a piece of 256 bytes are valid")
  func limits() throws {
    let tokenizer = try tokenizer(
      ModelBytes().with {
        $0.pieces += (1...64).map { .init(String(repeating: "x", count: $0), type: ModelBytes.userDefined) }
        $0.pieces.append(.init(String(repeating: "y", count: 256)))
      })
    #expect(tokenizer.encode(String(repeating: "x", count: 64)) == [71])
    #expect(tokenizer.encode(String(repeating: "y", count: 256)) == [72])
  }

  @Test("Fields of a repeated message replace the earlier ones, and unknown fields are ignored")
  func merging() throws {
    let tokenizer = try tokenizer(
      ModelBytes().with {
        $0.pieces[4].text = Array("zz".utf8)
        $0.rest =
          Protobuf.field(2, Protobuf.field(46, "</s>") + Protobuf.field(900, UInt64(7)))
          + Protobuf.field(3, Protobuf.field(3, UInt64(1))) + Protobuf.field(1234, "anything")
          + Protobuf.field(1, Protobuf.field(1, "old") + Protobuf.field(1, "new") + Protobuf.field(2, Float(-1)))
      })
    #expect(tokenizer.bos == 2)
    #expect(tokenizer.piece(8) == "new")
    #expect(tokenizer.encode("new") == [3, 8])
  }

  @Test("No text encodes to a control symbol, in any type of model", arguments: 1...4 as ClosedRange<UInt64>)
  func controlSymbols(_ type: UInt64) throws {
    for name in ["a", "▁a", "<s>", "▁"] {
      let model = ModelBytes().with {
        $0.trainer = Protobuf.field(3, type)
        $0.pieces = [
          .init("<unk>", type: ModelBytes.unknown), .init(name, type: ModelBytes.control), .init("x"), .init("y"),
        ]
      }
      let tokenizer = try tokenizer(model)
      for text in [name, "a", " a", "<s>", " <s> x", "xy"] {
        #expect(!tokenizer.encode(text).contains(1), "\(text)")
      }
      #expect(tokenizer.piece(1) == name)
    }
  }

  @Test("A long text in parts has the tokens of the whole if it is divided at spaces")
  func parts() throws {
    for tokenizer in try [TrainedTokenizer.unigram.get(), TrainedTokenizer.bpe.get()] {
      let text = String(repeating: "the cat saw the dog, déjà vu ", count: 20)
      for bytes in [40, 64, 100] { #expect(tokenizer.encode(text, partBytes: bytes) == tokenizer.encode(text)) }
      let word = String(repeating: "é你👩", count: 30)
      let tokens = tokenizer.encode(word, partBytes: 10)
      #expect(tokenizer.decode(tokens).filter { $0 != " " } == word)
    }
  }

  @Test("A long text without byte pieces is encoded in parts, with the tokens of the whole")
  func longTexts() throws {
    let tokenizer = try tokenizer(ModelBytes().with { $0.normalizer = [] })
    let words = 40_000
    #expect(
      tokenizer.encode(String(repeating: "ab ", count: words)) == Array(repeating: [7, 5], count: words).flatMap { $0 })
    // One unknown token for each part, after the space that encoding adds.
    let unknown = tokenizer.encode(String(repeating: "你", count: 60_000))
    #expect(unknown == [3, 0, 3, 0, 3, 0])
  }

  @Test("Mutated files are refused or work, and never end the process", arguments: 0..<8)
  func mutations(_ seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let mapped = ModelBytes().with { $0.normalizer += Protobuf.field(2, Self.map.bytes) }
    let bases =
      try [mapped, TrainedTokenizer.train(.bpe).file]
      + ["bpe", "bare", "unigram-normalizing"].map { name in
        let file = try MappedFile(path: Repository.reference("tokenizers/\(name).model"))
        return withExtendedLifetime(file) { Array(file.bytes) }
      }
    var (loaded, refused) = (0, 0)
    for _ in 0..<500 {
      var bytes = bases[Int.random(in: bases.indices, using: &generator)]
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 1: bytes[place] = .random(in: 0...255, using: &generator)
        case 2: bytes.insert(.random(in: 0...255, using: &generator), at: place)
        case 3: bytes += Protobuf.field(2, Protobuf.field(3, UInt64.random(in: 1...4, using: &generator)))
        case 4: bytes += Protobuf.field(3, Protobuf.field(2, Self.mutatedMap(&generator)))
        default:
          let type = UInt64.random(in: 1...6, using: &generator)
          bytes += Protobuf.field(1, Protobuf.field(1, "q\(place)") + Protobuf.field(3, type))
        }
      }
      guard let tokenizer = try? tokenizer(bytes) else {
        refused += 1
        continue
      }
      loaded += 1
      for text in ["", "the cat", "  aa bc ", "é你\u{0}<s>", String(repeating: "abc", count: 40)] {
        let tokens = tokenizer.encode(text)
        #expect(tokens.allSatisfy { (0..<tokenizer.vocabularySize).contains($0) })
        _ = tokenizer.decode(tokens)
      }
    }
    #expect(loaded > 20)
    #expect(refused > 20)
  }

  private static func mutatedMap(_ generator: inout SeededGenerator) -> [UInt8] {
    map.with {
      let unit = Int.random(in: 0..<$0.units.count, using: &generator)
      let known = [0, 256 ^ 97, 256 ^ 98, 768 ^ 99, 512, 1024]
      let place = Bool.random(using: &generator) ? unit : known[Int.random(in: known.indices, using: &generator)]
      $0.units[place] ^= 1 << UInt32.random(in: 0...31, using: &generator)
    }
  }
}

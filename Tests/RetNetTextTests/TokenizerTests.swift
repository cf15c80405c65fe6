import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText

@Suite("Tokenizer")
struct TokenizerTests {
  static let texts = [
    "", " ", "  two  spaces ", "the cat saw the dog", "déjà vu, 你好 👩‍👩‍👧 ẞ", "tab\tand\nnew\r\nlines",
    "\u{FFFD}",
    "<s> </s> <|user|>U: hi<|bot|> <unk> <0x41>", "e\u{301} is not \u{E9}", "ﬁ Ａ ①",
  ]

  @Test("Every text decodes to the same bytes", arguments: texts)
  func roundTrip(text: String) throws {
    for tokenizer in try [TrainedTokenizer.unigram.get(), TrainedTokenizer.bpe.get()] {
      #expect(tokenizer.decodeBytes(tokenizer.encode(text)) == Array(text.utf8))
      #expect(Array(tokenizer.decode(tokenizer.encode(text)).utf8) == Array(text.utf8))
    }
  }

  @Test("The character U+0000 is preserved")
  func zero() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    #expect(tokenizer.decodeBytes(tokenizer.encode("a\u{0}b\u{0}")) == [0x61, 0, 0x62, 0])
  }

  @Test("Text that spells a control symbol encodes to no control token")
  func symbolsInText() throws {
    for tokenizer in try [TrainedTokenizer.unigram.get(), TrainedTokenizer.bpe.get()] {
      for symbol in ["<s>", "</s>", "<|user|>", "<|bot|>"] {
        let token = try #require(tokenizer.token(forPiece: symbol))
        #expect(tokenizer.isControl(token))
        for text in [symbol, "x" + symbol, symbol + "x", " \(symbol) ", symbol + symbol] {
          let tokens = tokenizer.encode(text)
          #expect(!tokens.contains(where: tokenizer.isControl))
          #expect(tokenizer.decode(tokens) == text)
        }
      }
    }
  }

  @Test("The vocabulary has the requested size: named tokens first, then the symbols and all bytes")
  func vocabulary() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    #expect(tokenizer.vocabularySize == 295)
    #expect((tokenizer.unknown, tokenizer.bos, tokenizer.eos) == (0, 1, 2))
    #expect((0..<5).map(tokenizer.piece) == ["<unk>", "<s>", "</s>", "<|user|>", "<|bot|>"])
    #expect((0..<295).filter(tokenizer.isControl) == [1, 2, 3, 4])
    for byte in 0...255 as ClosedRange<UInt8> {
      let name = "<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
      let token = try #require(tokenizer.token(forPiece: name))
      #expect(tokenizer.piece(token) == name)
      #expect(tokenizer.decodeBytes([token], atStart: false) == [byte])
    }
    #expect(tokenizer.token(forPiece: "▁cat") != nil)
    #expect(tokenizer.token(forPiece: "no such piece") == nil)
  }

  @Test("The speakers of dialogue files are not learned")
  func speakers() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let pieces = (0..<tokenizer.vocabularySize).map(tokenizer.piece)
    #expect(!pieces.contains { $0.contains("U") || ($0.contains("B") && !$0.hasPrefix("<0x")) })
  }

  @Test("Only a text's first space, which encoding adds, is removed from the bytes")
  func leadingSpace() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let cat = try #require(tokenizer.token(forPiece: "▁cat"))
    #expect(tokenizer.decodeBytes([cat, cat]) == Array("cat cat".utf8))
    #expect(tokenizer.decodeBytes([cat], atStart: false) == Array(" cat".utf8))
    #expect(tokenizer.decode([3, cat]) == "cat")
  }

  @Test("Incomplete UTF-8 decodes to U+FFFD")
  func unfinished() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let bytes = try ["<0xE2>", "<0x82>"].map { try #require(tokenizer.token(forPiece: $0)) }
    #expect(tokenizer.decode(bytes) == "\u{FFFD}")
    #expect(tokenizer.decodeBytes(bytes) == [0xE2, 0x82])
  }

  @Test("The same text and options give the same file")
  func deterministic() throws {
    #expect(try TrainedTokenizer.train(.unigram).file == TrainedTokenizer.train(.unigram).file)
  }

  @Test("The error names a file that is no tokenizer, and says what to do")
  func foreignFiles() throws {
    let folder = try TemporaryFolder()
    for (name, bytes) in [
      ("empty", []), ("text", Array("hello there".utf8)), ("zeros", [UInt8](repeating: 0, count: 100)),
    ] {
      let path = try folder.write(name, bytes)
      let error = try #require(throws: TextError.self) { try Tokenizer.load(from: path) }
      guard case .notATokenizer(path, _) = error else {
        Issue.record("\(error)")
        continue
      }
      if name == "text" {
        #expect(
          error == .notATokenizer(path: path, reason: "its bytes are not of that format: byte 2 starts a group"))
      }
      #expect(error.description.contains("Specify the tokenizer.model that belongs to the weights."))
    }
    #expect(throws: FileError.missing(path: folder.path("none"))) { try Tokenizer.load(from: folder.path("none")) }
    let data = try folder.write("cut", TrainedTokenizer.train(.unigram).file.prefix(2000))
    #expect(throws: TextError.self) { try Tokenizer.load(from: data) }
  }

  @Test("A vocabulary larger than the text supports is an error and leaves no file")
  func vocabularyTooLarge() throws {
    let folder = try TemporaryFolder()
    let data = try folder.write("few.txt", "one two three\n")
    #expect(
      try message(0) == "The tokenizer could not be trained: it must hold that (trainer_spec.vocab_size()) > (0). "
        + "Change the vocabulary size, or add text.")
    func message(_ size: Int) throws -> String {
      try #require(throws: TextError.self) {
        try Tokenizer.train(files: [data], vocabularySize: size, controlSymbols: [], to: folder.path("out"))
      }.description
    }
    #expect(
      try message(5000).hasPrefix("The tokenizer could not be trained: Vocabulary size too high (5000). Please set it"))
    #expect(try message(100).hasPrefix("The tokenizer could not be trained: Vocabulary size is smaller than required"))
    #expect(try folder.contents() == ["few.txt"])
  }

  @Test("Lines are selected evenly, and long ones are divided between words or characters")
  func trainingLines() {
    var lines = TrainingLines()
    for i in 0..<10 { lines.append(Array("line \(i)".utf8)) }
    #expect(String(decoding: lines.sampled(3).text, as: UTF8.self) == "line 0line 3line 6")
    lines = TrainingLines()
    lines.append(Array(String(repeating: "é", count: 5000).utf8))
    #expect(lines.ends == [8192, 10000])
    lines = TrainingLines()
    lines.append(Array(("abc " + String(repeating: "x", count: 8190)).utf8))
    #expect(lines.ends == [3, 8194])
  }

  @Test("A vocabulary of bytes has one token per byte of any text, also for the space")
  func bytes() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("bytes.model")
    try Tokenizer.writeBytes(controlSymbols: ["<|user|>"], to: path)
    let tokenizer = try Tokenizer.load(from: path)
    #expect(tokenizer.vocabularySize == 3 + 1 + 256 + 1)
    #expect(tokenizer.token(forPiece: "<|user|>") == 3)
    for text in ["a3 f7 ?f7", "é日 \n\t", " ", "<|user|>"] {
      let tokens = tokenizer.encode(text)
      // One more for the space before a text.
      #expect(tokens.count == text.utf8.count + 1, "\(text)")
      #expect(tokenizer.decode(tokens) == text, "\(text)")
    }
  }
}

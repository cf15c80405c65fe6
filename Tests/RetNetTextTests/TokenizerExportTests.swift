import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText

@Suite("Tokenizer files for transformers")
struct TokenizerExportTests {
  private func export(_ model: String) throws -> [String: [String: Any]] {
    try TokenizerExport.files(ofModel: model).mapValues {
      try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any])
    }
  }

  static let texts = [
    "", " ", "  ", "the cat saw the dog", " the cat", "two  spaces ", "a\nb\tc", "déjà vu 😀 e\u{301}", "aaaa ====",
    "<0x0A>", "x▁y", "No, it is 1987.",
  ]

  /// `tokenizer.json` is read by another reader than the `tokenizer.model`. Scripts/huggingface.py reads it with
  /// Hugging Face's own.
  @Test("tokenizer.json gives the tokens of tokenizer.model", arguments: ["bpe", "unigram", "chat", "recall"])
  func sameTokens(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tokenizer.model")
    let source: [UInt8] =
      switch name {
      case "bpe": try TrainedTokenizer.train(.bpe).file
      case "unigram": try TrainedTokenizer.train(.unigram).file
      default: Array(try Data(contentsOf: URL(fileURLWithPath: Repository.model("\(name)/tokenizer.model"))))
      }
    try AtomicFile.write(source, to: path)
    for (file, content) in try TokenizerExport.files(ofModel: path) {
      try AtomicFile.write(content, to: folder.path(file))
    }
    let (model, json) = (try Tokenizer.load(from: path), try Tokenizer.load(from: folder.path("tokenizer.json")))
    #expect((json.bos, json.eos, json.unknown) == (model.bos, model.eos, model.unknown))
    #expect(json.vocabularySize == model.vocabularySize)
    for text in Self.texts + TrainedTokenizer.lines {
      let tokens = model.encode(text)
      #expect(json.encode(text) == tokens, "\(text.debugDescription)")
      #expect(json.decode(tokens) == model.decode(tokens), "\(text.debugDescription)")
    }
  }

  @Test("Runs of one character with equal scores are divided alike")
  func equalScores() throws {
    let folder = try TemporaryFolder()
    let runs = (1...5).filter { $0 != 4 }.map { ModelBytes.Piece(String(repeating: "▁", count: $0), -1e9) }
    let model = ModelBytes().with {
      $0.pieces = Array($0.pieces[0..<3]) + runs + [.init("a", -1), .init("▁a", -2), .init("▁▁▁a", -3)]
      $0.trainer = Protobuf.field(3, ModelBytes.bpe)
    }
    let path = folder.path("tokenizer.model")
    try AtomicFile.write(model, to: path)
    let json = try #require(try TokenizerExport.files(ofModel: path)["tokenizer.json"])
    try AtomicFile.write(json, to: folder.path("tokenizer.json"))
    let tokenizers = try [path, folder.path("tokenizer.json")].map { try Tokenizer.load(from: $0) }
    for count in 1...20 {
      for end in ["", "a", "aa", "b"] {
        let text = String(repeating: " ", count: count) + end
        #expect(tokenizers[0].encode(text) == tokenizers[1].encode(text), "\(count) \(end)")
      }
    }
  }

  @Test("A foreign vocabulary's normalization is exported")
  func normalization() throws {
    let folder = try TemporaryFolder()
    let path = Repository.reference("tokenizers/unigram-normalizing.model")
    let files = try TokenizerExport.files(ofModel: path)
    #expect(files.keys.sorted() == ["tokenizer.json", "tokenizer_config.json"])
    try AtomicFile.write(try #require(files["tokenizer.json"]), to: folder.path("tokenizer.json"))
    let (model, json) = (try Tokenizer.load(from: path), try Tokenizer.load(from: folder.path("tokenizer.json")))
    for text in Self.texts where text != "x▁y" {
      #expect(json.encode(text) == model.encode(text), "\(text.debugDescription)")
    }
  }

  @Test("The configuration names class, symbols and chat template")
  func configuration() throws {
    let object = try #require(try export(Repository.model("chat/tokenizer.model"))["tokenizer_config.json"])
    #expect(object["tokenizer_class"] as? String == "PreTrainedTokenizerFast")
    #expect(object["bos_token"] as? String == "<s>")
    #expect(object["eos_token"] as? String == "</s>")
    #expect(object["add_bos_token"] as? Bool == true)
    #expect((object["chat_template"] as? String)?.contains("'<|bot|>'") == true)
    let plain = try export(Repository.model("recall/tokenizer.model"))["tokenizer_config.json"]
    #expect(try #require(plain)["chat_template"] == nil)
  }

  @Test("A vocabulary that Hugging Face's tokenizers cannot express gives no files")
  func inexpressible() throws {
    let folder = try TemporaryFolder()
    for model in [
      ModelBytes().with { $0.trainer = Protobuf.field(3, ModelBytes.word) },
      ModelBytes().with { $0.pieces[4].type = ModelBytes.userDefined },
      ModelBytes().with { $0.trainer += Protobuf.field(24, UInt64(1)) },
    ] {
      try AtomicFile.write(model, to: folder.path("tokenizer.model"))
      #expect(try TokenizerExport.files(ofModel: folder.path("tokenizer.model")).isEmpty)
    }
  }

  @Test("The bundled models have the files that are written today", arguments: ["chat", "recall"])
  func bundled(_ name: String) throws {
    for (file, content) in try TokenizerExport.files(ofModel: Repository.model("\(name)/tokenizer.model")) {
      let stored = try Data(contentsOf: URL(fileURLWithPath: Repository.model("\(name)/\(file)")))
      let objects = try [stored, content].map {
        try #require(try JSONSerialization.jsonObject(with: $0) as? NSDictionary)
      }
      #expect(objects[0] == objects[1], "\(file)")
    }
  }
}

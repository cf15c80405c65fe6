import Foundation
import RetNet
import RetNetText

/// The files that `transformers` needs in addition to `tokenizer.model` to produce the same tokens.
///
/// Its SentencePiece classes assume BPE vocabularies, like Llama's. For BPE, `tokenizer_config.json` is enough. A unigram
/// vocabulary, the default of tokenizer training here, also needs `tokenizer.json`, which describes it completely.
enum TokenizerExport {
  static let configurationFile = "tokenizer_config.json"
  static let vocabularyFile = "tokenizer.json"

  /// Writes the missing files if the source has a SentencePiece model and neither of them.
  ///
  /// - Returns: the files' names.
  /// - Throws: `FileError`, `TextError`.
  static func write(from source: String, to target: String) throws -> [String] {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: ModelFolder.path(source, name)) }
    guard exists(ModelFolder.tokenizerFile), !exists(configurationFile), !exists(vocabularyFile) else { return [] }
    let tokenizer = try Tokenizer.load(from: ModelFolder.path(source, ModelFolder.tokenizerFile))
    var files = [configurationFile: configuration(tokenizer)]
    if !isBPE(tokenizer) { files[vocabularyFile] = vocabulary(tokenizer) }
    let written = files.sorted { $0.key < $1.key }
    for (name, object) in written {
      let json = try JSONSerialization.data(
        withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      try AtomicFile.write(json, to: ModelFolder.path(target, name))
    }
    return written.map(\.key)
  }

  /// Whether the vocabulary is BPE: its scores are 0, −1, −2 and so on, not log probabilities.
  private static func isBPE(_ tokenizer: Tokenizer) -> Bool {
    (0..<tokenizer.vocabularySize).allSatisfy { token in
      !tokenizer.isText(token) || tokenizer.scores[token] == tokenizer.scores[token].rounded()
    }
  }

  private static func configuration(_ tokenizer: Tokenizer) -> [String: Any] {
    func piece(_ token: Int?) -> Any { token.map(tokenizer.piece) ?? NSNull() }
    var symbols: [String: Any] = [:]
    for (token, symbol) in self.symbols(tokenizer) { symbols["\(token)"] = symbol }
    return [
      "tokenizer_class": isBPE(tokenizer) ? "LlamaTokenizer" : "PreTrainedTokenizerFast",
      "bos_token": piece(tokenizer.bos), "eos_token": piece(tokenizer.eos), "unk_token": piece(tokenizer.unknown),
      "pad_token": NSNull(), "add_bos_token": true, "add_eos_token": false, "legacy": false,
      "clean_up_tokenization_spaces": false, "added_tokens_decoder": symbols,
    ]
  }

  /// A unigram vocabulary in the format of Hugging Face's tokenizers.
  private static func vocabulary(_ tokenizer: Tokenizer) -> [String: Any] {
    let space = "\u{2581}"
    let pieces: [[Any]] = (0..<tokenizer.vocabularySize).map { [tokenizer.piece($0), Double(tokenizer.scores[$0])] }
    let added = symbols(tokenizer).map { token, symbol in symbol.merging(["id": token]) { $1 } }
    var object: [String: Any] = [
      "version": "1.0", "truncation": NSNull(), "padding": NSNull(), "pre_tokenizer": NSNull(),
      "post_processor": NSNull(), "added_tokens": added,
      "model": [
        "type": "Unigram", "unk_id": tokenizer.unknown ?? NSNull(), "byte_fallback": true, "vocab": pieces,
      ] as [String: Any],
      "normalizer": [
        "type": "Sequence",
        "normalizers": [
          ["type": "Prepend", "prepend": space],
          ["type": "Replace", "pattern": ["String": " "], "content": space],
        ] as [[String: Any]],
      ] as [String: Any],
      "decoder": [
        "type": "Sequence",
        "decoders": [
          ["type": "Replace", "pattern": ["String": space], "content": " "], ["type": "ByteFallback"],
          ["type": "Fuse"], ["type": "Strip", "content": " ", "start": 1, "stop": 0],
        ] as [[String: Any]],
      ] as [String: Any],
    ]
    if let bos = tokenizer.bos {
      let symbol = tokenizer.piece(bos)
      func special(_ type: Int) -> [String: Any] { ["SpecialToken": ["id": symbol, "type_id": type] as [String: Any]] }
      func text(_ name: String, _ type: Int) -> [String: Any] {
        ["Sequence": ["id": name, "type_id": type] as [String: Any]]
      }
      object["post_processor"] =
        [
          "type": "TemplateProcessing", "single": [special(0), text("A", 0)],
          "pair": [special(0), text("A", 0), special(1), text("B", 1)],
          "special_tokens": [symbol: ["id": symbol, "ids": [bos], "tokens": [symbol]] as [String: Any]],
        ] as [String: Any]
    }
    return object
  }

  /// Control symbols and the unknown symbol, which no text encodes to.
  private static func symbols(_ tokenizer: Tokenizer) -> [(token: Int, symbol: [String: Any])] {
    (0..<tokenizer.vocabularySize).filter { tokenizer.isControl($0) || $0 == tokenizer.unknown }.map { token in
      let symbol: [String: Any] = [
        "content": tokenizer.piece(token), "lstrip": false, "normalized": false, "rstrip": false,
        "single_word": false, "special": true,
      ]
      return (token, symbol)
    }
  }
}

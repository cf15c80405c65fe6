import Foundation

/// What `transformers` needs beside `tokenizer.model` to open it.
enum TokenizerExport {
  static let fileName = "tokenizer_config.json"

  /// Writes `tokenizer_config.json` where the source has a SentencePiece model and no such file.
  ///
  /// - Returns: the file's name, or nil where there is nothing to write.
  /// - Throws: `FileError`, `TextError`.
  static func write(from source: String, to target: String) throws -> String? {
    func path(_ name: String) -> String { ModelFolder.path(source, name) }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    guard exists(ModelFolder.tokenizerFile), !exists(fileName), !exists("tokenizer.json") else { return nil }
    let tokenizer = try Tokenizer.load(from: path(ModelFolder.tokenizerFile))
    try AtomicFile.write(try json(tokenizer), to: ModelFolder.path(target, fileName))
    return fileName
  }

  static func json(_ tokenizer: Tokenizer) throws -> Data {
    func piece(_ token: Int?) -> Any { token.map(tokenizer.piece) ?? NSNull() }
    var symbols: [String: Any] = [:]
    for token in 0..<tokenizer.vocabularySize where tokenizer.isControl(token) || token == tokenizer.unknown {
      symbols["\(token)"] =
        [
          "content": tokenizer.piece(token), "lstrip": false, "normalized": false, "rstrip": false,
          "single_word": false, "special": true,
        ] as [String: Any]
    }
    let object: [String: Any] = [
      "tokenizer_class": "LlamaTokenizer", "bos_token": piece(tokenizer.bos), "eos_token": piece(tokenizer.eos),
      "unk_token": piece(tokenizer.unknown), "pad_token": NSNull(), "add_bos_token": true, "add_eos_token": false,
      "legacy": false, "clean_up_tokenization_spaces": false, "added_tokens_decoder": symbols,
    ]
    return try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
  }
}

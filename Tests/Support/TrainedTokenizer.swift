import RetNetText

/// A small tokenizer, trained once for all tests on an invented text.
package enum TrainedTokenizer {
  package static let symbols = ["<|user|>", "<|bot|>"]
  package static let lines = [
    "the cat saw the dog", "the dog saw the cat and ran", "a cat is not a dog, is it?",
    "I saw them all and I ran home.",
    "who saw the cat? the dog did!", "where is home? it is not here.", "all dogs run and all cats sit",
  ]

  package static func train(
    _ method: TokenizerOptions.Method, symbols: [String] = symbols
  ) throws -> (tokenizer: Tokenizer, file: [UInt8]) {
    let folder = try TemporaryFolder()
    let text = (0..<20).map { "U: \(lines[$0 % 7])\nB: \(lines[($0 + 3) % 7])\n" }.joined(separator: "\n")
    let data = try folder.write("dialogue.txt", text)
    var options = TokenizerOptions()
    options.method = method
    let path = folder.path("tokenizer.model")
    try Tokenizer.train(files: [data], vocabularySize: 295, controlSymbols: symbols, options: options, to: path)
    return (try Tokenizer.load(from: path), try folder.bytes("tokenizer.model"))
  }

  package static let unigram = Result { try train(.unigram).tokenizer }
  package static let bpe = Result { try train(.bpe).tokenizer }
  /// Without the chat symbols.
  package static let plain = Result { try train(.unigram, symbols: []).tokenizer }
}

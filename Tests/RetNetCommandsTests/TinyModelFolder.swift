import Foundation
import TestSupport

@testable import RetNet
@testable import RetNetText

/// A model folder with random weights and a vocabulary learnt from a few sentences, removed on deinitialization.
final class TinyModelFolder: Sendable {
  let path: String
  private let parent: TemporaryFolder

  /// - Parameters:
  ///   - symbols: control symbols of the vocabulary; without chat symbols the model continues texts.
  ///   - unused: tokens of the model that the tokenizer lacks.
  init(
    symbols: [String] = [ChatFormat.userSymbol, ChatFormat.replySymbol], valueDim: Int = 64, unused: Int = 0
  ) throws {
    parent = try TemporaryFolder()
    path = parent.path("tiny")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let sentences = ["the cat saw the dog", "do you like old films", "yes i like them very much", "where do they live"]
    let text = (0..<20).map { "U: \(sentences[$0 % 4])\nB: \(sentences[($0 + 1) % 4])\n" }.joined(separator: "\n")
    let dialogue = ModelFolder.path(path, "dialogue.txt")
    try text.write(toFile: dialogue, atomically: true, encoding: .utf8)
    let tokenizer = ModelFolder.path(path, ModelFolder.tokenizerFile)
    try Tokenizer.train(
      files: [dialogue], vocabularySize: 285, controlSymbols: symbols, to: tokenizer)
    let configuration = ModelConfiguration(
      vocabularySize: try Tokenizer.load(from: tokenizer).vocabularySize + unused, modelDim: 32, layers: 2, heads: 4,
      keyDim: 32, valueDim: valueDim, feedForwardDim: 32)
    try RetNetModel(configuration, seed: 7).save(to: path, type: .f32)
  }
}

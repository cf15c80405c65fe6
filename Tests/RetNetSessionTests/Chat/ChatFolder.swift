import Foundation

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

/// A folder with a small random model, removed with the object.
final class ChatFolder: Sendable {
  let url: URL
  var path: String { url.path(percentEncoded: false) }

  static let symbols = [ChatFormat.userSymbol, ChatFormat.replySymbol]

  /// - Parameters:
  ///   - symbols: control symbols of the vocabulary; without chat symbols the model continues texts.
  ///   - extraTokens: the number of tokens that only the model has.
  ///   - change: changes the weights before they are written.
  init(
    symbols: [String] = symbols, seed: UInt64 = 7, heads: Int = 4, extraTokens: Int = 3,
    sampling: SamplingOptions? = ChatFolder.sampling, change: (inout [Float]) -> Void = { _ in }
  ) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "retnet-session-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let lines = ["the cat saw the dog", "do you like old films", "yes i like them very much", "where do they live"]
    let text = (0..<20).map { "U: \(lines[$0 % 4])\nB: \(lines[($0 + 1) % 4])\n" }.joined(separator: "\n")
    try Data(text.utf8).write(to: url.appending(path: "dialogue.txt"))
    let tokenizer = file(ModelFolder.tokenizerFile).path(percentEncoded: false)
    try Tokenizer.train(
      files: [file("dialogue.txt").path(percentEncoded: false)], vocabularySize: 285, controlSymbols: symbols,
      to: tokenizer)
    let configuration = ModelConfiguration(
      vocabularySize: try Tokenizer.load(from: tokenizer).vocabularySize + extraTokens, modelDim: 32, layers: 2,
      heads: heads, keyDim: 32, valueDim: 64, feedForwardDim: 32)
    let model = RetNetModel(configuration, seed: seed)
    // Larger than initial weights, so that tokens differ in probability.
    var weights = (0..<model.parameterCount).map { model.parameters.block![$0] * 8 }
    change(&weights)
    try RetNetModel(model.architecture, copying: weights).save(to: path, type: .f32)
    if let sampling { try sampling.json().write(to: file(ModelFolder.samplingFile)) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func open(threads: Int = 1) throws(ChatError) -> ChatModel {
    return try ChatModel(contentsOf: url, threads: threads)
  }

  func file(_ name: String) -> URL { url.appending(path: name) }

  /// Every token can be drawn, also those of single bytes.
  static let sampling: SamplingOptions = {
    var options = SamplingOptions()
    options.temperature = 3
    options.topK = 0
    options.topP = 1
    return options
  }()

  /// The most probable token, without penalty.
  static let greedy: SamplingOptions = {
    var options = SamplingOptions()
    options.temperature = 0
    options.repetitionPenalty = 1
    return options
  }()

  /// The bundled model.
  static let bundled = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Models/chat")
}

extension Chat {
  /// The first `count` tokens of a reply, or all of them; the loop ends after the last.
  nonisolated func tokens(_ message: String, _ count: Int = .max, maxTokens: Int = 256) async throws -> [ReplyToken] {
    var tokens: [ReplyToken] = []
    for try await token in respond(to: message, maxTokens: maxTokens) {
      tokens.append(token)
      if tokens.count == count { break }
    }
    return tokens
  }
}

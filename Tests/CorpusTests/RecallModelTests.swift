import Foundation
import RetNet
import RetNetAnalysis
import RetNetText
import Testing

@testable import Corpus

@Suite("The bundled recall model")
struct RecallModelTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Models/recall").path

  @Test("It has at most 100,000 parameters and recalls 99 % of values that training never had, in every form")
  func recalls() throws {
    let model = try RetNetModel.load(from: Self.folder)
    #expect(model.parameterCount <= 100_000)
    let tokenizer = try Tokenizer.load(from: Self.folder + "/tokenizer.model")
    let folder = try TestFolder()
    let corpus = RecallCorpus(seed: 77, heldOut: true)
    let passages = (0..<400).map { corpus.question($0, facts: 1 + $0 % 4) }
    let path = folder.path + "/facts.txt"
    try passages.joined(separator: "\n\n").write(toFile: path, atomically: true, encoding: .utf8)
    for form in [RetentionForm.recurrent, .chunkwise(length: 16), .parallel] {
      let score = try Evaluation(model: model, tokenizer: tokenizer, form: form).recall(on: path)
      #expect(score.cases.count == 400 && score.matched >= 396, "\(form): \(score.matched)")
    }
  }
}

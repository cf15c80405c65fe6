import RetNet
import RetNetAnalysis
import RetNetText
import Testing

@Suite("The bundled recall model")
struct RecallModelTests {
  @Test("It has at most 100,000 parameters and recalls 99 % of values that were not in its training, in every form")
  func recalls() throws {
    let model = try RetNetModel.load(from: HeldOutFacts.model)
    #expect(model.parameterCount <= 100_000)
    let tokenizer = try Tokenizer.load(from: HeldOutFacts.model + "/tokenizer.model")
    for form in [RetentionForm.recurrent, .chunkwise(length: 16), .parallel] {
      let score = try Evaluation(model: model, tokenizer: tokenizer, form: form).recall(on: HeldOutFacts.far)
      #expect(score.cases.count == 400, "\(form): \(score.matched)")
      #expect(score.matched >= 396, "\(form): \(score.matched)")
    }
  }
}

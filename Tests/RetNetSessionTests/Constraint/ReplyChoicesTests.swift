import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Choices")
struct ReplyChoicesTests {
  private static let texts = [
    "the cat", "the dog", "the cat saw the dog", "yes", "no", "the", "é→😀", "the cat saw", "where do they live",
  ]

  private struct Case {
    let model: ChatModel
    let inference: Inference
    let start: PromptState

    init(turns: Bool) throws {
      let folder = try ChatFolder(symbols: turns ? ChatFolder.symbols : [])
      model = try folder.open()
      inference = Inference(model.model)
      start = try PromptState(
        "do you like", mode: turns ? .chat : .plain, inference, tokenizer: model.tokenizer, form: .recurrent,
        norms: model.model.norms)
    }

    func choices(_ texts: [String]) throws -> ReplyChoices {
      try ReplyChoices(texts, after: start, inference, norms: model.model.norms)
    }

    /// Σ ln p of the reply's tokens and its end, from the beginning of the conversation.
    func byHand(_ text: String) throws -> Double {
      let tokenizer = model.tokenizer
      var state = model.model.makeState()
      let own = tokenizer.encode(text)
      var (sum, logits): (Double, [Float]) = (0, [])
      func logProbability(_ tokens: [Int]) -> Double {
        let values = logits.map { exp(Double($0)) }
        return log(tokens.reduce(0) { $0 + values[$1] } / values.reduce(0, +))
      }
      let prompt = model.format.prompt("do you like", isFirst: true, tokenizer).map(\.token)
      for (index, token) in (prompt + own).enumerated() {
        if index >= prompt.count { sum += logProbability([token]) }
        logits = Array(try inference.step(token, norms: model.model.norms, state: &state))
      }
      let ends =
        model.continuesText ? [tokenizer.eos] : [tokenizer.eos, tokenizer.token(forPiece: ChatFormat.userSymbol)]
      return sum + logProbability(ends.compactMap(\.self))
    }
  }

  @Test("The probability of a choice is the product over its tokens and its end", arguments: [true, false])
  func probabilities(turns: Bool) throws {
    let example = try Case(turns: turns)
    let choices = try example.choices(Self.texts).choices
    #expect(choices.map(\.text) == Self.texts)
    let expected = try Self.texts.map(example.byHand)
    let sum = expected.reduce(0) { $0 + exp($1) }
    for (choice, expected) in zip(choices, expected) {
      #expect(abs(choice.logProbability - expected) < 1e-4)  // Float logits of up to 20 tokens
      #expect(abs(choice.probability - exp(expected) / sum) < 1e-4)
    }
    #expect(abs(choices.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
  }

  @Test("A common beginning is read once")
  func steps() throws {
    let example = try Case(turns: true)
    let encoded = Self.texts.map { example.model.tokenizer.encode($0) }
    let beginnings = Set(encoded.flatMap { tokens in (1...tokens.count).map { Array(tokens.prefix($0)) } })
    #expect(try example.choices(Self.texts).steps == beginnings.count)
    #expect(beginnings.count < encoded.reduce(0) { $0 + $1.count })
  }

  @Test("The order of the choices does not change their bits")
  func order() throws {
    let example = try Case(turns: true)
    let one = Dictionary(
      uniqueKeysWithValues: try example.choices(Self.texts).choices.map { ($0.text, $0.logProbability) })
    let other = try example.choices(Self.texts.reversed()).choices
    for choice in other { #expect(one[choice.text] == choice.logProbability) }
  }

  @Test("Temperature 0 draws the most probable choice, and others draw by their probabilities")
  func draw() throws {
    let example = try Case(turns: true)
    let choices = try example.choices(["the cat", "the dog", "the"])
    var sampling = ChatFolder.greedy
    let best = choices.choices.indices.max { choices.choices[$0].probability < choices.choices[$1].probability }
    #expect(choices.draw(sampling) == best)
    (sampling.temperature, sampling.topK, sampling.topP) = (1, 0, 1)
    let count = 4000
    var drawn = [0, 0, 0]
    for seed in 0..<UInt64(count) {
      sampling.seed = seed
      drawn[choices.draw(sampling)] += 1
    }
    for (choice, found) in zip(choices.choices, drawn) {
      let deviation = (choice.probability * (1 - choice.probability) / Double(count)).squareRoot()
      #expect(abs(Double(found) / Double(count) - choice.probability) < 5 * deviation + 1e-3)
    }
  }

  @Test("Wrong lists are refused")
  func wrong() throws {
    let example = try Case(turns: true)
    #expect(throws: ChoiceError.empty) { try example.choices(["a", ""]) }
    #expect(throws: ChoiceError.twice("a")) { try example.choices(["a", "b", "a"]) }
    #expect(throws: ChoiceError.tooMany(10_001)) { try example.choices((0...10_000).map { "\($0)" }) }
  }

  @Test("A long choice needs no more memory than a short one: it is read in one pass")
  func long() throws {
    let example = try Case(turns: true)
    let text = String(repeating: "the cat saw the dog ", count: 200)
    let choices = try example.choices([text, text + "!", "no"])
    #expect(choices.choices.allSatisfy { $0.logProbability.isFinite })
    #expect(choices.choices[2].probability > 0.999)
  }
}

import Foundation
import RetNet
import RetNetAnalysis
import RetNetSession
import RetNetText
import Testing

/// The state explorer's results for the recall model, against the same text without the fact.
@Suite("The recall model in the explorer")
struct RecallExplorerTests {
  private struct Run {
    var state: ModelState
    var steps: [RecordedStep]
    var answer: Int
  }

  /// A passage that ends with the key of its question.
  private struct Case {
    var text: String
    /// The token of the questioned fact's value.
    var value: Int
    /// The same text without the questioned fact.
    var other: String

    init(_ passage: String, _ tokenizer: Tokenizer) {
      text = String(passage.dropLast())
      let key = text.last ?? "a"
      let place = text.distance(from: text.startIndex, to: text.firstIndex(of: key) ?? text.startIndex)
      var other = Array(text)
      other[place] = "."
      other[place + 1] = "."
      value = tokenizer.encode(String(text.prefix(place + 2))).count
      self.other = String(other)
    }
  }

  private let model: RetNetModel
  private let tokenizer: Tokenizer
  private let cases: [Case]

  init() throws {
    model = try RetNetModel.load(from: HeldOutFacts.model)
    let tokenizer = try Tokenizer.load(from: HeldOutFacts.model + "/tokenizer.model")
    self.tokenizer = tokenizer
    cases = try HeldOutFacts.near().map { Case($0, tokenizer) }
  }

  /// - Parameter edit: changes the state before the last token.
  private func run(_ text: String, edit: ((inout ModelState) -> Void)? = nil) throws -> Run {
    let tokens = [model.configuration.bosToken] + tokenizer.encode(text)
    let inference = Inference(model)
    var (state, trace, steps) = (model.makeState(), StepTrace(), [RecordedStep]())
    var answer = -1
    for (n, token) in tokens.enumerated() {
      if n == tokens.count - 1 { edit?(&state) }
      let next = NextToken(try inference.step(token, norms: model.norms, state: &state, trace: &trace))
      steps.append(RecordedStep(options: StepOptions(norms: model.norms), layers: trace.layers))
      answer = next.best(1)[0].token
    }
    return Run(state: state, steps: steps, answer: answer)
  }

  /// The head with a token's largest share of ‖S‖, and the entry of it with the token's largest share.
  private func named(_ token: Int, _ run: Run) throws -> (place: HeadIndex, row: Int, column: Int) {
    let presence = TokenPresence.everywhere(token, steps: run.steps, gammas: model.decay.gammas, state: run.state)
    let place = try #require(presence.filter { $0.place.layer == 1 }.max { $0.share < $1.share }).place
    let (key, value) = (
      run.steps[token].layers[1].key(head: place.head), run.steps[token].layers[1].value(head: place.head)
    )
    // The largest entry of w kᵀ v is at the largest |k_i| and |v_j|.
    func largest(_ numbers: ArraySlice<Float>) -> Int {
      (numbers.indices.max { abs(numbers[$0]) < abs(numbers[$1]) } ?? numbers.startIndex) - numbers.startIndex
    }
    return (place, largest(key), largest(value))
  }

  @Test("The entry that the explorer attributes to a fact was written by it, and differs without the fact")
  func namedEntry() throws {
    var (written, changed) = (0, 0)
    for item in cases {
      let run = try run(item.text)
      let (place, row, column) = try named(item.value, run)
      let provenance = TokenAttribution(of: place, steps: run.steps, gammas: model.decay.gammas)
      let writers = AttributionShares(to: .cell(row: row, column: column), of: provenance, steps: run.steps)
      if writers.ranked[0].token == item.value { written += 1 }
      let other = try self.run(item.other).state.layers[1].matrix(head: place.head)
      let differences = zip(run.state.layers[1].matrix(head: place.head), other).map { abs($0 - $1) }
      let own = differences[row * model.configuration.headValueDim + column]
      if differences.count(where: { $0 > own }) < 3 { changed += 1 }
    }
    // By chance it would be one of about ten tokens, and three of the 64 entries.
    #expect(written >= 36, "of 40: \(written) written, \(changed) changed")
    #expect(changed >= 36, "of 40: \(written) written, \(changed) changed")
  }

  @Test("Without the fact's part of S the answer is wrong; without another fact's it is right")
  func removedFact() throws {
    var (lost, kept) = (0, 0)
    for item in cases {
      let run = try run(item.text)
      /// Subtracts w kᵀ v of one token from every head of the second layer.
      func without(_ token: Int) throws -> Int {
        try self.run(item.text) { state in
          for head in 0..<model.configuration.heads {
            let layer = run.steps[token].layers[1]
            let (key, value) = (Array(layer.key(head: head)), Array(layer.value(head: head)))
            let weight = Float(pow(model.decay.gammas[head], Double(run.steps.count - 2 - token)))
            for i in key.indices {
              for j in value.indices {
                state.layers[1].matrix[(head * key.count + i) * value.count + j] -= weight * key[i] * value[j]
              }
            }
          }
        }.answer
      }
      if try without(item.value) != run.answer { lost += 1 }
      // Values are three tokens apart.
      let another = item.value == 3 ? 6 : 3
      if try without(another) == run.answer { kept += 1 }
    }
    #expect(lost >= 32, "of 40: \(lost) lost, \(kept) kept")
    #expect(kept >= 36, "of 40: \(lost) lost, \(kept) kept")
  }
}

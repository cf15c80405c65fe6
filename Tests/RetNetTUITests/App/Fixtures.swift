import Foundation

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// Step results without an engine: every number comes from a formula.
enum Fixtures {
  static let model = ModelInfo(name: "tiny", layers: 6, heads: 8, headDim: 32, valueDim: 64)

  /// The result of the step that reads token `index`. Entries of S are smooth waves that grow with head and position.
  static func result(
    _ index: Int, piece: String, role: StepResult.Role, turn: Int, text: String, model: ModelInfo = model,
    norms: NormOptions = NormOptions()
  ) -> StepResult {
    var layers: [RetentionState<Float>] = []
    var traces: [StepTrace.Layer] = []
    for layer in 0..<model.layers {
      var state = RetentionState<Float>(heads: model.heads, headDim: model.headDim, valueDim: model.valueDim)
      state.position = index + 1
      for head in 0..<model.heads {
        for row in 0..<model.headDim {
          for column in 0..<model.valueDim {
            let place = (head * model.headDim + row) * model.valueDim + column
            let wave = sin(Double(row) / 5 + Double(layer)) * cos(Double(column) / 9 + Double(index) / 10)
            state.matrix[place] = Float(wave * Double(head + 1) / 4)
          }
        }
      }
      layers.append(state)
      // Keys turn slowly, so that weights differ from token to token.
      let width = model.heads * model.headDim
      let key = (0..<width).map { Float(cos(Double(index) * 0.7 + Double($0 % model.headDim))) }
      let value = (0..<model.heads * model.valueDim).map {
        Float(sin(Double(index) * 0.3 + Double($0 % model.valueDim)))
      }
      traces.append(
        StepTrace.Layer(
          query: key, key: key, value: value,
          rowScale: (0..<model.heads).map { norms.retention.norm2 ? 1 / Double($0 + 2) : 1 },
          divisor: (0..<model.heads).map { norms.retention.norm3 == .paper ? Double($0) + 1.5 : 1 },
          energy: (0..<model.heads).map { Float($0 + 1) * Float(index + 1) / 8 },
          output: [Float(layer), Float(index)]))
    }
    return StepResult(
      position: index + 1, token: index, piece: piece, role: role, turn: turn, turnText: text,
      logProbability: index == 0 ? nil : -1.5, entropyBefore: index == 0 ? nil : 2, entropy: 2.25,
      candidates: [
        StepResult.Candidate(token: 1, piece: "▁home", probability: 0.5),
        StepResult.Candidate(token: 2, piece: "▁back", probability: 0.25),
        StepResult.Candidate(token: 3, piece: ".", probability: 0.0625),
      ],
      state: ModelState(layers: layers), trace: StepTrace(layers: traces),
      options: StepOptions(norms: norms))
  }

  /// One step result per token of a conversation with one question and one answer.
  static func conversation(model: ModelInfo = model, norms: NormOptions = NormOptions()) -> [StepResult] {
    let pieces: [(String, StepResult.Role, Int)] =
      [("<s>", .control, 0), ("<|user|>", .control, 0)]
      + "Do you like old films?".split(separator: " ").map { ("▁" + $0, .user, 0) }
      + [("<|bot|>", .control, 1)]
      + "Yes, I love them. I saw one last week about a dog who finds his way home".split(separator: " ")
      .map { ("▁" + $0, .reply, 1) }
    var text = ["", ""]
    return pieces.enumerated().map { index, item in
      if item.1 != .control {
        text[item.2] += item.0.replacingOccurrences(of: "▁", with: text[item.2].isEmpty ? "" : " ")
      }
      return result(
        index, piece: item.0, role: item.1, turn: item.2, text: text[item.2], model: model, norms: norms)
    }
  }

  /// A screen with a model and an empty session.
  static func ready(
    columns: Int = 80, rows: Int = 24, traits: ScreenTraits = ScreenTraits(), model: ModelInfo = model
  ) -> AppState {
    var state = AppState(columns: columns, rows: rows, traits: traits)
    _ = update(&state, .modelLoaded(model))
    return state
  }

  /// A screen in the middle of a reply.
  static func speaking(
    columns: Int = 80, rows: Int = 24, traits: ScreenTraits = ScreenTraits(), model: ModelInfo = model
  ) -> AppState {
    var state = ready(columns: columns, rows: rows, traits: traits, model: model)
    state.settings.layer = min(3, model.layers - 1)
    state.settings.head = min(5, model.heads - 1)
    type("Do you like old films?", &state)
    _ = update(&state, .key(.enter))
    for result in conversation(model: model) { _ = update(&state, .result(result, seconds: 0.000_518)) }
    state.probe = Position(row: 7, column: 41)
    return state
  }

  static func type(_ text: String, _ state: inout AppState) {
    for character in text { _ = update(&state, .key(.character(character))) }
  }

  /// Types a line and presses Enter.
  static func enter(_ text: String, _ state: inout AppState) -> [Effect] {
    type(text, &state)
    return update(&state, .key(.enter))
  }
}

extension Transcript {
  /// The text of the last turn if it is a reply.
  var lastReply: String? { turns.last.flatMap { $0.speaker == .reply ? $0.text : nil } }
}

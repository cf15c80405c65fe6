import Foundation

@testable import Lessons
@testable import RetNet
@testable import RetNetTUI
@testable import RetNetText
@testable import RetNetTraining
@testable import TerminalKit

extension FuzzTarget {
  static let settings = FuzzTarget(name: "settings") { _, path in
    let settings = try Settings.read(path: path)
    if let threads = settings.threads { require(ThreadSetting.range.contains(threads), "\(threads) threads.") }
  }

  static let lesson = FuzzTarget(name: "lesson") { _, path in
    let lesson = try LessonReader.read(path, checks: LessonCatalog.checks)
    require(Lesson.stepCount.contains(lesson.steps.count), "A lesson of \(lesson.steps.count) steps.")
    for index in lesson.steps.indices { _ = lesson.commands(toBegin: index).map(\.description) }
  }

  static let formula = FuzzTarget(name: "formula") { _, path in
    let text = try TextFile.read(path)
    if let answer = try? FormulaParser.answer(text), let value = try? answer.value(ConstantFacts()) {
      _ = LessonNumber.plain(value)
    }
    do {
      let shape = ModelShape(layers: 2, heads: 4, headDim: 8, valueDim: 16)
      let formula = try FormulaParser.formula(text, shape: shape)
      _ = formula.quantities
      _ = LessonNumber.plain(try formula.value(ConstantFacts()))
    } catch let error as FormulaParser.SyntaxError {
      require(!error.expected.isEmpty, "A syntax error does not say what was expected.")
    }
  }

  static let dialogue = FuzzTarget(name: "dialogue") { _, path in
    let conversations = try DialogueFile.read(path: path)
    require(try DialogueFile.isDialogue(path: path), "A file of conversations is not recognized.")
    var lines = ""
    for turns in conversations {
      require(turns.first?.speaker == .user, "A conversation starts with \(turns.first.map { "\($0)" } ?? "nothing").")
      for turn in turns { lines += (turn.speaker == .user ? "U: " : "B: ") + turn.text + "\r\n" }
      lines += "\r\n"
    }
    try Files.write(Array(lines.utf8), to: path + ".copy")
    require(
      try DialogueFile.read(path: path + ".copy") == conversations, "Written conversations are not read as written.")
    let corpus = try TrainingCorpus(files: [path], tokenizer: FuzzModel.tokenizer, threads: 1)
    require(corpus.documents == conversations.count, "\(corpus.documents) documents of \(conversations.count).")
  }

  /// Bytes as a terminal sends them, in batches that end at 0xFF, to the decoder and then to the app.
  static let keys = FuzzTarget(name: "keys") { input, _ in
    var decoder = KeyDecoder()
    var state = AppState(columns: 80, rows: 24, traits: ScreenTraits())
    _ = update(&state, .modelLoaded(ModelInfo(name: "m", layers: 2, heads: 4, headDim: 4, valueDim: 8)))
    for batch in input.split(separator: 0xFF) {
      for key in decoder.decode(inputs(batch)) { press(key, &state) }
    }
    for key in decoder.endPaste() { press(key, &state) }
    require(!decoder.isPasting, "A paste does not end.")
    let grid = render(state)
    require(grid.columns == state.columns && grid.rows == state.rows, "The screen does not have the window's size.")
  }

  /// Code points of the bytes; those that are not UTF-8 stand for keys and sizes that the terminal library reports.
  private static func inputs(_ batch: ArraySlice<UInt8>) -> [KeyDecoder.Input] {
    var inputs: [KeyDecoder.Input] = []
    for scalar in String(decoding: batch, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0xFFFD: inputs.append(.key(.resize(columns: inputs.count * 7 % 200, rows: inputs.count * 5 % 60)))
      case 0xE000: inputs.append(.pasteStart)
      case 0xE001: inputs.append(.pasteEnd)
      case 0xE002:
        inputs.append(.key(.mouse(MouseEvent(row: inputs.count % 24, column: inputs.count % 80, kind: .press))))
      case 0xE003...0xE0FF: inputs.append(.key(.function(Int(scalar.value) - 0xE002)))
      default: inputs.append(.scalar(scalar.value))
      }
    }
    return inputs
  }

  private static func press(_ key: Key, _ state: inout AppState) {
    switch key {
    case .character(let character):
      require(
        character.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) },
        "A typed character is a control character: \(character.unicodeScalars.map(\.value)).")
    case .paste(let text):
      require(
        text.unicodeScalars.allSatisfy {
          $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) || "\n\t".unicodeScalars.contains($0)
        },
        "A paste has a control character.")
    default: break
    }
    _ = update(&state, .key(key))
  }
}

/// Facts without a session.
private struct ConstantFacts: LessonFacts {
  func value(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    arguments.reduce(0.5, +)
  }

  func text(of quantity: WordQuantity, _ arguments: [Double]) throws(FormulaError) -> String { "word" }
}

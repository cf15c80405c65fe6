import Foundation
import Synchronization
import Testing

@testable import Lessons
@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import RetNetText

/// The output and messages of a lesson.
final class LessonLog: Sendable {
  private let texts = Mutex<(output: String, messages: [String])>(("", []))

  var messages: [String] { texts.withLock { $0.messages } }

  var streams: PlainChat.Streams {
    PlainChat.Streams(
      write: { text in self.texts.withLock { $0.output += text } },
      message: { text in self.texts.withLock { $0.messages.append(text) } })
  }

  /// The output since the last call.
  func taken() -> String {
    texts.withLock { texts in
      defer { texts.output = "" }
      return texts.output
    }
  }
}

@Suite("Lessons on the bundled models", .serialized)
@MainActor struct BundledLessonTests {
  nonisolated static let names = [
    "recurrence", "sum-to-state", "decay", "parallel", "chunkwise", "xpos", "norms", "group-norm", "memory", "limits",
    "costs", "mistakes",
  ]

  private nonisolated static let models = Mutex<[String: (model: RetNetModel, tokenizer: Tokenizer)]>([:])

  /// A bundled model, read once for all tests.
  nonisolated static func model(_ name: String) throws -> (model: RetNetModel, tokenizer: Tokenizer) {
    try models.withLock { models in
      if let known = models[name] { return known }
      let folder = ModelCatalog.bundles.last! + "/" + name
      let read = (try RetNetModel.load(from: folder), try Tokenizer.load(from: folder + "/tokenizer.model"))
      models[name] = read
      return read
    }
  }

  nonisolated static let loader: ModelLoader = { name, _ in
    let (model, tokenizer) = try Self.model(name)
    let sampling = try SamplingOptions.stored(in: ModelCatalog.bundles.last! + "/" + name)
    let info = ModelInfo(name: name, configuration: model.configuration, sampling: sampling)
    let engine = try Engine(model: model, tokenizer: tokenizer, norms: info.norms, sampling: sampling)
    return LoadedModel(info: info, engine: engine)
  }

  nonisolated static func lessons() throws -> [Lesson] {
    try LessonCatalog.lessons(bundles: [LessonCatalog.bundles.last!], environment: [:])
  }

  private func lesson(_ name: String) throws -> Lesson {
    try LessonCatalog.lesson(name, among: Self.lessons())
  }

  private func facts(_ session: PlainLessonSession) throws -> PlainFacts {
    let (model, tokenizer) = try Self.model(session.lesson.model)
    let state = session.facts.state
    return PlainFacts(run: Self.run(model, session.lesson, state), state: state, tokenizer: tokenizer)
  }

  /// The chat model is too large for plain loops; its lesson is about its shape alone.
  private static func run(_ model: RetNetModel, _ lesson: Lesson, _ state: AppState) -> PlainRun {
    PlainRun(model, state, reads: lesson.model == "recall")
  }

  @Test("There are twelve lessons, and no file has a fault")
  func all() throws {
    #expect(try Self.lessons().map(\.name) == Self.names)
  }

  // MARK: What lessons state

  /// Whether the laboratory measures the formula's value (rounding or time), which another test checks.
  private func isMeasured(_ formula: Formula) -> Bool { formula.quantities.contains { $0.reading != nil } }

  private func compare(_ texts: [LessonText], _ formulas: [Formula], _ session: PlainLessonSession, _ place: String)
    throws
  {
    let plain = try facts(session)
    for formula in texts.flatMap(\.formulas) + formulas where !isMeasured(formula) {
      let (shown, expected) = (try formula.value(session.facts), try formula.value(plain))
      // The engine computes in Float32: 2⁻²⁴ per rounding, through two layers with about a hundred terms each.
      #expect(abs(shown - expected) <= 2e-5 * max(abs(expected), 1), "\(place): \(shown), expected \(expected)")
    }
    if !plain.run.logits.isEmpty {
      #expect(try session.facts.text(of: .candidate, [1]) == plain.text(of: .candidate, [1]), "\(place)")
    }
    for text in texts {
      let (shown, problems) = text.shown(session.facts)
      #expect(problems.isEmpty, "\(place): \(shown)")
    }
  }

  @Test("Every number that a lesson states equals the result of plain loops in Double", arguments: names)
  func numbers(name: String) async throws {
    let lesson = try lesson(name)
    let session = try await PlainLessonSession(lesson, loader: Self.loader)
    for (index, step) in lesson.steps.enumerated() {
      _ = try await session.begin(step: index)
      let place = "\(name), step \(index + 1)"
      if case .action(let action) = step.task {
        try compare([step.say, action.text].compactMap { $0 } + step.hints, [], session, place)
        #expect(action.goals.contains { !$0.holds(session.facts) }, "\(place): not done before the task")
        try await session.run(action.commands)
        try compare(step.why.map { [$0] } ?? [], action.goals.map(\.condition), session, place)
        for goal in action.goals {
          #expect(goal.holds(session.facts), "\(place): the solution's commands do it, \(goal.condition)")
        }
      } else {
        try compare(step.texts, step.formulas, session, place)
      }
    }
  }

  @Test("Laboratory measurements have the size that the lesson's text claims")
  func measured() async throws {
    func value(_ formula: String, _ name: String, step: Int) async throws -> Double {
      let session = try await PlainLessonSession(try lesson(name), loader: Self.loader)
      #expect(try await session.begin(step: step).isEmpty)
      return try FormulaParser.formula(formula).value(session.facts)
    }
    for (formula, name, step) in [
      ("formDifference(parallel)", "parallel", 7), ("formDifference(recurrent)", "parallel", 7),
      ("formDifference(chunkwise)", "chunkwise", 7),
    ] {
      // Sums of about a hundred terms in Float32, which has 24 bits.
      let difference = try await value(formula, name, step: step)
      #expect(difference >= 0, "\(formula)")
      #expect(difference < 1e-5, "\(formula)")
    }
    // Norm 1 off makes every output √8 times as large.
    #expect(abs(try await value("normDifference(1)", "group-norm", step: 5) - (8.0.squareRoot() - 1)) < 1e-4)
    #expect(try await value("normDifferenceAfter(1)", "group-norm", step: 5) < 1e-4)
    #expect(try await value("precisionLength(1)", "mistakes", step: 2) == 1000)
    #expect(try await value("precisionError(recurrent, 1)", "mistakes", step: 2) < 1e-4)
    // Each of the mistakes changes weights by factors above 1.
    for formula in ["precisionError(normalizedState, 1)", "precisionError(localRowSum, 1)"] {
      #expect(try await value(formula, "mistakes", step: 4) > 0.01, "\(formula)")
    }
  }

  // MARK: Learners

  @Test("A wrong and then a right answer to each question complete every lesson", arguments: names)
  func learner(name: String) async throws {
    let folder = try LessonFolder()
    let script = try #require(LessonScripts.all[name])
    let log = LessonLog()
    let lesson = try lesson(name)
    let walk = try await PlainChat.lesson(
      lesson, among: try Self.lessons(), streams: log.streams, loader: Self.loader, file: folder.progress)
    for (index, step) in lesson.steps.enumerated() {
      let place = "\(name), step \(index + 1)"
      #expect(log.taken().contains("step \(index + 1) of \(lesson.steps.count)"), "\(place)")
      switch step.task {
      case .read: #expect(script[index] == nil, "\(place)")
      case .question:
        guard case .answer(let right, let wrong)? = script[index] else {
          Issue.record("\(place) has a question, and the script has no answer")
          return
        }
        let run = Self.run(try Self.model(lesson.model).model, lesson, walk.state)
        for line in ["next", wrong(run)] { _ = await walk.run(line: line) }
        let refused = log.taken()
        #expect(refused.contains("Answer first"), "\(place): \(refused)")
        #expect(!refused.contains("Right."), "\(place): \(refused)")
        let messages = log.messages.count
        _ = await walk.run(line: right(run))
        let answered = log.taken()
        #expect(answered.hasPrefix("Right."), "\(place): \(right(run)) \(answered)")
        #expect(log.messages.count == messages, "\(place)")
      case .action:
        guard case .actions(let lines)? = script[index] else {
          Issue.record("\(place) needs an action, and the script has none")
          return
        }
        _ = await walk.run(line: "next")
        #expect(log.taken().contains("Do what the step asks first"), "\(place)")
        for line in lines.dropLast() { _ = await walk.run(line: line) }
        #expect(!log.taken().contains("Done."), "\(place): before the last command")
        _ = await walk.run(line: lines[lines.count - 1])
        #expect(log.taken().contains("Done."), "\(place)")
      }
      _ = await walk.run(line: "next")
    }
    #expect(walk.state.lesson?.walk.isFinished == true)
    #expect(folder.progress.read().progress[name]?.isFinished == true)
  }

  @Test("Each wrong answer that a lesson lists is judged wrong and gets its feedback", arguments: names)
  func wrongAnswers(name: String) async throws {
    let lesson = try lesson(name)
    let session = try await PlainLessonSession(lesson, loader: Self.loader)
    for (index, step) in lesson.steps.enumerated() {
      guard case .question(let question) = step.task else { continue }
      _ = try await session.begin(step: index)
      var typed: [(String, LessonText)] = []
      switch question.answer {
      case .number(let number):
        typed = try number.wrong.map { ("\(try $0.answer.value(session.facts))", $0.feedback) }
      case .words(let words): typed = words.wrong.map { ($0.answer.shown(session.facts).text, $0.feedback) }
      case .choice(let choices):
        for (letter, choice) in zip(LessonRun.letters(choices.count), choices) where !choice.isRight {
          typed.append((letter, try #require(choice.feedback, "\(name), step \(index + 1)")))
        }
      }
      for (text, feedback) in typed {
        var walk = LessonRun(lesson, at: index)
        let verdict = walk.answer(text, session.facts)
        #expect(verdict.kind == .wrong, "\(name), step \(index + 1): \(text)")
        #expect(verdict.text.hasPrefix(feedback.shown(session.facts).text), "\(name), step \(index + 1): \(text)")
      }
    }
  }

  @Test("No explanation repeats the answer before it", arguments: names)
  func explanations(name: String) async throws {
    let lesson = try lesson(name)
    let session = try await PlainLessonSession(lesson, loader: Self.loader)
    for index in lesson.steps.indices {
      _ = try await session.begin(step: index)
      var run = LessonRun(lesson, at: index)
      let explanation = run.explain(session.facts)
      #expect(!explanation.contains(/^The answer is ([^ ]+)\. \1/), "\(name), step \(index + 1): \(explanation)")
    }
  }

  @Test("A revisited step has the same numbers, whatever happened in between")
  func comingBack() async throws {
    let folder = try LessonFolder()
    let log = LessonLog()
    let walk = try await PlainChat.lesson(
      try lesson("recurrence"), among: try Self.lessons(), streams: log.streams, loader: Self.loader,
      file: folder.progress)
    _ = await walk.run(line: "next")
    let before = log.taken().components(separatedBy: "\nLesson ").last
    for line in [":norm3 paper", ":step", ":step", ":head 2", ":gamma 0.5", "why", "next", "back"] {
      _ = await walk.run(line: line)
    }
    #expect(before?.contains("step 2 of 6") == true)
    #expect(log.taken().components(separatedBy: "\nLesson ").last == before)
  }
}

/// A folder for progress, removed on deinitialization.
final class LessonFolder: Sendable {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("lessons-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var progress: LessonProgressFile { LessonProgressFile(environment: ["XDG_STATE_HOME": path]) }

  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    return path + "/" + name
  }
}

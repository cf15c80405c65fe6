import Lessons
import RetNet
import Synchronization

/// Where a lesson happens: a session of its own with a model of its own, which is brought to where each step begins.
@MainActor package final class PlainLessonSession {
  let lesson: Lesson
  private let chat: PlainChat
  private let gate = Gate()

  /// Whether what the session says is heard: the lesson's own commands run quietly.
  private final class Gate: Sendable {
    private let open = Atomic(false)

    var isOpen: Bool { open.load(ordering: .relaxed) }

    func set(_ isOpen: Bool) { open.store(isOpen, ordering: .relaxed) }
  }

  /// - Parameters:
  ///   - streams: where the session answers the learner's own commands.
  ///   - loader: reads the lesson's model.
  /// - Throws: what `loader` throws.
  package init(_ lesson: Lesson, streams: PlainChat.Streams, loader: @escaping ModelLoader) async throws {
    self.lesson = lesson
    let gate = self.gate
    var quiet = streams
    quiet.write = { if gate.isOpen { streams.write($0) } }
    quiet.message = { if gate.isOpen { streams.message($0) } }
    chat = await PlainChat(
      try await loader(lesson.model, .lesson), settings: ChatSettings(), streams: quiet, loader: loader)
  }

  /// What is known of the session now.
  var facts: AppFacts { AppFacts(chat.state) }

  /// Brings the session to where a step begins, whatever has been done to it: all commands of the lesson up to there, in
  /// an empty session.
  ///
  /// - Returns: why numbers of the step are not known.
  /// - Throws: what a command throws.
  func begin(step index: Int) async throws -> [String] {
    await chat.restart()
    try await run(lesson.commands(toBegin: index))
    return await readLaboratory(for: lesson.steps[index])
  }

  /// A step as a learner finds it who has done what the lesson asks, with the numbers of the session.
  ///
  /// - Throws: what a command throws.
  package func page(of index: Int) async throws -> LessonPage {
    let missing = try await begin(step: index)
    return LessonPage(LessonRun(lesson, at: index), number: nil, of: 0, facts: facts).adding(missing)
  }

  /// Carries out commands of the lesson. Throws what they throw.
  func run(_ commands: [LessonCommand]) async throws {
    for command in commands { try await chat.perform(command) }
  }

  /// Asks the laboratory for what a step tells of it.
  ///
  /// - Returns: why there are readings that it has not given.
  func readLaboratory(for step: LessonStep) async -> [String] {
    var problems: [String] = []
    for page in step.laboratoryPages {
      if let problem = await chat.ask(page) { problems.append(problem) }
    }
    return problems
  }

  /// A command that the learner types.
  func run(command line: String) async {
    gate.set(true)
    defer { gate.set(false) }
    _ = await chat.run(line: line)
    await chat.refreshSession()
  }
}

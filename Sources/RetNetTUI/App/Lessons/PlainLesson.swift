import Foundation
import Lessons
import RetNet
import TerminalKit

/// A lesson as lines: what it says goes to the output, what goes wrong to the messages.
@MainActor package final class PlainLesson {
  private let lessons: [Lesson]
  private let streams: PlainChat.Streams
  private let loader: ModelLoader
  private let file: LessonProgressFile
  private var progress: LessonProgress
  private(set) var session: PlainLessonSession
  private var walk: LessonRun
  /// Whether the learner has changed the session, so that the next step has to bring it back.
  private var isChanged = false

  /// Opens a lesson where it was left.
  ///
  /// - Parameters:
  ///   - name: a lesson's name or number, or a file; nil writes the list and opens none.
  ///   - lessons: those that can be named.
  /// - Returns: nil where none was opened.
  /// - Throws: `LessonCatalogError`, `LessonFileError`, `FileError`, what `loader` throws.
  static func open(
    _ name: String?, _ lessons: [Lesson], streams: PlainChat.Streams, loader: @escaping ModelLoader,
    file: LessonProgressFile = LessonProgressFile()
  ) async throws -> PlainLesson? {
    guard let name else {
      let (progress, problem) = file.read()
      if let problem { streams.message(problem) }
      streams.write(LessonList(lessons, progress).text)
      streams.message(":lesson NAME opens one.")
      return nil
    }
    let found = try LessonCatalog.find(name, among: lessons)
    return try await PlainLesson(
      found.lesson, among: found.among, streams: streams, loader: loader, file: file)
  }

  /// - Parameter lessons: those that can be named, among which this one has its number.
  package init(
    _ lesson: Lesson, among lessons: [Lesson], streams: PlainChat.Streams, loader: @escaping ModelLoader,
    file: LessonProgressFile
  ) async throws {
    (self.lessons, self.streams, self.loader, self.file) = (lessons, streams, loader, file)
    let (progress, problem) = file.read()
    self.progress = progress
    if let problem { streams.message(problem) }
    session = try await PlainLessonSession(lesson, streams: streams, loader: loader)
    walk = LessonRun(lesson, at: progress[lesson.name]?.step ?? 0)
    streams.message("next, back, hint, why, again, quit; ?S says what S is; a line that opens with ':' is a command.")
    await begin()
  }

  /// Whether the lesson has been gone through to its end.
  var isFinished: Bool { walk.isFinished }

  /// Takes a line: a word of the lesson, a command, or an answer.
  ///
  /// - Returns: true once the learner has left.
  package func run(line: String) async -> Bool {
    let line = CommandTable.trimmed(line)
    // Whole words alone: single letters are answers.
    switch line.lowercased() {
    case "": return false
    case "quit", ":quit", ":q": return true
    case "next": return await next()
    case "back": await back()
    case "hint": write(LessonMessages.lines.hint(&walk, session.facts))
    case "why":
      write(LessonMessages.lines.explanation(&walk, session.facts))
      namePageAfter()
    case "again":
      isChanged = true
      await begin()
    case let words where words.hasPrefix("?"): define(String(line.dropFirst()))
    case let words where words.hasPrefix(":"): await perform(line)
    default: answer(line)
    }
    return false
  }

  // MARK: Steps

  /// Brings the session to the step, and shows it.
  private func begin(goesOn: Bool = false) async {
    var problems: [String] = []
    do {
      if goesOn, !isChanged {
        try await session.run(walk.step.commands)
        problems = await session.readLaboratory(for: walk.step)
      } else {
        problems = try await session.begin(step: walk.index)
      }
    } catch {
      problems.append("\(error)")
    }
    isChanged = false
    save()
    let number = lessons.firstIndex { $0.name == walk.lesson.name }.map { $0 + 1 }
    let page = LessonPage(walk, number: number, of: lessons.count, facts: session.facts)
    streams.write("\n" + page.text(columns: columns))
    for problem in problems.isEmpty ? page.problems : problems { streams.message(problem) }
  }

  /// - Returns: true once the lesson has been left.
  private func next() async -> Bool {
    if walk.isFinished { return await open(after: walk.lesson) }
    guard walk.next() else {
      write(LessonMessages.isUnsettled(walk.step))
      return false
    }
    if walk.isFinished {
      save()
      write(LessonMessages.finished(walk.lesson, opensNext: "'next'"))
    } else {
      await begin(goesOn: true)
    }
    return false
  }

  private func back() async {
    if walk.back() {
      isChanged = true
      await begin()
    } else {
      write(LessonMessages.isFirst)
    }
  }

  /// - Returns: true where there is no other.
  private func open(after lesson: Lesson) async -> Bool {
    guard let place = lessons.firstIndex(where: { $0.name == lesson.name }), let following = lessons[at: place + 1]
    else {
      write("There are no more lessons.")
      return true
    }
    await open(following)
    return false
  }

  private func open(_ lesson: Lesson) async {
    do {
      session = try await PlainLessonSession(lesson, streams: streams, loader: loader)
    } catch {
      return streams.message("\(error)")
    }
    walk = LessonRun(lesson, at: progress[lesson.name]?.step ?? 0)
    await begin()
  }

  // MARK: The learner

  private func answer(_ text: String) {
    let verdict = walk.answer(text, session.facts)
    let reply = LessonMessages.lines.reply(verdict)
    switch verdict.kind {
    case .right:
      write(reply)
      namePageAfter()
    case .wrong, .unasked: write(reply)
    case .unreadable, .unknown: streams.message(reply)
    }
  }

  /// Names the page that the step has now that it is answered, done or explained.
  private func namePageAfter() {
    if walk.step.pageAfter != nil, let line = LessonPage.line(of: walk) { write(line) }
  }

  private func define(_ symbol: String) {
    let symbol = CommandTable.trimmed(symbol)
    guard !symbol.isEmpty else {
      let symbols = walk.step.symbols.isEmpty ? Glossary.entries.map(\.symbol) : walk.step.symbols
      return write(symbols.compactMap { Glossary.entry($0)?.text }.joined(separator: "\n"))
    }
    if let entry = Glossary.entry(symbol) { return write(entry.text) }
    let all = Glossary.entries.map(\.symbol).joined(separator: " ")
    streams.message("'\(symbol)' is no symbol of the glossary, which has \(all).")
  }

  private func perform(_ line: String) async {
    do {
      switch try CommandTable.parse(line) {
      case .lesson(nil): write(LessonList(lessons, progress).text)
      case .lesson(let name?): await open(try LessonCatalog.lesson(name, among: lessons))
      case .model, .openSession: streams.message("A lesson has its own model and session; 'quit' leaves it.")
      default:
        isChanged = true
        await session.run(command: line)
        // What the step tells of the laboratory is of the session as it is now.
        for problem in await session.readLaboratory(for: walk.step) { streams.message(problem) }
        if walk.observe(session.facts) {
          write(LessonMessages.lines.done(walk.step, session.facts))
          namePageAfter()
        }
      }
    } catch {
      streams.message("\(error)")
    }
  }

  // MARK: Out

  private var columns: Int { streams.isScreen ? TTY.size()?.columns ?? 80 : 80 }

  private func write(_ text: String) {
    streams.write(WordWrap.lines(text, columns: columns).joined(separator: "\n") + "\n")
  }

  private func save() {
    progress.record(walk)
    do {
      try file.write(progress)
    } catch {
      streams.message("\(error)")
    }
  }
}

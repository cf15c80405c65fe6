import Foundation
import Lessons
import RetNet
import RetNetSession
import TerminalKit

/// The app line by line, for pipes, screen readers and terminals without cursor movement.
///
/// `update` receives lines as it receives keys. Replies and the results of commands are output; everything else is a
/// message.
@MainActor package final class PlainChat {
  package struct Streams: Sendable {
    /// Results.
    var write: @Sendable (String) -> Void
    /// Messages, one line each.
    var message: @Sendable (String) -> Void
    /// The width of a line of a lesson.
    var columns: @Sendable () -> Int

    package init(
      write: @escaping @Sendable (String) -> Void, message: @escaping @Sendable (String) -> Void,
      columns: @escaping @Sendable () -> Int = { 80 }
    ) {
      (self.write, self.message, self.columns) = (write, message, columns)
    }
  }

  let core: AppCore
  private let streams: Streams
  /// Opens the user's editor on an empty text; nil without a terminal.
  package var edit: (() throws -> String)?
  /// Writes the current reply; nil without one.
  private var writer: ReplyWriter?
  /// Notices not written yet.
  private var notices: [AppState.Notice] = []

  var state: AppState { core.state }

  package convenience init(
    _ model: LoadedModel, settings: ChatSettings, sources: SettingSources = SettingSources(), streams: Streams,
    loader: @escaping ModelLoader, sessions: SessionStore? = nil
  ) {
    self.init(
      model, settings: settings, sources: sources, streams: streams, loader: loader,
      environment: AppCore.Environment(sessions: sessions))
    if let note = state.settings.norms.retention.note(in: .recurrent) { streams.message(note) }
  }

  private init(
    _ model: LoadedModel?, settings: ChatSettings, sources: SettingSources = SettingSources(), streams: Streams,
    loader: @escaping ModelLoader,
    environment: AppCore.Environment
  ) {
    self.streams = streams
    var settings = settings
    settings.speed = nil
    var state = AppState(columns: 80, rows: 24, settings: settings, sources: sources)
    state.classroom.speech = .lines
    core = AppCore(state, model: model, loader: loader, environment: environment)
    if let note = model?.info.continuationNote { streams.message(note) }
    // The app's notice of the same text is not for the first event of the engine.
    core.state.notice = nil
    core.whenUpdated = { [weak self] event in self?.show(event) }
  }

  /// Runs one lesson from the step where the learner left it. The run ends with the lesson.
  ///
  /// - Parameter lessons: all lessons, which give this one its number.
  /// - Throws: `PlainChatError` if the lesson's model cannot be read.
  package static func lesson(
    _ lesson: Lesson, among lessons: [Lesson], streams: Streams, loader: @escaping ModelLoader,
    file: LessonProgressFile
  ) async throws -> PlainChat {
    let library = { (opened: Lesson?) in
      let (progress, problem) = file.read()
      return LessonLibrary(lessons: lessons, progress: progress, problem: problem, opened: opened)
    }
    let environment = AppCore.Environment(
      readLessons: { name in library(try name.map { try LessonCatalog.lesson($0, among: lessons) }) },
      saveProgress: { try file.write($0) })
    let chat = PlainChat(
      nil, settings: ChatSettings(), streams: streams, loader: loader, environment: environment)
    await chat.perform { $0.receive(.lessons(library(lesson))) }
    if chat.state.lesson == nil { throw PlainChatError(chat.core.failure ?? "The lesson cannot be opened.") }
    return chat
  }

  /// Stops the reply after Ctrl-C.
  ///
  /// - Returns: whether a reply was running.
  package func interrupt() -> Bool {
    guard writer != nil else { return false }
    core.receive(.interrupted)
    return true
  }

  /// Answers a message, or carries out a command.
  ///
  /// - Returns: the exit status once the user has quit.
  package func run(line: String) async -> Int32? {
    let line = CommandTable.trimmed(line)
    guard !line.isEmpty else { return nil }
    let command = CommandTable.isCommand(line) ? try? CommandTable.parse(line) : nil
    if command == .edit { return await runEdited() }
    let isMessage = command == nil && !CommandTable.isCommand(line) && state.lesson == nil
    if isMessage || command?.writesReply == true { openReply() }
    await perform(command, isWord: !CommandTable.isCommand(line)) { $0.receive(.line(line)) }
    return core.exitCode
  }

  /// Sends a message and writes the reply as the model generates it.
  ///
  /// - Throws: `PlainChatError` after the reply ended.
  package func answer(_ text: String) async throws {
    openReply()
    core.failure = nil
    core.receive(.message(text))
    await core.finish()
    closeReply()
    if let failure = core.failure { throw PlainChatError(failure) }
    writeNotices(toOutput: false)
  }

  /// Opens the user's editor on an empty text, and runs the saved text as a message, or as an answer in a lesson.
  private func runEdited() async -> Int32? {
    guard let edit else {
      streams.message("The editor needs a terminal.")
      return nil
    }
    do {
      let text = CommandTable.trimmed(try edit())
      guard !text.isEmpty else {
        streams.message("The text is empty, so nothing is sent.")
        return nil
      }
      guard state.lesson == nil else { return await run(line: text) }
      openReply()
      await perform { $0.receive(.message(text)) }
    } catch {
      streams.message("\(error)")
    }
    return core.exitCode
  }

  /// Resumes a saved session. Throws `PlainChatError`.
  package func resume(_ id: String) async throws {
    await perform(.resume(id)) { $0.receive(.line(":resume \(id)")) }
    if let failure = core.failure { throw PlainChatError(failure) }
  }

  /// Waits until the session is saved.
  package func finishSaving() async { await core.finishSaving() }

  // MARK: Replies

  private func openReply() {
    core.state.notice = nil
    writer = ReplyWriter(keepsBlank: state.model?.continuesText == true)
  }

  private func closeReply() {
    guard writer != nil else { return }
    // The end of a reply that might have belonged to a stop string.
    if !state.settings.sampling.stop.isEmpty, let turn = state.transcript.turns.last, turn.speaker == .reply,
      let text = writer?.next(turn.text)
    {
      streams.write(text)
    }
    writer = nil
    streams.write("\n")
  }

  private var stops: StopStrings { StopStrings(state.settings.sampling.stop) }

  private func show(_ event: AppEvent) {
    if let notice = state.notice, notice != notices.last, !notice.text.isEmpty { notices.append(notice) }
    if case .result(let result, _, _) = event, result.role == .reply,
      let text = writer?.next(stops.settled(result.turnText))
    {
      streams.write(text)
    }
  }

  // MARK: Lines

  /// Performs an action, waits for the engine, and writes the result.
  private func perform(
    _ command: Command? = nil, isWord: Bool = false, _ body: (AppCore) -> Void
  ) async {
    let before = (
      lesson: state.lesson, session: state.session.id, model: state.model?.name, progress: lessonProgress
    )
    core.state.notice = nil
    core.state.lesson?.feedback = nil
    core.failure = nil
    body(core)
    await core.finish()
    closeReply()
    if case .model? = command, core.failure == nil, let name = state.model?.name {
      notices.append(AppState.Notice(text: "The model is \(name); the session is empty."))
    }
    writeNotices(toOutput: command?.display == .notice || (isWord && before.lesson != nil))
    if let command { write(command.display) }
    if let overlay = state.overlay { write(overlay) }
    writeLesson(since: before.lesson, in: before.session, progress: before.progress)
    core.state.view = state.lesson == nil ? .live : .lessons
  }

  private func writeNotices(toOutput: Bool) {
    for notice in notices {
      if toOutput, !notice.isError { write(notice.text) } else { streams.message(notice.text) }
    }
    notices = []
  }

  private func write(_ display: Command.Display) {
    switch display {
    case .nothing, .notice: break
    case .position: write(positionText)
    case .probe: if state.notice?.isError != true { write(probeText) }
    case .explorer: write(PagedView(state).text.joined(separator: "\n"))
    case .laboratory, .tree: write(PagedView(state).text.joined(separator: "\n"))
    case .lessons:
      guard let lessons = state.classroom.lessons else { return }
      if let problem = state.classroom.problem { streams.message(problem) }
      streams.write(ScreenText.printable(LessonList(lessons, state.classroom.progress).text))
      if state.lesson == nil { streams.message(":lesson NAME opens one.") }
    }
  }

  private func write(_ overlay: AppState.Overlay) {
    switch overlay {
    case .help: write(HelpText.plain.joined(separator: "\n"))
    case .glossary:
      let own = (state.lesson?.walk.step.symbols ?? []).compactMap { Glossary.entry($0) }
      writeWrapped((own.isEmpty ? Glossary.entries : own).map(\.text).joined(separator: "\n"))
    case .sessions(let panel):
      for skipped in panel.listing.skipped { streams.message("Skipped '\(skipped.file)': \(skipped.reason)") }
      write(panel.lines.joined(separator: "\n"))
    case .options(let page): write(state.optionRows(page).map(\.text).joined(separator: "\n"))
    case .why(let report, _): write(report.lines(columns: streams.columns()).joined(separator: "\n"))
    case .norms, .palette: break
    }
    core.state.overlay = nil
  }

  /// Writes a report. Replies are written unchanged, as they are the result of a model.
  private func write(_ text: String) { streams.write(ScreenText.printable(text) + "\n") }

  private var positionText: String {
    guard let result = state.result else { return "The start: no token has been read." }
    let piece = PieceText.shown(result.piece)
    return "Token \(result.position - 1) (\(result.position) read): \(piece). " + (state.reading?.text ?? "")
  }

  private var probeText: String {
    guard let result = state.result, let model = state.model else {
      return "There is no state yet: type a message first."
    }
    let (layer, head, probe) = (state.settings.layer, state.settings.head, state.probe)
    let entries = result.state.layers[layer].matrix(head: head)
    let value = entries[entries.startIndex + probe.row * model.valueDim + probe.column]
    return "Layer \(layer) head \(head), row \(probe.row) column \(probe.column): "
      + CommandTable.trimmed(Numbers.signed(value)) + "."
  }

  // MARK: Lessons

  private var lessonProgress: [String] {
    state.lesson.map { LessonPage.progress($0.walk, facts: AppFacts(state)) } ?? []
  }

  /// Writes the change of the lesson: a new step, the progress of a task, feedback, or its end.
  private func writeLesson(since before: OpenLesson?, in session: Int, progress: [String]) {
    guard let lesson = state.lesson else {
      guard before != nil else { return }
      guard let model = state.model else { return core.carryOut(.app(.quit(0))) }
      return streams.message("Back in the session with \(model.name).")
    }
    if before == nil {
      if let problem = state.classroom.problem { streams.message(problem) }
      streams.message("next, back, hint, why, again, quit; ?S explains S; a line that begins with : is a command.")
    }
    let isSameStep = lesson.preparations == before?.preparations && state.session.id == session
    let now = lessonProgress
    if isSameStep, now != progress { write(now.joined(separator: "\n")) }
    if let feedback = lesson.feedback { writeWrapped(feedback.text) }
    if !isSameStep { return writeStep(lesson) }
    if let before, let page = LessonPage.line(of: lesson.walk), page != LessonPage.line(of: before.walk) { write(page) }
  }

  private func writeStep(_ lesson: OpenLesson) {
    let page = LessonPage(
      lesson.walk, number: state.classroom.number(of: lesson.walk.lesson), of: state.classroom.lessons?.count ?? 0,
      facts: AppFacts(state))
    streams.write(ScreenText.printable("\n" + page.text(columns: streams.columns())))
    if let tokens = LessonStrip.text(state) { writeWrapped(tokens) }
    for problem in lesson.problems.isEmpty ? page.problems : lesson.problems { streams.message(problem) }
  }

  private func writeWrapped(_ text: String) {
    write(WordWrap.lines(text, columns: streams.columns()).joined(separator: "\n"))
  }
}

/// The reason why a message or a lesson failed.
package struct PlainChatError: Error, Equatable, Sendable, CustomStringConvertible {
  package var description: String

  init(_ description: String) { self.description = description }
}

extension Command {
  /// Whether a reply follows the command.
  fileprivate var writesReply: Bool {
    if case .regenerate = self { return true }
    if case .continueReply = self { return true }
    if case .editTurn = self { return true }
    return false
  }

  /// The output of plain mode after a command, besides messages.
  enum Display: Sendable, Hashable { case nothing, notice, position, probe, explorer, laboratory, tree, lessons }

  var display: Display {
    switch self {
    case .norms, .sampling, .state, .personas: .notice
    case .step, .back, .goTo, .find, .pick, .branch, .fork, .undoExperiment, .openSession, .resume, .view(.live, _):
      .position
    case .probe: .probe
    case .view(.explorer, _): .explorer
    case .laboratory, .view(.forms, _): .laboratory
    case .tree, .grow, .view(.tree, _): .tree
    case .bookmark, .note: .notice
    case .lesson(nil), .view(.lessons, _): .lessons
    case .set, .replay, .zoom, .undo, .regenerate, .continueReply, .editTurn, .prefix, .reset, .model, .persona,
      .saveScreen, .theme, .help, .quit, .chunk, .entry,
      .mode, .strip, .part,
      .reference, .experiment, .breakpoint, .export, .saveSession, .exportTranscript, .sessions, .rename, .overwrite,
      .lesson, .tour, .symbols, .edit, .clipboard, .open:
      .nothing
    }
  }
}

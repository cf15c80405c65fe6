import Foundation
import Lessons
import RetNet
import RetNetSession
import TerminalKit

/// The chat as lines: for pipes, screen readers and terminals that cannot place a cursor.
///
/// Replies and what commands show go to the output, everything else to the messages.
@MainActor package final class PlainChat {
  package struct Streams: Sendable {
    /// Results.
    var write: @Sendable (String) -> Void
    /// Messages, one line each.
    var message: @Sendable (String) -> Void
    /// Whether what is written reaches a screen, which control characters could disturb.
    var isScreen: Bool

    package init(
      write: @escaping @Sendable (String) -> Void, message: @escaping @Sendable (String) -> Void,
      isScreen: Bool = false
    ) {
      (self.write, self.message, self.isScreen) = (write, message, isScreen)
    }
  }

  private let streams: Streams
  private let loader: ModelLoader
  var settings: ChatSettings
  private(set) var model: LoadedModel
  /// What a screen would show of the same session: views are put in words from it.
  var screen: AppState
  /// A lesson that has the lines until it is left, on a session of its own.
  private var lesson: PlainLesson?
  private var result: StepResult? { screen.result }
  private var wasInterrupted = false
  private(set) var isReplying = false

  package init(_ model: LoadedModel, settings: ChatSettings, streams: Streams, loader: @escaping ModelLoader) async {
    self.model = model
    self.settings = settings
    self.streams = streams
    self.loader = loader
    screen = AppState(columns: 80, rows: 24, settings: settings)
    await load(model)
  }

  func load(_ model: LoadedModel) async {
    self.model = model
    _ = update(&screen, .modelLoaded(model.info))
    settings.modelSampling = model.info.sampling
    settings.modelNorms = model.info.norms
    settings.layer = min(settings.layer, model.info.layers - 1)
    settings.head = min(settings.head, model.info.heads - 1)
    await model.engine.setNorms(settings.norms)
    await model.engine.setSampling(settings.sampling)
    if let note = model.info.continuationNote { streams.message(note) }
    if let note = settings.norms.retention.note(in: .recurrent) { streams.message(note) }
  }

  /// Ctrl-C.
  ///
  /// - Returns: whether there was a reply to stop.
  package func interrupt() -> Bool {
    if isReplying { wasInterrupted = true }
    return isReplying
  }

  /// Answers a message, or does what a command says.
  ///
  /// - Returns: the exit status once the user has quit.
  package func run(line: String) async -> Int32? {
    let line = CommandTable.trimmed(line)
    guard !line.isEmpty else { return nil }
    if let lesson {
      guard await lesson.run(line: line) else { return nil }
      self.lesson = nil
      streams.message("Back in the session with \(model.info.name).")
      return nil
    }
    do {
      guard CommandTable.isCommand(line) else {
        try await answer(line)
        return nil
      }
      return try await perform(CommandTable.parse(line))
    } catch {
      streams.message("\(error)")
      return nil
    }
  }

  // MARK: Replies

  /// Sends a message and writes the reply as it comes.
  ///
  /// - Throws: what the engine throws; the reply has ended then.
  package func answer(_ text: String) async throws {
    isReplying = true
    wasInterrupted = false
    defer { isReplying = false }
    do {
      try await model.engine.submit(text)
      try await stream()
    } catch {
      await model.engine.endReply()
      throw error
    }
  }

  private func stream() async throws {
    var writer = ReplyWriter(isScreen: streams.isScreen, keepsBlank: model.info.continuesText)
    var count = 0
    defer { streams.write("\n") }
    while let next = try await model.engine.step() {
      _ = update(&screen, .result(next, seconds: 0))
      if next.role == .reply {
        count += 1
        streams.write(writer.next(next.turnText))
      }
      if wasInterrupted || count >= settings.maximumTokens {
        await model.engine.endReply()
        streams.message(
          wasInterrupted
            ? "The reply is stopped; its text stays."
            : "The reply was ended at \(count) tokens. :max-tokens N allows more.")
        return
      }
    }
    if count == 0, model.info.continuesText { streams.message(ModelInfo.nothingAdded) }
  }

  // MARK: Commands

  func perform(_ command: Command) async throws -> Int32? {
    let engine = model.engine
    switch settings.apply(command, model: model.info) {
    case .success(let text)?:
      await engine.setNorms(settings.norms)
      await engine.setSampling(settings.sampling)
      if !text.isEmpty { streams.message(text) }
      return nil
    case .failure(let refusal)?: throw refusal
    case nil: break
    }
    switch command {
    case .quit: return 0
    case .help: show(HelpText.plain.joined(separator: "\n"))
    case .norms: show(settings.normsText)
    case .sampling: show(settings.samplingText)
    case .state: show(stateText)
    case .probe(let row, let column):
      show(probeText(row: row, column: column))
      screen.probe = Position(row: row, column: column)
      screen.keepProbeInside()
    case .step:
      if let next = try await engine.step() {
        _ = update(&screen, .result(next, seconds: 0))
      } else {
        streams.message("The reply has ended.")
      }
      show(momentText)
    case .back:
      _ = update(&screen, .wentBack(try await engine.back()))
      show(momentText)
    case .undo:
      let (now, turns) = try await engine.undoTurn()
      _ = update(&screen, .undone(result: now, turns: turns))
      streams.message("\(turns) turns are left.")
    case .reset:
      await engine.reset()
      _ = update(&screen, .wasReset)
      streams.message("The session is empty: text and state are cleared.")
    case .model(let name):
      await load(try await loader(name, .conversation))
      streams.message("The model is \(model.info.name); the session is empty.")
    case .persona(let name):
      model = try await model.begun(as: name)
      _ = update(&screen, .began(as: model.info.persona))
      streams.message(model.info.persona.notice)
    case .personas: show(model.personas)
    case .symbols: show(Glossary.entries.map(\.text).joined(separator: "\n"))
    case .lesson(let name):
      lesson = try await PlainLesson.open(name, LessonCatalog.lessons(), streams: streams, loader: loader)
    case .saveScreen: streams.message("There is no screen to save in plain mode; start without --plain.")
    default: try await explore(command)
    }
    return nil
  }

  /// A command of a view: what it needs is asked of the engine until nothing is missing.
  private func explore(_ command: Command) async throws {
    screen.settings = settings
    screen.phase = .ready
    screen.notice = nil
    screen.explorer.session = await model.engine.session
    var effects = screen.perform(command) + screen.requests()
    while !effects.isEmpty {
      switch effects.removeFirst() {
      case .save(let data, let path):
        try AtomicFile.write(data, to: path)
        streams.message("Saved to \(path).")
      case let effect:
        try await model.explore(effect, unless: { false }) { effects += update(&screen, $0) }
      }
      effects += update(&screen, .session(await model.engine.session))
    }
    settings = screen.settings
    if let notice = screen.notice, !notice.text.isEmpty { streams.message(notice.text) }
    switch command {
    case .view(.explorer, _): show(PagedView(screen).text.joined(separator: "\n"))
    case .laboratory:
      show(PagedView(screen).text.joined(separator: "\n"))
      // Nothing is asked of the laboratory between two commands.
      screen.view = .live
    case .view(.live, _), .goTo, .find, .pick, .branch, .undoExperiment, .openSession: show(momentText)
    default: break
    }
  }

  private func show(_ text: String) { streams.write(text + "\n") }

  private var stateText: String {
    let reading = result.flatMap { StateSummary($0, layer: settings.layer, head: settings.head) }
    return reading?.text ?? "There is no state yet: type a message first."
  }

  private var momentText: String {
    guard let result else { return "The start: nothing has been read." }
    let shown = PieceText.shown(result.piece)
    let piece = streams.isScreen ? ScreenText.cleaned(shown) : shown
    return "Token \(result.position): \(piece). " + stateText
  }

  private func probeText(row: Int, column: Int) -> String {
    guard row < model.info.headDim, column < model.info.valueDim else {
      return "The state has rows 0 to \(model.info.headDim - 1) and columns 0 to \(model.info.valueDim - 1)."
    }
    guard let result else { return stateText }
    let entries = result.state.layers[settings.layer].matrix(head: settings.head)
    let value = entries[entries.startIndex + row * model.info.valueDim + column]
    return "Layer \(settings.layer) head \(settings.head), row \(row) column \(column): "
      + CommandTable.trimmed(Numbers.signed(value)) + "."
  }
}

/// Gives out the part of a growing reply that has not been written yet.
struct ReplyWriter {
  /// Whether control, escape and bidi characters are left out.
  var isScreen: Bool
  /// Bytes of the reply that have been seen.
  private var seen = 0
  /// Whether something visible has been written: a reply opens with the blank of its first piece.
  private var hasBegun: Bool

  /// - Parameter keepsBlank: whether that blank is written, as it tells a new word from the end of the one before.
  init(isScreen: Bool, keepsBlank: Bool = false) {
    self.isScreen = isScreen
    hasBegun = keepsBlank
  }

  mutating func next(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var new = String(decoding: bytes[min(seen, bytes.count)...], as: UTF8.self)
    seen = bytes.count
    if !hasBegun {
      new = String(new.drop { $0 == " " })
      hasBegun = !new.isEmpty
    }
    guard isScreen else { return new }
    return new.split(separator: "\n", omittingEmptySubsequences: false).map { ScreenText.cleaned(String($0)) }
      .joined(separator: "\n")
  }
}

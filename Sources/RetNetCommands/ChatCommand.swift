import ArgumentParser
import Foundation
import RetNet
import RetNetSession
import RetNetTUI
import TerminalKit

/// `retnet`, or `retnet chat`: the app, or the plain mode without a terminal.
struct ChatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Chat with a model and inspect its state, token by token.",
    discussion: """
      In a terminal, opens the app. F1 lists its keys and commands.

      Without a terminal, or with --plain, each input line is a message: replies go to stdout, everything else to \
      stderr. Lines that start with ':' are commands; ':help' lists them. A terminal receives no control characters of \
      a model or a file; a pipe or a file receives replies unchanged.

      A model without chat symbols continues the typed text until it ends the text, until --max-tokens, or until \
      Ctrl-C. With --raw every model continues the text, except in lessons.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup var persona: PersonaArguments
  @OptionGroup var threads: ThreadArguments
  @Flag(help: "Plain mode: one line per message, no screen.") var plain = false
  @Option(
    name: [.customShort("p"), .long], parsing: .unconditional,
    help: "Answer this message and exit; - reads standard input.")
  var prompt: String?
  @OptionGroup var oneShot: OneShotArguments
  @Flag(help: "Continue the typed text, without chat turns.") var raw = false
  @Flag(help: "Resume a saved session: the named one, or the last one of the model.") var resume = false
  @Argument(
    help: ArgumentHelp(
      "With --resume, a session's title or id, or the start of one; 'retnet sessions list' shows them.",
      valueName: "name"))
  var session: String?
  @Flag(help: "Do not save the conversation.") var noSave = false
  @Option(
    help: "Maximum number of tokens in a reply. (default: $RETNET_MAX_TOKENS, else the settings file's, else 256)")
  var maxTokens: Int?
  @Option(
    help: ArgumentHelp(
      "Memory for states to return to, in MiB. (default: $RETNET_SNAPSHOT_MEMORY, else the settings file's, else 64)",
      valueName: "mib"))
  var snapshotMemory: Int?
  @Option(
    help: "With --prompt: save the screen after the reply to this file (.txt, .ansi or .svg).",
    completion: .file(extensions: ["txt", "ansi", "svg"]))
  var screenshot: String?
  @Option(help: "Columns and rows of the screenshot.") var size = "80x24"
  @Option(help: "Colours of the screen and of the screenshot; auto fits the terminal's background.")
  var theme: Theme.Name?
  @OptionGroup var reply: ReplyArguments
  @OptionGroup(title: "Sampling") var sampling: SamplingArguments
  @OptionGroup(title: "Norms") var norms: NormArguments

  func validate() throws {
    if let session, !resume {
      throw ValidationError("'\(session)' is no option of retnet. --resume '\(session)' resumes a saved session.")
    }
    if resume, prompt != nil { throw ValidationError("--resume opens the app or --plain: omit --prompt.") }
    if let maxTokens, maxTokens < 1 {
      throw ValidationError("--max-tokens is \(maxTokens), but must be 1 or more.")
    }
    try oneShot.validate(prompt: prompt, reply)
    if prompt == nil, oneShot.batch == nil, oneShot.json || !oneShot.choice.isEmpty {
      throw ValidationError("--json and --choice need --prompt or --batch.")
    }
    if screenshot != nil, isOneShot { throw ValidationError("--screenshot excludes --json, --choice and --batch.") }
    if let snapshotMemory, !Setting.snapshotMemory.values.accept("\(snapshotMemory)") {
      throw ValidationError(
        "--snapshot-memory is \(snapshotMemory), but must be \(Setting.snapshotMemory.values.expected).")
    }
    if let screenshot {
      guard prompt != nil else { throw ValidationError("--screenshot needs --prompt: the screen shows its reply.") }
      guard Screenshot.isFile(screenshot) else {
        throw ValidationError("--screenshot is '\(screenshot)', but must end in .txt, .ansi or .svg.")
      }
      _ = try screenSize()
    }
  }

  private func screenSize() throws -> (columns: Int, rows: Int) {
    let numbers = size.split(separator: "x").map { Int($0) }
    guard numbers.count == 2, let columns = numbers[0], let rows = numbers[1], (1...1000).contains(columns),
      (1...1000).contains(rows)
    else { throw ValidationError("--size is '\(size)', but must be like 80x24, at most 1000x1000.") }
    return (columns, rows)
  }

  /// Whether the replies are computed without the app.
  private var isOneShot: Bool { oneShot.json || oneShot.batch != nil || !oneShot.choice.isEmpty }

  @MainActor func run() async throws {
    if isOneShot { return try runOnce() }
    let user = try Settings.read()
    var settings = user.chat
    settings.samplingChoices = sampling.choices
    reply.apply(to: &settings.samplingChoices)
    if let maxTokens { settings.maximumTokens = maxTokens }
    settings.normChoices = norms.choices
    // The screen reports a named model that does not exist, and offers to open another one.
    let name = try model.model ?? model.folder()
    let screenLoader = try loader(name, tells: false)
    let theme = theme ?? user.theme ?? .auto
    if let prompt {
      return try await answer(prompt == "-" ? StandardInput.text() : prompt, name, settings, theme)
    }
    let code: Int32
    // Errors are reported before the terminal is the app's.
    let (resumed, isTyped) = (try resumedSession(), TTY.isTerminal(STDIN_FILENO))
    let store = sessionStore(user.chat, isTyped: isTyped)
    if let terminal = openTerminal(theme) {
      code = await runScreen(terminal, name, settings, sources(user), screenLoader, store, resumed)
    } else {
      code = try await runLines(name, settings, sources(user), store, resumed)
    }
    if code != 0 { throw ExitCode(code) }
  }

  private func runOnce() throws {
    let folder = try model.folder()
    let threads = try self.threads.count()
    let prompt = prompt == "-" ? try StandardInput.text() : prompt
    let shown = CommandProgress("answering", unit: nil, isShown: TTY.canRedraw(STDERR_FILENO))
    defer { shown.end() }
    let shot = try OneShotSetup(
      folder: folder, dialect: model.dialect, persona: persona, threads: threads, raw: raw, norms: norms,
      sampling: sampling.choices, reply: reply, maximumTokens: maxTokens ?? Settings.read().chat.maximumTokens
    ).open(oneShot, form: .recurrent, shown)
    if let prompt { try shot.answer(prompt) } else if let batch = oneShot.batch { try shot.answerAll(batch) }
  }

  /// Loads models by name. The dialect and the persona of the command line apply to the first model only.
  private func loader(_ first: String, tells: Bool) throws -> ModelLoader {
    let (dialect, file, raw, threads) = (model.dialect, persona.persona, raw, try threads.count())
    let memory = snapshotMemory
    return { name, use in
      let isConversation = use == .conversation
      return try LoadedModel.read(
        name, dialect: name == first ? dialect : nil, persona: name == first && isConversation ? file : nil,
        raw: raw && isConversation,
        snapshotMemory: memory, threads: threads, tells: tells)
    }
  }

  private func read(_ name: String, tells: Bool) throws -> LoadedModel {
    try LoadedModel.read(
      name, dialect: model.dialect, persona: persona.persona, raw: raw, snapshotMemory: snapshotMemory,
      threads: try threads.count(), tells: tells)
  }

  // MARK: Saved sessions

  /// - Parameter isTyped: whether a user types the conversation. A pipe's is saved only if it resumes a saved one.
  private func sessionStore(_ settings: ChatSettings, isTyped: Bool) -> SessionStore {
    let saves = !noSave && settings.autosave
    return SessionStore(policy: !saves ? .none : isTyped ? .all : .resumed, keep: settings.keepSessions)
  }

  /// The id of the session to resume, checked before the model is read; nil without --resume.
  ///
  /// - Throws: `SavedSessionError`, and the errors of finding the model and reading its weights.
  private func resumedSession() throws -> String? {
    guard resume else { return nil }
    let folder = try model.folder()
    let used = SessionFile.Model(
      name: ModelCatalog.shownName(folder), sha256: try SessionFile.hash(ofModelIn: folder))
    let sessions = SessionFolder()
    let found = try sessions.find(session, model: used)
    guard found.sha256 == used.sha256 else {
      throw SavedSessionError.otherModel(
        title: found.title, id: found.id, SessionFile.Model(name: found.model, sha256: found.sha256),
        folder: found.folder, open: used)
    }
    try sessions.requireClosed(found)
    return found.id
  }

  // MARK: The screen

  /// The settings file, and the settings that the command line overrides.
  private func sources(_ user: Settings) -> SettingSources {
    let others: [(Setting, Bool)] = [
      (.model, model.model != nil), (.threads, threads.threads != nil), (.snapshotMemory, snapshotMemory != nil),
      (.theme, theme != nil),
      (.maximumTokens, maxTokens != nil), (.seed, sampling.seed != nil),
    ]
    let options = sampling.choices.values.keys.map { Setting.sampling($0) } + others.filter(\.1).map(\.0)
    return SettingSources(user: user, options: Set(options), model: model.model ?? user.model ?? "chat")
  }

  /// The terminal and the signals that end the app; nil, with a message on stderr, for the plain mode.
  @MainActor private func openTerminal(_ theme: Theme.Name) -> (NcursesTerminal, SignalPipe)? {
    guard !plain else { return nil }
    guard TTY.isInteractive else {
      StandardError.message("stdin or stdout is not a terminal: using plain mode (--plain).")
      return nil
    }
    do {
      // ncurses installs its own handlers for SIGINT and SIGTERM unless others are installed first.
      let signals = try SignalPipe()
      do {
        return (try NcursesTerminal(theme: theme), signals)
      } catch {
        signals.close()
        throw error
      }
    } catch {
      StandardError.message("\(error) Using plain mode.")
      return nil
    }
  }

  @MainActor private func runScreen(
    _ opened: (terminal: NcursesTerminal, signals: SignalPipe), _ name: String, _ settings: ChatSettings,
    _ sources: SettingSources, _ loader: @escaping ModelLoader, _ store: SessionStore, _ resumed: String?
  ) async -> Int32 {
    let (terminal, signals) = opened
    let runner = AppRunner(
      terminal: terminal, settings: settings, sources: sources, loader: loader, tour: TourFile(),
      history: HistoryFile(), sessions: store, resuming: resumed,
      setMouse: { terminal.setMouse($0) }, invalidate: { terminal.invalidate() },
      suspend: { terminal.suspend(group: $0) }, resume: { terminal.resume() },
      edit: { text in try terminal.lend { try ExternalEditor().edit(text, terminal: $0) } },
      copy: { text in
        ClipboardSequence.of(text, environment: ProcessInfo.processInfo.environment).map { terminal.copy($0) }
      })
    let code = await runner.run(model: name) { signals.next() }
    signals.close()
    return code
  }

  // MARK: Lines

  @MainActor private func answer(
    _ prompt: String, _ name: String, _ settings: ChatSettings, _ theme: Theme.Name
  ) async throws {
    // Before the model is loaded, so that the error is immediate and the only message.
    guard prompt.contains(where: { !$0.isWhitespace }) else { throw EngineError.emptyMessage }
    if let screenshot {
      let (columns, rows) = try screenSize()
      return try await Screenshot.write(
        answerTo: prompt, model: try read(name, tells: true), to: screenshot, columns: columns, rows: rows,
        theme: theme, settings: settings)
    }
    // Until the reply begins on the terminal; in a file, until it ends.
    let shown = CommandProgress("answering", unit: nil, isShown: TTY.canRedraw(STDERR_FILENO))
    defer { shown.end() }
    let endsAtReply = TTY.isTerminal(STDOUT_FILENO)
    let chat = PlainChat(
      try read(name, tells: true), settings: settings, streams: Self.makeStreams { if endsAtReply { shown.end() } },
      loader: try loader(name, tells: true))
    let watch = try Self.watchInterrupts(chat)
    defer { watch.cancel() }
    try await chat.answer(prompt)
  }

  @MainActor private func runLines(
    _ name: String, _ settings: ChatSettings, _ sources: SettingSources, _ store: SessionStore, _ resumed: String?
  ) async throws -> Int32 {
    let model = try read(name, tells: true)
    let isTyped = TTY.isTerminal(STDIN_FILENO)
    let chat = PlainChat(
      model, settings: settings, sources: sources, streams: Self.streams, loader: try loader(name, tells: true),
      sessions: store)
    if isTyped { chat.edit = { try ExternalEditor().edit("", terminal: STDIN_FILENO) } }
    if isTyped { StandardError.message("\(model.info.name) is ready. :help lists the commands, Ctrl-D exits.") }
    let watch = try Self.watchInterrupts(chat, savesAtEnd: true)
    defer { watch.cancel() }
    if let resumed { try await chat.resume(resumed) }
    for await line in Self.lines(prompt: isTyped ? "› " : nil) {
      if let code = await chat.run(line: line.text) {
        await chat.finishSaving()
        return code
      }
      line.done()
    }
    await chat.finishSaving()
    return 0
  }

  /// Ctrl-C ends the current reply, or the program if there is none.
  ///
  /// - Parameter savesAtEnd: whether SIGTERM and SIGHUP end the program after the session is saved.
  @MainActor private static func watchInterrupts(
    _ chat: PlainChat, savesAtEnd: Bool = false
  ) throws -> Task<Void, Never> {
    let signals = try SignalPipe(signals: savesAtEnd ? [SIGINT, SIGTERM, SIGHUP] : [SIGINT])
    return Task { @MainActor in
      for await signal in signals.signals() {
        signals.acknowledge()
        if signal == SIGINT, chat.interrupt() { continue }
        if savesAtEnd { await chat.finishSaving() }
        FatalSignals.endProgram(128 + signal)
      }
    }
  }

  /// A line of stdin. The next line is read after `done` has been called.
  struct Line: Sendable {
    var text: String
    var done: @Sendable () -> Void
  }

  /// The lines of stdin, read on a separate thread because reading blocks.
  ///
  /// - Parameter prompt: written before each line of a terminal. The lines then have no keys that it sends as sequences.
  static func lines(prompt: String?) -> AsyncStream<Line> {
    AsyncStream { continuation in
      let thread = Thread {
        let turn = DispatchSemaphore(value: 0)
        while true {
          if let prompt { StandardError.prompt(prompt) }
          guard let text = readLine() else { break }
          let line = prompt == nil ? text : text.withoutKeySequences
          continuation.yield(Line(text: line) { turn.signal() })
          turn.wait()
        }
        continuation.finish()
      }
      thread.start()
    }
  }

  static var streams: PlainChat.Streams { makeStreams {} }

  /// - Parameter prepare: called before each result is written.
  private static func makeStreams(prepare: @escaping @Sendable () -> Void) -> PlainChat.Streams {
    PlainChat.Streams(
      write: { text in
        prepare()
        let output = StandardOutput(exact: true)
        do throws(OutputError) {
          try output.write(text)
          try output.flush()
        } catch {
          FatalSignals.endProgram(error.report())
        }
      },
      message: { StandardError.message($0) }, columns: { TTY.size()?.columns ?? 80 })
  }
}

extension Theme.Name: ExpressibleByArgument {}

import ArgumentParser
import Foundation
import RetNet

/// `retnet`, or `retnet chat`: the app; or lines where there is no terminal.
struct ChatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Chat with a model and watch its memory, token by token.",
    discussion: """
      Without a terminal, or with --plain, it is a line per message: replies go to stdout, everything else to stderr. \
      Lines that open with ':' are commands; ':help' lists them.
      """)

  @Option(help: "A model's folder, or the name of a bundled one (default: $RETNET_MODEL, else chat).")
  var model: String?
  @Flag(help: "Lines instead of a screen.") var plain = false
  @Option(name: [.customShort("p"), .long], help: "Answer this message and end.") var prompt: String?
  @Option(help: "A reply ends here at the latest.") var maxTokens = 256
  @Option(help: "With --prompt: draw the screen after the reply into this file (.txt, .ansi or .svg).")
  var screenshot: String?
  @Option(help: "Columns and rows of the screenshot.") var size = "80x24"
  @OptionGroup(title: "Sampling") var sampling: SamplingArguments

  func validate() throws {
    guard maxTokens >= 1 else { throw ValidationError("--max-tokens is \(maxTokens), but must be 1 or more.") }
    if let screenshot {
      guard prompt != nil else { throw ValidationError("--screenshot needs --prompt: the screen shows its reply.") }
      guard CommandTable.parseScreenFile(screenshot) != nil else {
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

  @MainActor func run() async throws {
    var settings = ChatSettings()
    settings.samplingChoices = sampling.choices
    settings.maximumTokens = maxTokens
    let name = try model ?? ModelCatalog.chosenFolder(nil)
    let code: Int32
    if let prompt {
      code = await answer(prompt, name, settings)
    } else if let terminal = openTerminal() {
      code = try await runScreen(terminal, name, settings)
    } else {
      code = await runLines(name, settings)
    }
    if code != 0 { throw ExitCode(code) }
  }

  // MARK: The screen

  /// A terminal and the signals that end the app; nil, with a word on stderr, where there has to be the plain mode.
  @MainActor private func openTerminal() -> (NcursesTerminal, SignalPipe)? {
    guard !plain else { return nil }
    guard TTY.isInteractive else {
      Self.message("stdin or stdout is no terminal: a line per message (as with --plain).")
      return nil
    }
    do {
      // ncurses catches SIGINT and SIGTERM itself where nobody has yet.
      let signals = try SignalPipe()
      do {
        return (try NcursesTerminal(), signals)
      } catch {
        signals.close()
        throw error
      }
    } catch {
      Self.message("\(error) Going on in plain mode.")
      return nil
    }
  }

  @MainActor private func runScreen(
    _ opened: (terminal: NcursesTerminal, signals: SignalPipe), _ name: String, _ settings: ChatSettings
  ) async throws -> Int32 {
    let (terminal, signals) = opened
    let runner = AppRunner(
      terminal: terminal, settings: settings, loader: { try LoadedModel.read($0) },
      open: AppRunner.OpenTerminal(
        setMouse: { terminal.setMouse($0) }, invalidate: { terminal.invalidate() }))
    let code = await runner.run(model: name) { signals.next() }
    signals.close()
    return code
  }

  // MARK: Lines

  @MainActor private func answer(_ prompt: String, _ name: String, _ settings: ChatSettings) async -> Int32 {
    do {
      if let screenshot, case .saveScreen(let path, let format)? = CommandTable.parseScreenFile(screenshot) {
        let (columns, rows) = try screenSize()
        var settings = settings
        settings.speed = nil
        let screen = Screenshot(columns: columns, rows: rows, settings: settings)
        let state = try await screen.answer(prompt, model: try LoadedModel.read(name))
        try ScreenFile.write(render(state), to: path, format, depth: .colors256)
        return 0
      }
      let chat = await PlainChat(
        try LoadedModel.read(name), settings: settings, streams: Self.streams, loader: { try LoadedModel.read($0) })
      let signals = try SignalPipe(signals: [SIGINT])
      let watch = Task { @MainActor in for await _ in signals.signals() where !chat.interrupt() { Foundation.exit(130) }
      }
      try await chat.answer(prompt)
      watch.cancel()
      return 0
    } catch {
      Self.message("\(error)")
      return 2
    }
  }

  @MainActor private func runLines(_ name: String, _ settings: ChatSettings) async -> Int32 {
    do {
      let chat = await PlainChat(
        try LoadedModel.read(name), settings: settings, streams: Self.streams, loader: { try LoadedModel.read($0) })
      let isTyped = TTY.isTerminal(STDIN_FILENO)
      if isTyped { Self.message("\(name) is ready. :help lists the commands, Ctrl-D ends.") }
      let signals = try SignalPipe(signals: [SIGINT])
      let watch = Task { @MainActor in for await _ in signals.signals() where !chat.interrupt() { Foundation.exit(130) }
      }
      defer { watch.cancel() }
      for await line in Self.lines(prompt: isTyped ? "› " : nil) {
        if let code = await chat.take(line: line.text) { return code }
        line.done()
      }
      return 0
    } catch {
      Self.message("\(error)")
      return 2
    }
  }

  /// A line of stdin; the next one is read once `done` has been called.
  private struct Line: Sendable {
    var text: String
    var done: @Sendable () -> Void
  }

  /// The lines of stdin, read on a thread of their own, as a read cannot be waited for otherwise.
  private static func lines(prompt: String?) -> AsyncStream<Line> {
    AsyncStream { continuation in
      let thread = Thread {
        let turn = DispatchSemaphore(value: 0)
        while true {
          if let prompt { try? FileHandle.standardError.write(contentsOf: Data(prompt.utf8)) }
          guard let text = readLine() else { break }
          continuation.yield(Line(text: text) { turn.signal() })
          turn.wait()
        }
        continuation.finish()
      }
      thread.start()
    }
  }

  private static var streams: PlainChat.Streams {
    PlainChat.Streams(
      write: { text in
        do {
          try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
          message("stdout cannot be written: \(error.localizedDescription)")
          Foundation.exit(2)
        }
      },
      message: { message($0) },
      isScreen: TTY.isTerminal(STDOUT_FILENO))
  }

  @Sendable private static func message(_ text: String) {
    let shown = TTY.isTerminal(STDERR_FILENO) ? ScreenText.cleaned(text) : text
    // Where even stderr is gone there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data("\(shown)\n".utf8))
  }
}

import RetNet
import TerminalKit

/// The message line with its queue, the command line, and questions.
extension AppState {
  // MARK: The command line

  /// Opens the command line, empty, over the message line.
  mutating func openCommandLine() {
    guard !isCommanding else { return }
    commandLine.origin = focus
    focus = .input
  }

  /// Closes the command line and returns the focus. The history keeps its text.
  mutating func closeCommandLine() {
    guard let origin = commandLine.origin else { return }
    if commandLine.editor.text.count > 1 { commandLine.editor.submit() } else { commandLine.editor.clear() }
    commandLine.origin = nil
    focus = origin
  }

  mutating func runCommand() -> [Effect] {
    let text = CommandTable.trimmed(line.text)
    guard CommandTable.isCommand(text) else { return refuse("A command begins with ':'. Esc closes this line.") }
    do throws(CommandError) {
      let command = try CommandTable.parse(text)
      closeCommandLine()
      // A saved screen shows what is open, and the options their new value.
      if !command.savesScreen, optionsPage == nil || !command.isSetting { overlay = nil }
      return perform(command)
    } catch {
      return refuse(error.naming(model?.shape).description)
    }
  }

  /// Completes a command's name, or its argument if that is one of some words.
  mutating func completeCommand() {
    let matches = CommandTable.completions(of: line.text)
    guard let first = matches.first else {
      if let completed = CommandTable.completedArgument(of: line.text) { line.replace(with: completed) }
      return
    }
    let common = matches.dropFirst().reduce(first.name) { $0.commonPrefix(with: $1.name) }
    line.replace(with: ":" + common + (matches.count == 1 && !first.argument.isEmpty ? " " : ""))
  }

  /// Edits the line. The command line closes when its `:` is deleted.
  mutating func apply(_ edit: LineEdit) {
    line.apply(edit)
    if isCommanding, line.isEmpty { closeCommandLine() }
  }

  // MARK: Questions

  mutating func answerQuestion(_ isYes: Bool) -> [Effect] {
    guard let asked = question else { return [] }
    question = nil
    return isYes ? perform(.overwrite(asked.command)) : refuse("The file is unchanged.", isError: false)
  }

  // MARK: The input line

  mutating func send() -> [Effect] {
    let text = CommandTable.trimmed(input.text)
    if text.isEmpty {
      input.clear()
      return view == .lessons ? takeLessonLine("") : []
    }
    if view == .lessons {
      input.submit()
      return takeLessonLine(text)
    }
    switch phase {
    case .noModel: say("No model is open: :model NAME opens one.", isError: true)
    case .loading(let name):
      enqueue()
      say("Queued: it is sent when \(name) is read.")
    case .ready, .running:
      enqueue()
      return sendQueued()
    case .paused:
      enqueue()
      if isAtEndOfTurn { return stopReply() }
      say("Queued. Space resumes the reply, then it is sent; Ctrl-C ends the reply.")
    }
    return []
  }

  /// Appends the line to the queue, and shows the end of the conversation.
  private mutating func enqueue() {
    queue.append(CommandTable.trimmed(input.submit()))
    scroll = 0
  }

  /// Whether the reply would most probably end with the next token.
  private var isAtEndOfTurn: Bool {
    guard let result, result.role == .reply, explorer.session.length <= position else { return false }
    return result.candidates.first.map { PieceText.ending(of: $0.piece) != nil } ?? false
  }

  /// Shows the previous line of the history. On an empty line, takes the last queued message back for editing.
  mutating func recallOlder() {
    guard !isCommanding, input.isEmpty, let last = queue.popLast() else { return line.older() }
    input.replace(with: last)
    say("The queued message is on the line again; Enter queues it.")
  }
}

extension LineEditor {
  mutating func apply(_ edit: LineEdit) {
    switch edit {
    case .deleteBackward: deleteBackward()
    case .deleteForward: deleteForward()
    case .left: move(by: -1)
    case .right: move(by: 1)
    case .start: moveToStart()
    case .end: moveToEnd()
    case .deleteToStart: deleteToStart()
    case .deleteToEnd: deleteToEnd()
    case .deleteWord: deleteWord()
    }
  }
}

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
    (commandLine.origin, commandLine.menu) = (nil, nil)
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
      return remember(.command, text) + perform(command)
    } catch {
      return refuse(error.naming(model?.shape).description)
    }
  }

  /// Edits the line. The command line closes when its `:` is deleted.
  mutating func apply(_ edit: LineEdit) {
    commandLine.menu = nil
    var ring = killRing
    let isDone = ring.apply(edit, to: &line)
    killRing = ring
    if !isDone { say(edit == .undo ? "There is no change to undo." : "No text has been deleted yet.") }
    if isCommanding, line.isEmpty { closeCommandLine() }
  }

  /// Opens the draft in the user's editor.
  mutating func editDraft() -> [Effect] {
    guard !isCommanding else { return refuse("The editor opens the message: close the command line first, with Esc.") }
    return [.app(.edit(input.text))]
  }

  /// Replaces the draft by the text of the editor.
  mutating func replaceDraft(_ text: String) {
    (overlay, focus) = (nil, .input)
    guard text != input.text else { return }
    input.replace(with: "")
    if !input.insert(text) { say("Only the first \(LineEditor.limit) characters fit.", isError: true) }
  }

  // MARK: Rows of the draft

  /// Whether the message line is open as a draft of several rows.
  var showsDraft: Bool { isTyping && !isCommanding && view != .lessons }

  /// Moves the cursor to another row of the draft.
  ///
  /// - Returns: whether there is one.
  private mutating func moveInDraft(by step: Int) -> Bool {
    guard showsDraft else { return false }
    let rows = TextRows(input.characters, columns: InputPlan.room(columns))
    let row = rows.row(of: input.cursor) + step
    guard rows.ranges.indices.contains(row) else { return false }
    let column = input.goalColumn ?? rows.column(of: input.cursor)
    input.move(to: rows.position(row: row, column: column))
    input.goalColumn = column
    return true
  }

  /// Shows the next row of the draft, or else the next line of the history.
  mutating func recallNewer() {
    if !moveInDraft(by: 1) { line.newer() }
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
    if let edit = session.edit, !text.isEmpty, view != .lessons { return sendEdit(edit) }
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
      let kept = enqueue()
      say("Queued: it is sent when \(name) is read.")
      return kept
    case .ready, .running: return enqueue() + sendQueued()
    case .paused:
      let kept = enqueue()
      if isAtEndOfTurn { return kept + stopReply() }
      say("Queued. Space resumes the reply, then it is sent; Ctrl-C ends the reply.")
      return kept
    }
    return []
  }

  /// Appends the line to the queue and to the history, and shows the end of the conversation.
  private mutating func enqueue() -> [Effect] {
    let text = CommandTable.trimmed(input.submit())
    queue.append(text)
    scroll = 0
    return remember(.message, text)
  }

  /// Whether the reply would most probably end with the next token.
  private var isAtEndOfTurn: Bool {
    guard let result, result.role == .reply, explorer.session.length <= position else { return false }
    return result.candidates.first.map { PieceText.ending(of: $0.piece) != nil } ?? false
  }

  /// Shows the previous row of the draft, or else the previous line of the history. On an empty line, returns the last
  /// queued message for editing.
  mutating func recallOlder() {
    if moveInDraft(by: -1) { return }
    guard !isCommanding, input.isEmpty, let last = queue.popLast() else { return line.older() }
    input.replace(with: last)
    say("The queued message is on the line again; Enter queues it.")
  }
}

import RetNetSession
import TerminalKit

/// A turn whose text is edited on the input line.
struct TurnEdit: Sendable, Hashable {
  var turn: Int
  /// The draft of a message that the line had before.
  var draft: String
}

/// The state of a recomputation, in tokens.
struct Recomputation: Sendable, Hashable {
  var done: Int
  var total: Int

  var text: String {
    "Recomputing the state: \(Numbers.grouped(done)) of \(Numbers.grouped(total)) tokens. Ctrl-C cancels."
  }
}

/// Selection and change of single turns.
extension AppState {
  // MARK: Selection

  /// The selected turn of the conversation; nil without one.
  var selectedTurn: Int? {
    session.selectedTurn.flatMap { transcript.turns.indices.contains($0) ? $0 : nil }
  }

  /// Whether keys act on the selected turn.
  var actsOnTurn: Bool { selectedTurn != nil && shownView == .live && focus == .panes }

  /// Selects the last turn, or another one from the selected turn on.
  mutating func selectTurn(by step: Int) -> [Effect] {
    let last = transcript.turns.count - 1
    guard last >= 0 else { return refuse("There is no turn yet: type a message first.", isError: false) }
    select(turn: min(max(selectedTurn.map { $0 + step } ?? last, 0), last))
    return []
  }

  /// Selects a turn, and scrolls until its first line is visible.
  mutating func select(turn: Int) {
    session.selectedTurn = turn
    let lines = ConversationText.lines(self)
    let rows = layout.conversation.rows - 1
    guard rows > 0, let first = lines.firstIndex(where: { $0.turn == turn }) else { return }
    let below = lines.count - 1 - first
    scroll = min(max(scroll, below - rows + 1), below)
  }

  // MARK: Changes

  /// Another reply: to the message of a turn; else of the selected turn, else of the last one.
  mutating func regenerate(_ turn: Int?) -> [Effect] {
    let prefix = session.prefix
    return change(turn, .regenerate(prefix: prefix))
  }

  /// Continues the reply of a turn, else of the selected turn, else the last one.
  mutating func continueReply(_ turn: Int?) -> [Effect] {
    let chosen = turn ?? selectedTurn ?? transcript.turns.count - 1
    if chosen == transcript.turns.count - 1, isReplying {
      session.selectedTurn = nil
      return phase == .paused ? perform(.pauseOrResume) : refuse("This reply is running.", isError: false)
    }
    return change(chosen, .resume)
  }

  /// A branch after a turn, else after the selected turn, else after the last one.
  mutating func fork(after turn: Int?) -> [Effect] { change(turn, .fork) }

  /// Sends another text in place of a message, or replaces a reply by it.
  mutating func edit(_ turn: Int, _ text: String) -> [Effect] {
    guard let edited = transcript.turns[at: turn] else { return refuse(noTurn(turn)) }
    return change(turn, edited.speaker == .user ? .replaceMessage(text, prefix: session.prefix) : .replaceReply(text))
  }

  /// The text with which the next reply begins; with a selected turn, its reply is replaced at once.
  mutating func setPrefix(_ text: String?) -> [Effect] {
    session.prefix = text
    if text != nil, selectedTurn != nil { return regenerate(nil) }
    say(text.map { "The next reply begins with '\($0)'. :prefix off removes it." } ?? "The next reply has no prefix.")
    return []
  }

  private mutating func change(_ turn: Int?, _ change: TurnChange) -> [Effect] {
    if case .loading = phase { return refuse("A model is being read. Try again afterwards.") }
    let number = turn ?? selectedTurn ?? transcript.turns.count - 1
    if let reason = refusal(of: change, turn: number) { return refuse(reason) }
    lab.stop()
    let stop = stopReply()
    phase = .running
    (session.display, session.replay, session.playback) = (.state, nil, nil)
    return stop + [.engine(.changeTurn(number, change))]
  }

  /// Why a turn cannot be changed in this way; nil if it can.
  private func refusal(of change: TurnChange, turn number: Int) -> String? {
    let turns = transcript.turns
    guard let turn = turns[at: number] else { return noTurn(number) }
    switch change {
    case .regenerate:
      let isAnswered = turn.speaker == .reply || turns[at: number + 1]?.speaker != .user
      return isAnswered ? nil : EngineError.noReply(turn: number).description
    case .resume, .replaceReply: return turn.speaker == .reply ? nil : EngineError.notAReply(turn: number).description
    case .replaceMessage, .fork: return nil
    }
  }

  private func noTurn(_ number: Int) -> String {
    EngineError.noTurn(number: number, count: transcript.turns.count).description
  }

  // MARK: Editing on the input line

  /// Puts the text of the selected turn on the input line.
  mutating func beginEdit() -> [Effect] {
    guard let number = selectedTurn else { return [] }
    let turn = transcript.turns[number]
    let text = turn.speaker == .user ? turn.typed.isEmpty ? turn.text : turn.typed : turn.text
    session.edit = TurnEdit(turn: number, draft: session.edit?.draft ?? input.text)
    input.replace(with: CommandTable.trimmed(text))
    focus = .input
    say("Turn \(number) is on the input line. Enter replaces it, Ctrl-C leaves it as it is.", isError: false)
    return []
  }

  /// Replaces the turn by the text on the input line, which then has the draft again.
  mutating func sendEdit(_ edit: TurnEdit) -> [Effect] {
    let text = CommandTable.trimmed(input.submit())
    endEdit()
    return self.edit(edit.turn, text)
  }

  /// Returns the draft of a message to the input line.
  mutating func endEdit() {
    guard let edit = session.edit else { return }
    session.edit = nil
    input.clear()
    input.replace(with: edit.draft)
  }

  // MARK: Reports of the engine

  /// The engine went back to a turn and changed it; `turns` are left.
  mutating func receive(_ change: TurnChange, turns: Int, result: StepResult?) -> [Effect] {
    keepTurns(turns, upTo: result)
    session.selectedTurn = nil
    switch change {
    case .regenerate(let prefix):
      if prefix != nil { session.prefix = nil }
    case .resume: transcript.end(.open)
    case .replaceMessage(let text, let prefix):
      transcript.submit(text, at: position)
      if prefix != nil { session.prefix = nil }
    case .replaceReply: break
    case .fork:
      if phase == .running { phase = transcript.turns.last?.speaker == .user ? .paused : .ready }
      let next = phase == .paused ? "Space lets the model reply" : "type a message"
      say(
        "A branch begins after turn \(max(turns - 1, 0)): \(next). The other one is kept; :explore branches lists them."
      )
    }
    return []
  }

  /// All typed tokens of a change have been read.
  mutating func finishTyped(endsReply: Bool) -> [Effect] {
    replyTokens = 0
    guard phase == .running else { return [] }
    guard endsReply else { return [run] }
    transcript.end(.finished)
    phase = .ready
    return sendQueued()
  }

  /// A recomputation was cancelled. The session is unchanged.
  mutating func cancelRecomputation() {
    session.recomputation = nil
    if phase == .running { phase = .ready }
    say("Cancelled. The session stays where it was.")
  }

  /// Empties the session: nothing of it is left, and no text waits.
  mutating func reset() -> [Effect] {
    if case .loading = phase { return refuse("A model is being read. Try again afterwards.") }
    lab.stop()
    queue = []
    endEdit()
    let hasBreakpoints = !explorer.breakpoints.isEmpty
    explorer.breakpoints = []
    return stopReply() + (hasBreakpoints ? [.engine(.set(.breakpoints([])))] : []) + [.engine(.reset)]
  }
}

import RetNet
import TerminalKit

/// What keys do. A key does the same thing everywhere, except that printing keys type on the input line.
extension AppState {
  mutating func handle(_ key: Key) -> [Effect] {
    switch key {
    case .resize(let columns, let rows):
      self.columns = max(columns, 0)
      self.rows = max(rows, 0)
      return []
    case .mouse(let event): return handle(event)
    case .control("c"): return interrupt()
    case .control("l"): return [.app(.redraw)]
    default: break
    }
    notice = nil
    if key == .control("d"), focus == .panes || overlay != nil || input.isEmpty { return endOfInput() }
    if overlay != nil, let effects = handleOverlay(key) { return effects }
    switch key {
    case .pageUp where view == .live: scroll(by: max(layout.conversation.rows - 2, 1))
    case .pageDown where view == .live: scroll(by: -max(layout.conversation.rows - 2, 1))
    case .pageUp where view == .lessons: scrollLesson(by: -max(LessonLayout(self).text.rows - 2, 1))
    case .pageDown where view == .lessons: scrollLesson(by: max(LessonLayout(self).text.rows - 2, 1))
    case .paste(let text): paste(text)
    default: return focus == .input ? handleInput(key) : handlePanes(key)
    }
    return []
  }

  /// Ctrl-C stops what runs; idle, it clears the line and never leaves.
  private mutating func interrupt() -> [Effect] {
    notice = nil
    if case .loading = phase {
      say("The model is being read; Ctrl-D on an empty line quits.")
      return []
    }
    if !isReplying, lab.isWaiting {
      lab.stop()
      say("What the laboratory was computing is dropped.")
      return [.engine(.cancelLaboratory)]
    }
    guard isReplying else {
      input.clear()
      waitingMessage = nil
      overlay = nil
      say("Ctrl-D or :quit leaves.")
      return []
    }
    phase = .ready
    transcript.end(.stopped)
    say("The reply is stopped; its text stays.")
    return [.engine(.stop)]
  }

  private mutating func endOfInput() -> [Effect] {
    guard input.isEmpty else {
      say("The input line holds text: Ctrl-C clears it, then Ctrl-D quits.")
      return []
    }
    return [.app(.quit(0))]
  }

  mutating func scroll(by lines: Int) { scroll = min(max(scroll + lines, 0), maximumScroll) }

  private mutating func paste(_ text: String) {
    focus = .input
    if !input.insert(text) { say("Only the first \(LineEditor.limit) characters fit.", isError: true) }
  }

  // MARK: The input line

  private mutating func handleInput(_ key: Key) -> [Effect] {
    if input.isEmpty {
      switch key {
      case .character(" ") where isReplying: return handlePanes(key)
      case .left where result != nil, .right where isReplying: return handlePanes(key)
      case .up where isChoosingLesson, .down where isChoosingLesson: return handlePanes(key)
      default: break
      }
    }
    switch key {
    case .enter: return send()
    case .escape: focus = .panes
    case .tab: completeOrLeave()
    case .backTab: focus = .panes
    case .backspace: input.deleteBackward()
    case .delete, .control("d"): input.deleteForward()
    case .left, .control("b"): input.move(by: -1)
    case .right, .control("f"): input.move(by: 1)
    case .home, .control("a"): input.moveToStart()
    case .end, .control("e"): input.moveToEnd()
    case .control("u"): input.deleteToStart()
    case .control("k"): input.deleteToEnd()
    case .control("w"): input.deleteWord()
    case .control("h"): input.deleteBackward()
    case .up, .control("p"): input.older()
    case .down, .control("n"): input.newer()
    case .character(let character): input.insert(String(character))
    default: break
    }
    return []
  }

  /// Tab completes a command's name; elsewhere it goes to the panes.
  private mutating func completeOrLeave() {
    let matches = CommandTable.completions(of: input.text)
    guard CommandTable.isCommand(input.text) else {
      focus = .panes
      return
    }
    guard let first = matches.first else { return }
    let common = matches.dropFirst().reduce(first.name) { $0.commonPrefix(with: $1.name) }
    input.replace(with: ":" + common + (matches.count == 1 && !first.argument.isEmpty ? " " : ""))
  }

  private mutating func send() -> [Effect] {
    let text = CommandTable.trimmed(input.text)
    if text.isEmpty {
      input.clear()
      return view == .lessons ? takeLessonLine("") : []
    }
    if CommandTable.isCommand(text) {
      do throws(CommandError) {
        let command = try CommandTable.parse(text)
        _ = input.submit()
        return perform(command)
      } catch {
        say(error.description, isError: true)
        return []
      }
    }
    if view == .lessons {
      _ = input.submit()
      return takeLessonLine(text)
    }
    switch phase {
    case .noModel: say("No model is open: :model NAME opens one.", isError: true)
    case .loading(let name): say("\(name) is still being read; Enter sends when it is there.")
    case .running, .paused: say("A reply is on its way: Ctrl-C ends it, then Enter sends.")
    case .ready:
      _ = input.submit()
      guard unsettled == 0 else {
        waitingMessage = text
        return []
      }
      return submit(text)
    }
    return []
  }

  // MARK: The panes

  private mutating func handlePanes(_ key: Key) -> [Effect] {
    if let effects = handleLessons(key) ?? handleLab(key) ?? handleExplorer(key) { return effects }
    switch key {
    case .tab, .backTab, .enter, .character("i"): focus = .input
    case .character(":"), .character("/"): openCommand()
    case .character(" "): return pauseOrGoOn()
    case .right: return stepOnce()
    case .left: return stepBack()
    case .character("["): select(head: settings.head - 1)
    case .character("]"): select(head: settings.head + 1)
    case .character("{"): select(layer: settings.layer - 1)
    case .character("}"): select(layer: settings.layer + 1)
    case .character("n"): overlay = .norms(row: 0)
    case .character("s"): cycleScale()
    case .character("x"): probeLargest()
    case .character("m"): return toggleMouse()
    case .character("?"), .function(1): overlay = .help(top: 0)
    case .up: scroll(by: 1)
    case .down: scroll(by: -1)
    case .home: scroll(by: maximumScroll)
    case .end: scroll = 0
    case .character("h"): moveProbe(rows: 0, columns: -1)
    case .character("j"): moveProbe(rows: 1, columns: 0)
    case .character("k"): moveProbe(rows: -1, columns: 0)
    case .character("l"): moveProbe(rows: 0, columns: 1)
    case .character("H"): moveProbe(rows: 0, columns: -8)
    case .character("J"): moveProbe(rows: 8, columns: 0)
    case .character("K"): moveProbe(rows: -8, columns: 0)
    case .character("L"): moveProbe(rows: 0, columns: 8)
    case .escape: break
    case .character(let other): say("'\(other)' does nothing here. ? lists the keys, i goes to the input line.")
    default: break
    }
    return []
  }

  private mutating func openCommand() {
    focus = .input
    if input.isEmpty {
      input.insert(":")
    } else {
      say("The input line holds text: Ctrl-C clears it, then : opens commands.")
    }
  }

  private mutating func pauseOrGoOn() -> [Effect] {
    switch phase {
    case .running:
      phase = .paused
      return [.engine(.pause)]
    case .paused:
      phase = .running
      return [run]
    default:
      say("Nothing runs: type a message first (i goes to the input line).")
      return []
    }
  }

  mutating func stepOnce() -> [Effect] {
    switch phase {
    case .paused: return [.engine(.steps(1))]
    case .running: say("Space pauses first, then → makes one step.")
    default: say("Nothing to step: a message opens a reply, ← undoes a step.")
    }
    return []
  }

  mutating func stepBack() -> [Effect] {
    switch phase {
    case .running: say("Space pauses first, then ← undoes one step.")
    case .ready where result == nil: say("This is the start: nothing to undo.")
    case .ready, .paused:
      guard let model, model.stepsKept < Self.manySteps else { return [.engine(.back)] }
      // Rewinding may take as long as the whole session: say so, and do not queue a key that is held down.
      say(Self.goingBack)
      return unsettled == 0 ? [.engine(.back)] : []
    default: break
    }
    return []
  }

  /// A model that keeps so many steps goes back at once, as far as one does by hand.
  private static let manySteps = 32
  static let goingBack = "Going back; a moment that is no longer kept is computed again, which takes a while."

  mutating func select(head: Int) {
    guard let model else { return }
    settings.head = min(max(head, 0), model.heads - 1)
  }

  mutating func select(layer: Int) {
    guard let model else { return }
    settings.layer = min(max(layer, 0), model.layers - 1)
  }

  private mutating func cycleScale() {
    settings.scale = settings.scale.next(maximum: shownMaximum)
  }

  private mutating func probeLargest() {
    guard let largest = reading?.largest else { return }
    probe = Position(row: largest.row, column: largest.column)
  }

  private mutating func moveProbe(rows: Int, columns: Int) {
    probe.row += rows
    probe.column += columns
    keepProbeInside()
  }

  private mutating func toggleMouse() -> [Effect] {
    mouse.toggle()
    say(mouse ? "The mouse selects heads and cells." : "The mouse is the terminal's own again, for copying text.")
    return [.app(.setMouse(mouse))]
  }
}

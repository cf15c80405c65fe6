import RetNet
import RetNetSession
import TerminalKit

/// The state of the options screen.
struct OptionsPage: Sendable, Hashable {
  /// The selected row.
  var line = 0
  /// Only settings with this text are shown; empty shows all.
  var search = ""
  /// Whether characters change `search`.
  var isSearching = false

  mutating func search(_ change: HelpSearch) {
    line = 0
    switch change {
    case .begin: isSearching = true
    case .add(let text): search += text
    case .deleteBackward: search = String(search.dropLast())
    case .end: isSearching = false
    case .clear: self = OptionsPage()
    }
  }
}

/// The state of the palette.
struct PalettePage: Sendable, Hashable {
  /// The selected entry.
  var line = 0
  var query = ""

  mutating func search(_ change: HelpSearch) {
    line = 0
    switch change {
    case .begin, .end: break
    case .add(let text): query += text
    case .deleteBackward: query = String(query.dropLast())
    case .clear: query = ""
    }
  }
}

/// The options screen, the palette and the report on the last token.
extension AppState {
  var optionsPage: OptionsPage? {
    if case .options(let page) = overlay { page } else { nil }
  }

  /// Whether characters change the search of a panel.
  var isSearching: Bool {
    switch overlay {
    case .help(let page): page.isSearching
    case .options(let page): page.isSearching
    case .palette: true
    case .norms, .glossary, .why, .sessions, nil: false
    }
  }

  mutating func open(_ panel: Command.Panel) -> [Effect] {
    switch panel {
    case .options: overlay = .options(OptionsPage())
    case .palette:
      overlay = .palette(PalettePage())
      return sources.models.isEmpty ? [.app(.listModels)] : []
    case .why:
      guard model != nil else { return refuse("There is no token yet: type a message first.", isError: false) }
      return [.analysis(.why)]
    }
    return []
  }

  mutating func setMouse(_ isOn: Bool) -> [Effect] {
    mouse = isOn
    say(mouse ? "The mouse selects heads and cells." : "The terminal handles the mouse again, for copying text.")
    return [.app(.setMouse(mouse))]
  }

  /// Carries out a command line, or opens it on the command line if it lacks an argument.
  mutating func run(_ text: String) -> [Effect] {
    do throws(CommandError) {
      let command = try CommandTable.parse(text)
      overlay = nil
      return perform(command)
    } catch {
      guard case .missingArgument = error else { return refuse(error.naming(model?.shape).description) }
      overlay = nil
      openCommandLine()
      line.insert(text.last?.isWhitespace == true ? text : text + " ")
      return []
    }
  }

  mutating func runPaletteEntry() -> [Effect] {
    guard case .palette(let page) = overlay, let entry = paletteMatches(page)[at: page.line] else { return [] }
    overlay = nil
    switch entry.target {
    case .command(let line): return run(line)
    case .action(let action): return perform(action)
    }
  }
}

extension Command {
  /// Whether the command changes a setting.
  var isSetting: Bool {
    switch self {
    case .set, .theme: true
    case .sampling, .norms, .probe, .state, .back, .step, .replay, .undo, .reset, .model, .persona, .personas,
      .saveScreen, .zoom, .help, .quit, .view, .laboratory, .chunk, .entry, .goTo, .find, .pick, .mode, .strip, .part,
      .reference, .experiment, .undoExperiment, .branch, .breakpoint, .export, .saveSession, .overwrite, .openSession,
      .lesson, .tour, .symbols, .open, .edit, .clipboard, .regenerate, .continueReply, .editTurn, .prefix, .fork, .tree,
      .grow, .bookmark, .note, .sessions, .resume, .rename, .exportTranscript:
      false
    }
  }
}

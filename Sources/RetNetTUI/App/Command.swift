import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession
import TerminalKit

/// A parsed `:` command.
indirect enum Command: Sendable, Hashable {
  case set(Setting)
  case sampling
  case norms
  case probe(row: Int, column: Int)
  case state
  case back
  case step
  /// Steps per second; nil keeps the pace.
  case replay(Double?)
  case undo
  /// Another reply to the message of this turn; nil is the selected turn, or the last.
  case regenerate(Int?)
  /// Continues a reply that has ended.
  case continueReply(Int?)
  /// Replaces the text of a turn.
  case editTurn(Int, String)
  /// The text with which the next reply begins; nil removes it.
  case prefix(String?)
  /// A branch that begins after this turn; nil is the selected turn, or the last.
  case fork(Int?)
  case reset
  case model(String)
  /// nil is an empty state.
  case persona(String?)
  case personas
  case saveScreen(path: String, format: ScreenFormat)
  /// nil shows all panes.
  case zoom(ZoomedPane?)
  case theme(Theme.Name)
  case help
  case quit
  case view(AppState.View, Explorer.Page?)
  /// A page of the forms laboratory; nil is the last one shown.
  case laboratory(Lab.Page?)
  /// Tokens in a chunk of the chunkwise form.
  case chunk(Int)
  /// Row and column of D and R, as tokens of the session.
  case entry(row: Int, column: Int)
  /// Goes to the position after this many tokens.
  case goTo(Int)
  /// Goes to the next token with this text; nil repeats the last search.
  case find(String?)
  case pick(rank: Int)
  case mode(Explorer.Mode)
  case strip(Explorer.Strip)
  case part(Explorer.Part)
  /// nil removes the reference.
  case reference(StateReference?)
  /// Applies to the selected head. A copy reads another head.
  case experiment(Experiment.Kind)
  case undoExperiment
  case branch(Int)
  /// The tree of replies; nil is the page shown last.
  case tree(ReplyTree.Page?)
  /// Draws continuations of the selected node, each with at most so many tokens.
  case grow(Int, tokens: Int)
  /// Sets a bookmark; nil gives it a number, or removes it.
  case bookmark(String?)
  /// nil removes the note.
  case note(String?)
  /// nil removes all breakpoints.
  case breakpoint(Breakpoint?)
  /// Writes a file in a format of `ExportFormat`.
  case export(Exported, path: String)
  case saveSession(String)
  /// Carries out a command that writes a file, and replaces a file of this name.
  case overwrite(Command)
  case openSession(String)
  case sessions
  /// nil is the last session of the model.
  case resume(String?)
  case rename(String)
  /// Writes the text of the session in a format of `SessionTranscript`.
  case exportTranscript(String)
  /// nil shows the list of lessons.
  case lesson(String?)
  case tour
  case symbols
  /// Opens the draft in the user's editor.
  case edit
  case clipboard(ClipboardPart)
  case open(Panel)

  /// A panel over the panes; a text in plain mode.
  enum Panel: Sendable, Hashable { case options, palette, why }

  /// A setting of the session.
  enum Setting: Sendable, Hashable {
    case sampling(SamplingValue, Float)
    case logitBias(token: Int, Float)
    case seed(UInt64)
    /// Adds a stop string; nil removes all.
    case stop(String?)
    /// The source of a pattern; nil removes it.
    case pattern(String?)
    case defaultSampling
    case norm1(Bool)
    case norm2(Bool)
    case norm3(RetentionNorms.Score)
    case groupNorm(NormOptions.Group)
    case epsilon(Float?)
    case layer(Int)
    case head(Int)
    case scale(HeatScale)
    case maximumTokens(Int)
    case speed(Double?)
    case motion(Bool)
    /// Whether lines are kept for later sessions.
    case history(Bool)
    /// A value that applies from the next start.
    case later(RetNetTUI.Setting, String)
    case mouse(Bool)
    case showProbabilities(Bool)
  }

  /// The values of a step that can be exported.
  enum Exported: String, Sendable, Hashable, CaseIterable {
    /// S of the selected head.
    case state
    /// The attribution of the probed entry of S to each token.
    case contributions
    /// Logits of the next token.
    case logits
  }

  /// The file formats of a saved screen, named by the file extension.
  enum ScreenFormat: String, Sendable, Hashable, CaseIterable { case txt, ansi, svg }
}

extension Command {
  /// The file that the command creates, and the command line that may also replace it; nil for other commands.
  var newFile: (path: String, replacing: String)? {
    switch self {
    case .saveScreen(let path, _): (path, ":save-screen! \(path)")
    case .saveSession(let path): (path, ":save-session! \(path)")
    case .exportTranscript(let path): (path, ":export-transcript! \(path)")
    case .export(let exported, let path): (path, ":export! \(exported.rawValue) \(path)")
    case .overwrite, .set, .sampling, .norms, .probe, .state, .back, .step, .replay, .zoom, .undo, .reset, .model,
      .persona,
      .personas, .theme, .help, .quit, .view, .laboratory, .chunk, .entry, .goTo, .find, .pick, .mode, .strip, .part,
      .reference, .regenerate, .continueReply, .editTurn, .prefix, .fork,
      .experiment, .undoExperiment, .branch, .tree, .grow, .bookmark, .note, .breakpoint, .openSession, .sessions,
      .resume, .rename, .lesson, .tour, .symbols, .edit, .clipboard, .open:
      nil
    }
  }

  var savesScreen: Bool {
    if case .overwrite(let command) = self { return command.savesScreen }
    if case .saveScreen = self { return true }
    return false
  }
}

/// A command line that cannot be parsed.
enum CommandError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknown(name: String, suggestion: String?)
  case missingArgument(name: String, expected: String)
  case badArgument(name: String, found: String, expected: String)
  /// `!` after a command that writes no file.
  case writesNoFile(name: String)

  var description: String {
    switch self {
    case .unknown(let name, let suggestion):
      "There is no command :\(name). " + (suggestion.map { "Did you mean :\($0)? " } ?? "") + ":help lists all."
    case .missingArgument(let name, let expected): ":\(name) needs \(expected)."
    case .badArgument(let name, let found, let expected): ":\(name) got '\(found)', it takes \(expected)."
    case .writesNoFile(let name): ":\(name) writes no file. Type it without '!'."
    }
  }
}

extension CommandError {
  /// The error with the numbers of the layers or heads that a model has.
  func naming(_ shape: ModelShape?) -> CommandError {
    guard let shape else { return self }
    func range(_ name: String) -> String? {
      switch name {
      case "layer": "a layer from 0 to \(shape.layers - 1)"
      case "head": "a head from 0 to \(shape.heads - 1)"
      default: nil
      }
    }
    switch self {
    case .missingArgument(let name, let expected):
      return .missingArgument(name: name, expected: range(name) ?? expected)
    case .badArgument(let name, let found, let expected):
      return .badArgument(name: name, found: found, expected: range(name) ?? expected)
    case .unknown, .writesNoFile: return self
    }
  }
}

extension ModelShape {
  /// The reason if a command names a layer, head, row or column outside the model's shape, else nil.
  ///
  /// - Parameter name: the model's name in the reason.
  func reason(against command: Command, of name: String) -> String? {
    switch command {
    case .set(.layer(let layer)) where layer >= layers: ":layer got \(layer), \(name) has layers 0 to \(layers - 1)."
    case .set(.head(let head)) where head >= heads: ":head got \(head), \(name) has heads 0 to \(heads - 1)."
    case .probe(let row, let column) where row >= headDim || column >= valueDim:
      ":probe got (\(row), \(column)), the state has rows 0 to \(headDim - 1) and columns 0 to \(valueDim - 1)."
    case .experiment(.copy(let source)) where source.layer >= layers || source.head >= heads:
      ":copy got layer \(source.layer) head \(source.head), \(name) has layers 0 to \(layers - 1) and "
        + "heads 0 to \(heads - 1)."
    case .overwrite(let command): reason(against: command, of: name)
    case .set, .probe, .experiment, .sampling, .norms, .state, .back, .step, .replay, .zoom, .undo, .reset, .model,
      .persona, .personas, .saveScreen, .theme, .help, .quit, .view, .laboratory, .chunk, .entry, .goTo, .find, .pick,
      .mode, .strip, .part,
      .reference, .regenerate, .continueReply, .editTurn, .prefix, .fork,
      .undoExperiment, .branch, .tree, .grow, .bookmark, .note, .breakpoint, .export, .saveSession, .openSession,
      .lesson, .tour, .symbols, .sessions, .resume, .rename, .exportTranscript, .edit, .clipboard, .open:
      nil
    }
  }
}

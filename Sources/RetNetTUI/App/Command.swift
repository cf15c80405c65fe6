import Lessons
import RetNet
import RetNetAnalysis
import RetNetSession

/// What a line that opens with `:` asks for.
enum Command: Sendable, Hashable {
  case set(Setting)
  case sampling
  case norms
  case probe(row: Int, column: Int)
  case state
  case back
  case step
  case undo
  case reset
  case model(String)
  /// nil is an empty state.
  case persona(String?)
  case personas
  case saveScreen(path: String, format: ScreenFormat)
  case help
  case quit
  case view(AppState.View, Explorer.Page?)
  /// A page of the forms laboratory, or the one that was there last.
  case laboratory(Lab.Page?)
  /// Tokens in a chunk of the chunkwise form.
  case chunk(Int)
  /// Row and column of D and R, as tokens of the session.
  case entry(row: Int, column: Int)
  /// The position after this many tokens.
  case goTo(Int)
  /// The next token that holds this text, the same text again where there is none.
  case find(String?)
  case pick(rank: Int)
  case mode(Explorer.Mode)
  case strip(Explorer.Strip)
  case part(Explorer.Part)
  /// nil removes the reference.
  case reference(StateReference?)
  /// Of the selected head, but for the copied one.
  case experiment(Experiment.Kind)
  case undoExperiment
  case branch(Int)
  /// nil removes all breakpoints.
  case breakpoint(Breakpoint?)
  /// To a file of one of the formats of `ExportFormat`.
  case export(Exported, path: String)
  case saveSession(String)
  case openSession(String)
  /// nil is the list of lessons.
  case lesson(String?)
  case symbols

  /// A value that the session keeps.
  enum Setting: Sendable, Hashable {
    case temperature(Float)
    case topK(Int)
    case topP(Float)
    case minP(Float)
    case penalty(Float)
    case seed(UInt64)
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
  }

  /// What of a step can be exported.
  enum Exported: String, Sendable, Hashable, CaseIterable {
    /// S of the selected head.
    case state
    /// Every token's part in the probed entry of S.
    case contributions
    /// Of the next token.
    case logits
  }

  /// The file formats of a saved screen, by the file's ending.
  enum ScreenFormat: String, Sendable, Hashable, CaseIterable { case txt, ansi, svg }
}

/// Why a command line was refused: what was found, what was expected, what to do.
enum CommandError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknown(name: String, suggestion: String?)
  case missingArgument(name: String, expected: String)
  case badArgument(name: String, found: String, expected: String)

  var description: String {
    switch self {
    case .unknown(let name, let suggestion):
      "There is no command :\(name). " + (suggestion.map { "Did you mean :\($0)? " } ?? "") + ":help lists all."
    case .missingArgument(let name, let expected): ":\(name) needs \(expected)."
    case .badArgument(let name, let found, let expected): ":\(name) got '\(found)', it takes \(expected)."
    }
  }
}

extension ModelShape {
  /// Why a command asks for a layer, head, row or column that the model does not have; nil where it asks for none such.
  ///
  /// - Parameter name: what the model is called there.
  func reason(against command: Command, of name: String) -> String? {
    switch command {
    case .set(.layer(let layer)) where layer >= layers: ":layer got \(layer), \(name) has layers 0 to \(layers - 1)."
    case .set(.head(let head)) where head >= heads: ":head got \(head), \(name) has heads 0 to \(heads - 1)."
    case .probe(let row, let column) where row >= headDim || column >= valueDim:
      ":probe got (\(row), \(column)), the state has rows 0 to \(headDim - 1) and columns 0 to \(valueDim - 1)."
    case .experiment(.copy(let source)) where source.layer >= layers || source.head >= heads:
      ":copy got layer \(source.layer) head \(source.head), \(name) has layers 0 to \(layers - 1) and "
        + "heads 0 to \(heads - 1)."
    default: nil
    }
  }
}

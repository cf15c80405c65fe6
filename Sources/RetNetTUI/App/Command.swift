import RetNet
import RetNetAnalysis
import RetNetSession

/// What a line that opens with `:` asks for.
enum Command: Sendable, Hashable {
  case temperature(Float)
  case topK(Int)
  case topP(Float)
  case minP(Float)
  case penalty(Float)
  case seed(UInt64)
  case sampling
  case defaultSampling
  case norm1(Bool)
  case norm2(Bool)
  case norm3(RetentionNorms.Score)
  case groupNorm(NormOptions.Group)
  case epsilon(Float?)
  case norms
  case layer(Int)
  case head(Int)
  case scale(HeatScale)
  case probe(row: Int, column: Int)
  case maximumTokens(Int)
  case speed(Double?)
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
  case goTo(Int)
  /// The next token that holds this text, the same text again where there is none.
  case find(String?)
  case pick(rank: Int)
  case mode(Explorer.Mode)
  case strip(Explorer.Strip)
  case part(Explorer.Part)
  /// nil takes the reference away.
  case reference(StateReference?)
  /// Of the selected head, but for the copied one.
  case experiment(Experiment.Kind)
  case undoExperiment
  case branch(Int)
  /// Nothing takes all breakpoints away.
  case breakpoint(Breakpoint?)
  /// To a file of one of the formats of `ExportFormat`.
  case export(Exported, path: String)
  case saveSession(String)
  case openSession(String)
  /// The lessons, where none is named.
  case lesson(String?)
  case symbols

  /// What of a moment can be taken away.
  enum Exported: String, Sendable, Hashable, CaseIterable {
    /// S of the selected head.
    case state
    /// Every token's part in the probed entry of S.
    case contributions
    /// Of the next token.
    case logits
  }

  /// The file formats of a saved screen, told apart by the file's ending.
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

import RetNet

/// An invalid setting, file or state of a training run.
package enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  case noTrainingText(files: [String])
  /// Only replies are predicted, but no conversation has one.
  case noReplies(files: [String])
  /// A log without validation results.
  case noValidationResults(path: String)
  /// A setting outside its range; `expected` describes the range.
  case invalidSetting(name: String, found: String, expected: String)
  /// The folder already contains a run or a model.
  case runExists(folder: String, found: String)
  /// Another process trains in the folder.
  case runInProgress(folder: String)
  case noRunToResume(folder: String, missing: String)
  /// An option differs from that of the stored run.
  case settingMismatch(name: String, stored: String, given: String)
  /// The data files have changed since the run started.
  case dataMismatch(files: [String])
  case notACheckpoint(path: String, reason: String)
  case tokenizerTooLarge(path: String, pieces: Int, vocabularySize: Int)
  /// The loss or the gradient is not finite. The parameters are those before the step.
  case diverged(step: Int, loss: Double, gradientNorm: Double, checkpointStep: Int)

  package var description: String {
    switch self {
    case .noValidationResults(let path):
      "'\(path)' has no line with \"validation\", which retnet train writes with --valid. "
        + "Specify the log.jsonl of a run with --valid."
    case .noTrainingText(let files):
      "There is no training text in \(Self.list(files)). Specify files with conversations or passages."
    case .noReplies(let files):
      "There is no reply in \(Self.list(files)). Specify conversations with 'B: …' lines, or omit --loss replies."
    case .invalidSetting(let name, let found, let expected):
      "\(name) is \(found), but must be \(expected)."
    case .runExists(let folder, let found):
      "'\(folder)' already contains \(found). Resume it with --resume, overwrite it with --force, "
        + "or specify another folder."
    case .runInProgress(let folder):
      "Another process is training in '\(folder)'. Wait until it ends, stop it, or specify another folder."
    case .noRunToResume(let folder, let missing):
      "'\(folder)' contains no run to resume: '\(missing)' is missing. Specify the folder of a run, or omit --resume."
    case .settingMismatch(let name, let stored, let given):
      "The stored run has \(name) \(stored), not \(given). Omit the option to resume the run with its own value, "
        + "or start a new run from its weights with --init."
    case .dataMismatch(let files):
      "The text in \(Self.list(files)) has changed since the stored run started. Restore the files, "
        + "or start a new run from its weights with --init."
    case .notACheckpoint(let path, let reason):
      "'\(path)' is not a training checkpoint: \(reason). Specify the folder of a run, or omit --resume."
    case .tokenizerTooLarge(let path, let pieces, let size):
      "'\(path)' has \(pieces) pieces, but the model's vocabulary has only \(size). "
        + "Specify the tokenizer of these weights."
    case .diverged(let step, let loss, let norm, let checkpoint):
      "Step \(step) has loss \(loss.magnitude) and gradient norm \(norm.magnitude), which are not finite. "
        + "The checkpoint of step \(checkpoint) was kept; restart with a lower --learning-rate or --clip."
    }
  }

  private static func list(_ files: [String]) -> String {
    files.map { "'\($0)'" }.joined(separator: ", ")
  }
}

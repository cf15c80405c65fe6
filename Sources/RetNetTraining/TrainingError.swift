import RetNet

/// What a training run can get wrong.
package enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  case nothingToLearn(files: [String])
  /// Only replies are predicted, and no conversation has one.
  case noReplies(files: [String])
  /// A log without a measurement on held-out text.
  case noMeasurements(path: String)
  /// A setting outside its range; `expected` says what it may be.
  case badSetting(name: String, found: String, expected: String)
  /// The folder holds a run already.
  case runExists(folder: String, found: String)
  /// Another process trains in the folder.
  case runUnderway(folder: String)
  case nothingToResume(folder: String, missing: String)
  /// A stored run was made with another value of a setting.
  case otherSetting(name: String, stored: String, given: String)
  /// The data files do not hold what they did when the run began.
  case otherData(files: [String])
  case notACheckpoint(path: String, reason: String)
  case tokenizerTooLarge(path: String, pieces: Int, vocabularySize: Int)
  /// A loss or gradient that is no number. The parameters were left as they were before the step.
  case diverged(step: Int, loss: Double, gradientNorm: Double, checkpointStep: Int)

  package var description: String {
    switch self {
    case .noMeasurements(let path):
      "'\(path)' has no line with \"validation\", which retnet train writes with --valid. Give the log.jsonl of such a run."
    case .nothingToLearn(let files):
      "There is no text to train on in \(Self.list(files)). Give files with conversations or passages."
    case .noReplies(let files):
      "There is no reply to learn from in \(Self.list(files)). Give conversations with 'B: …' lines, "
        + "or leave out --loss replies."
    case .badSetting(let name, let found, let expected):
      "\(name) is \(found), but must be \(expected)."
    case .runExists(let folder, let found):
      "'\(folder)' already holds \(found). Go on with it with --resume, overwrite it with --force, "
        + "or give another folder."
    case .runUnderway(let folder):
      "Another process is training in '\(folder)'. Wait for it or stop it, or give another folder."
    case .nothingToResume(let folder, let missing):
      "'\(folder)' holds no run that could go on: '\(missing)' is missing. Give the folder of a run, "
        + "or start one without --resume."
    case .otherSetting(let name, let stored, let given):
      "The stored run has \(name) \(stored), not \(given). Leave the option out to go on with the run as it is, "
        + "or start a new one from its weights with --init."
    case .otherData(let files):
      "The text in \(Self.list(files)) is not what the stored run was trained on. Restore the files, "
        + "or start a new run from its weights with --init."
    case .notACheckpoint(let path, let reason):
      "'\(path)' is not the checkpoint of a training run: \(reason). Give the folder of a run, "
        + "or start one without --resume."
    case .tokenizerTooLarge(let path, let pieces, let size):
      "'\(path)' has \(pieces) pieces, but the model's vocabulary only \(size). Give the tokenizer of these weights."
    case .diverged(let step, let loss, let norm, let checkpoint):
      "Step \(step) gave a loss of \(loss.magnitude) and a gradient of length \(norm.magnitude), which are no numbers to train on. "
        + "The checkpoint of step \(checkpoint) was kept; start again with a lower --learning-rate or --clip."
    }
  }

  private static func list(_ files: [String]) -> String {
    files.map { "'\($0)'" }.joined(separator: ", ")
  }
}

import RetNet
import RetNetText

/// What can be wrong with the file of a session.
package enum SessionFileError: Error, Equatable, Sendable, CustomStringConvertible {
  case notJSON
  /// JSON of something else, or with a part missing or wrong; `reason` names it.
  case notASession(reason: String)
  case unsupportedVersion(found: Int, supported: Int)
  case otherModel(name: String, expected: String, found: String)
  /// SHA-256 of the state that a session begins with; nil is an empty one.
  case otherInitialState(expected: String?, found: String?)
  case tokenOutsideVocabulary(branch: Int, index: Int, token: Int, vocabularySize: Int)
  /// The lengths of the runs of conditions do not add up to the tokens.
  case conditionsDoNotFit(branch: Int)
  /// Any other number that cannot be.
  case outOfRange(what: String, found: String, expected: String)

  package var description: String {
    switch self {
    case .notJSON:
      "The session's file is not JSON. Give a file that was saved as a session."
    case .notASession(let reason):
      "The file is not a whole session: \(reason). Give a file that was saved as a session."
    case .unsupportedVersion(let found, let supported):
      "The session's file has version \(found), this program reads version \(supported). "
        + "Open it with the program that wrote it."
    case .otherModel(let name, let expected, let found):
      "The session was recorded with the model '\(name)' whose weights have SHA-256 \(expected.prefix(12))…, "
        + "these have \(found.prefix(12))…. Open it with that model."
    case .otherInitialState(let expected, let found):
      "The session began with \(Self.initialState(expected)), but this one begins with \(Self.initialState(found)). "
        + (expected == nil ? "Turn the persona off first." : "Choose the persona that it began with first.")
    case .tokenOutsideVocabulary(let branch, let index, let token, let vocabularySize):
      "The session's branch \(branch) has token \(token) at \(index), the model's vocabulary only \(vocabularySize). "
        + "Open it with the model that it was recorded with."
    case .conditionsDoNotFit(let branch):
      "The session's branch \(branch) has conditions for more or fewer steps than it has tokens. "
        + "The file was changed; save the session again."
    case .outOfRange(let what, let found, let expected):
      "The session has \(what) \(found), expected \(expected). The file was changed; save the session again."
    }
  }

  private static func initialState(_ sha256: String?) -> String {
    sha256.map { "a state with SHA-256 \($0.prefix(12))…" } ?? "an empty state"
  }
}

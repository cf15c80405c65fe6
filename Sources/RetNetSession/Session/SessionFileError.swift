import RetNet
import RetNetText

/// An invalid or unsuitable session file.
package enum SessionFileError: Error, Equatable, Sendable, CustomStringConvertible {
  case notJSON
  /// The JSON is not a session, or a part is missing or invalid; `reason` names it.
  case notASession(reason: String)
  case unsupportedVersion(found: Int, supported: Int)
  case otherModel(name: String, expected: String, found: String)
  /// SHA-256 of the initial state; nil is an empty state.
  case otherInitialState(expected: String?, found: String?)
  case tokenOutsideVocabulary(branch: Int, index: Int, token: Int, vocabularySize: Int)
  /// The lengths of the option runs do not add up to the number of tokens.
  case optionsCountMismatch(branch: Int)
  /// Any other number out of range.
  case outOfRange(what: String, found: String, expected: String)

  package var description: String {
    switch self {
    case .notJSON:
      "The session's file is not JSON. Specify a file that was saved as a session."
    case .notASession(let reason):
      "The file is not a complete session: \(reason). Specify a file that was saved as a session."
    case .unsupportedVersion(let found, let supported):
      "The session's file has version \(found), but this program reads version \(supported). "
        + "Open it with the program that wrote it."
    case .otherModel(let name, let expected, let found):
      "The session was recorded with the model '\(name)' whose weights have SHA-256 \(expected.prefix(12))…, "
        + "but this model's weights have \(found.prefix(12))…. Open it with that model."
    case .otherInitialState(let expected, let found):
      "The session started with \(Self.initialState(expected)), but this one starts with \(Self.initialState(found)). "
        + (expected == nil ? "Turn the persona off first." : "Select the session's persona first.")
    case .tokenOutsideVocabulary(let branch, let index, let token, let vocabularySize):
      "The session's branch \(branch) has token \(token) at \(index), but the model's vocabulary has only "
        + "\(vocabularySize). Open it with the model that it was recorded with."
    case .optionsCountMismatch(let branch):
      "The session's branch \(branch) has options for more or fewer steps than it has tokens. "
        + "The file was modified; save the session again."
    case .outOfRange(let what, let found, let expected):
      "The session has \(what) \(found), expected \(expected). The file was modified; save the session again."
    }
  }

  private static func initialState(_ sha256: String?) -> String {
    sha256.map { "a state with SHA-256 \($0.prefix(12))…" } ?? "an empty state"
  }
}

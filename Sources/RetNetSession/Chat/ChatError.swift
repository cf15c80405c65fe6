import Foundation
import RetNet

/// An error of a chat model, a chat or a chat state.
public enum ChatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file is missing, unreadable or unwritable. `reason` is a sentence with the path and what to do.
  case file(path: String, reason: String)
  /// The folder does not contain a valid model. `reason` names the file, key or tensor.
  case model(folder: String, reason: String)
  /// The weights on disk have changed since the model was opened.
  case weightsReplaced(folder: String)
  /// The file is not a saved state or persona, or is damaged. `reason` names what was found and expected.
  case state(path: String, reason: String)
  /// The state belongs to another model. Both values are hashes of weights, or shapes of states.
  case otherModel(found: String, expected: String)
  /// A value of ``SamplingOptions`` is out of range; `name` is its property.
  case sampling(name: String, found: String, expected: String)
  /// A message without text.
  case emptyMessage
  /// Another reply of the same chat is in progress.
  case alreadyResponding
  /// The task that reads the reply was cancelled.
  case cancelled
  /// A value in the model is NaN or infinite. `reason` names the token, layer and tensor.
  case computation(reason: String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .file(_, let reason), .computation(let reason): reason
    case .model(let folder, let reason): "The model in '\(folder)' cannot be used. \(reason)"
    case .weightsReplaced(let folder):
      "The weights in '\(folder)' have changed since the model was opened. Open the model again."
    case .state(let path, let reason): "'\(path)' cannot be read as a state. \(reason)"
    case .otherModel(let found, let expected):
      "The state belongs to a model with \(found), this model has \(expected). Use the model that created the state."
    case .sampling(let name, let found, let expected):
      "The sampling value '\(name)' is \(found), expected \(expected)."
    case .emptyMessage: "The message is empty. Send some text."
    case .alreadyResponding:
      "The chat is still responding to another message. Read that reply to its end first, or leave its loop."
    case .cancelled: "The reply was cancelled. Send another message to continue."
    }
  }
}

extension ChatError {
  /// Calls `body`. Converts a `FileError` to `.file`, and any other error with `other`.
  static func mappingErrors<Result>(
    _ other: (_ reason: String) -> ChatError, _ body: () throws -> Result
  ) throws(ChatError) -> Result {
    do {
      return try body()
    } catch let error as ChatError {
      throw error
    } catch let error as FileError {
      throw .file(path: error.path, reason: "\(error)")
    } catch {
      throw other("\(error)")
    }
  }

  /// The path of a file URL.
  static func path(_ url: URL) throws(ChatError) -> String {
    do { return try StorageError.naming(url) { $0 } } catch { throw .file(path: "\(url)", reason: error.description) }
  }
}

extension FileError {
  fileprivate var path: String {
    switch self {
    case .missing(let path), .notAFile(let path, _), .tooLarge(let path, _, _), .unreadable(let path, _),
      .unwritable(let path, _):
      path
    }
  }
}

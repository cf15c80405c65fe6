import Foundation
import RetNet

/// What can go wrong with a model that chats, its chats and their states.
public enum ChatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file is missing, or cannot be read or written. `reason` is a sentence with the path and what to do.
  case file(path: String, reason: String)
  /// The files of a folder are no model, or do not belong together. `reason` names the file, key or tensor.
  case model(folder: String, reason: String)
  /// The weights of an opened model have since been replaced on the disk.
  case weightsReplaced(folder: String)
  /// A file is no saved state and no persona, or it is damaged. `reason` names what was found and expected.
  case state(path: String, reason: String)
  /// A state belongs to another model. Both are hashes of weights, or the shapes of states.
  case otherModel(found: String, expected: String)
  /// A value of `SamplingOptions`, by the name of its property.
  case sampling(name: String, found: String, expected: String)
  /// A message without text.
  case emptyMessage
  /// Another reply of the same chat is still being read.
  case alreadyResponding
  /// The task that reads the reply was cancelled.
  case cancelled
  /// A value of the model is NaN or infinite. `reason` names the token, layer and tensor.
  case computation(reason: String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .file(_, let reason), .computation(let reason): reason
    case .model(let folder, let reason): "The model in '\(folder)' cannot be used. \(reason)"
    case .weightsReplaced(let folder):
      "The weights in '\(folder)' have been replaced since the model was opened. Open the model again."
    case .state(let path, let reason): "'\(path)' cannot be read as a state. \(reason)"
    case .otherModel(let found, let expected):
      "The state belongs to a model with \(found), this model has \(expected). Use the model that it was made with."
    case .sampling(let name, let found, let expected):
      "The sampling value '\(name)' is \(found), expected \(expected)."
    case .emptyMessage: "The message is empty. Send some text."
    case .alreadyResponding:
      "The chat is still responding to another message. Read that reply to its end, or leave its loop, first."
    case .cancelled: "The reply was cancelled. Send another message to go on."
    }
  }
}

extension ChatError {
  /// Calls `body`. An error of a file stays one of that file; `other` says what any other is, by its description.
  static func describing<Result>(
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

  /// The path of a file's URL.
  static func path(_ url: URL) throws(ChatError) -> String {
    guard url.isFileURL else {
      throw .file(path: "\(url)", reason: "'\(url)' is no file on this machine. Give a URL from URL(filePath:).")
    }
    return url.path(percentEncoded: false)
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

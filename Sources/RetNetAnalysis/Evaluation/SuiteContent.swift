import Foundation
import RetNet

/// The conversations of a suite: the content of files such as `Models/chat/probes.json` and `checks.json`.
package struct SuiteContent: Sendable, Hashable {
  package private(set) var probes: Probes
  package private(set) var conversations: [CheckedConversation]

  package init(probes: Probes = Probes(recall: [], manners: []), conversations: [CheckedConversation] = []) {
    self.probes = probes
    self.conversations = conversations
  }

  /// Reads files of probes and files of conversations with checks; the keys identify the kind of a file.
  ///
  /// - Throws: `FileError`, `SuiteFileError`, `ProbesError`, `CheckedConversationError`.
  package init(paths: [String]) throws {
    self.init()
    for path in paths {
      let object = try Self.object(path)
      if CheckedConversation.fileKeys.contains(where: object.keys.contains) {
        conversations += try CheckedConversation.list(object, path: path)
      } else if Probes.fileKeys.contains(where: object.keys.contains) {
        let read = try Probes(object, path: path)
        probes = Probes(recall: probes.recall + read.recall, manners: probes.manners + read.manners)
      } else {
        throw SuiteFileError.unknownContent(path: path)
      }
    }
  }

  private static func object(_ path: String) throws -> [String: Any] {
    let bytes = try FileBytes.read(path)
    guard let json = try? JSONSerialization.jsonObject(with: bytes, options: .fragmentsAllowed) else {
      throw SuiteFileError.notAnObject(path: path, found: "not JSON")
    }
    guard let object = json as? [String: Any] else {
      throw SuiteFileError.notAnObject(path: path, found: "JSON, but not an object")
    }
    return object
  }
}

/// An error in a file of a suite, of either kind.
package enum SuiteFileError: Error, Hashable, Sendable, CustomStringConvertible {
  case notAnObject(path: String, found: String)
  case unknownContent(path: String)

  package var description: String {
    switch self {
    case .notAnObject(let path, let found):
      "'\(path)' is \(found). A suite is a JSON object. \(Self.remedy)"
    case .unknownContent(let path):
      "'\(path)' has none of the keys of a suite. \(Self.remedy)"
    }
  }

  private static let remedy = "Give a file with 'recall' and 'manners', or one with 'conversations'."
}

import Foundation
import RetNet
import RetNetSession

/// A session as the app saves it: a session file with one more member, `saved`.
struct SavedSession: Sendable {
  var session: SessionFile
  var details: Details

  /// What a saved session has besides the recording. Lists, searches and transcripts read it without a model.
  struct Details: Sendable, Hashable, Codable {
    /// The user's name for it; nil without one.
    var name: String?
    var created: Date
    var updated: Date
    /// The folder of the model.
    var folder: String
    /// The persona that it began with; nil without one.
    var persona: String?
    /// Tokens of the current branch.
    var tokens: Int
    /// The turns of the current branch.
    var conversation: [SavedTurn]
    /// The random state for the next token.
    var generator: [UInt64]?
    var state: StoredState?

    /// The name, or the start of the first message.
    var title: String {
      if let name { return name }
      let text = conversation.first { $0.speaker == .user && !$0.text.isEmpty }?.text ?? conversation.first?.text ?? ""
      let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return line.isEmpty ? "(no text)" : line.count > 60 ? line.prefix(59) + "…" : line
    }
  }

  struct SavedTurn: Sendable, Hashable, Codable {
    enum Speaker: String, Sendable, Codable { case user, reply }

    var speaker: Speaker
    var text: String
    /// Whether the user or the length limit ended the reply; nil is no.
    var stopped: Bool?
    /// The number of tokens before the turn.
    var index: Int
  }

  /// Refers to the file of a state beside the session's file.
  struct StoredState: Sendable, Hashable, Codable {
    /// Tokens read.
    var position: Int
    /// SHA-256 of the file, 64 hexadecimal digits.
    var sha256: String
    /// How often each head's norm 3 divisor was above 1.
    var divisions: [Int]
  }

  /// The parts that a list needs.
  struct Head: Sendable, Decodable {
    var format: String
    var version: Int
    var model: SessionFile.Model
    var saved: Details
  }

  /// The largest file that is read.
  static let limit = 64 << 20
}

extension SavedSession.SavedTurn {
  init(_ turn: TurnText) {
    self.init(
      speaker: turn.speaker == .user ? .user : .reply, text: turn.text, stopped: turn.isStopped ? true : nil,
      index: turn.index)
  }
}

extension SavedSession: Codable {
  private enum CodingKeys: String, CodingKey { case saved }

  init(from decoder: any Decoder) throws {
    session = try SessionFile(from: decoder)
    details = try decoder.container(keyedBy: CodingKeys.self).decode(Details.self, forKey: .saved)
  }

  func encode(to encoder: any Encoder) throws {
    try session.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(details, forKey: .saved)
  }

  /// Reads a file. Throws `FileError`, `SessionFileError`.
  init(path: String) throws {
    let data = try FileBytes.read(path, limit: Self.limit)
    let head = try Self.head(data)
    self.init(session: try SessionFile(json: data), details: head.saved)
  }

  /// The parts of a file that a list needs. Throws `FileError`, `SessionFileError`.
  static func head(path: String) throws -> Head { try head(try FileBytes.read(path, limit: limit)) }

  private static func head(_ data: Data) throws -> Head {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { try date($0) }
    do {
      let head = try decoder.decode(Head.self, from: data)
      guard head.format == SessionFile.format else {
        throw SessionFileError.notASession(reason: "its format is '\(head.format.prefix(40))'")
      }
      guard head.version == SessionFile.version else {
        throw SessionFileError.unsupportedVersion(found: head.version, supported: SessionFile.version)
      }
      return head
    } catch is DecodingError {
      throw SessionFileError.notASession(reason: "it is no JSON of a saved session")
    }
  }

  /// The session as one line of JSON.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var value = encoder.singleValueContainer()
      try value.encode(date.formatted(Self.dateStyle))
    }
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// ISO 8601 with milliseconds, which order sessions that are saved in the same second.
  private static let dateStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  private static func date(_ decoder: any Decoder) throws -> Date {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let date = try? Date(text, strategy: dateStyle) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "'\(text)' is no time in ISO 8601."))
    }
    return date
  }
}

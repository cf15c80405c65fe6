import Foundation
import RetNet
import RetNetSession
import TerminalKit

/// The text of a session, as Markdown or JSON.
///
/// Markdown has each turn as a block quote: its own Markdown stays, and cannot end the quote. Without the first two
/// characters of its lines, a quote is the text of the turn.
package struct SessionTranscript: Sendable, Hashable {
  package enum Format: String, Sendable, Hashable, CaseIterable {
    case markdown = "md"
    case json

    /// The format of a file's ending; nil for any other.
    package init?(path: String) {
      guard let format = Self(rawValue: (path as NSString).pathExtension.lowercased()) else { return nil }
      self = format
    }
  }

  package var title: String
  package var model: String
  package var sha256: String
  package var turns: [Turn]

  package struct Turn: Sendable, Hashable {
    package var isUser: Bool
    package var text: String
    package var isStopped: Bool
  }

  init(_ head: SavedSession.Head) {
    self.init(
      title: head.saved.title, model: head.model,
      turns: head.saved.conversation)
  }

  init(title: String, model: SessionFile.Model, turns: [SavedSession.SavedTurn]) {
    (self.title, self.model, sha256) = (title, model.name, model.sha256)
    self.turns = turns.map { turn in
      // The first piece of a reply begins with a space.
      let text = String(turn.text.drop { $0 == " " })
      return Turn(isUser: turn.speaker == .user, text: text, isStopped: turn.stopped == true)
    }
  }

  package func text(_ format: Format) throws -> String {
    switch format {
    case .markdown: markdown
    case .json: try json()
    }
  }

  package var markdown: String {
    let parts = turns.map { turn in
      let lines = turn.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      return "**\(turn.isUser ? "You" : "Model")\(turn.isStopped ? " (stopped)" : "")**\n\n"
        + lines.map { $0.isEmpty ? ">\n" : "> \($0)\n" }.joined()
    }
    return (["# \(Self.escaped(title))\n\nModel: \(Self.escaped(model))\n"] + parts).joined(separator: "\n")
  }

  private func json() throws -> String {
    struct File: Encodable {
      struct Model: Encodable { var name, sha256: String }
      struct Turn: Encodable {
        var speaker, text: String
        var stopped: Bool
      }
      var format = "retnet transcript"
      var version = 1
      var title: String
      var model: Model
      var turns: [Turn]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    let file = File(
      title: title, model: File.Model(name: model, sha256: sha256),
      turns: turns.map { File.Turn(speaker: $0.isUser ? "user" : "reply", text: $0.text, stopped: $0.isStopped) })
    return String(decoding: try encoder.encode(file), as: UTF8.self) + "\n"
  }

  /// One line with the characters of Markdown escaped.
  private static func escaped(_ text: String) -> String {
    ScreenText.cleaned(text).reduce(into: "") { escaped, character in
      if "\\`*_{}[]<>#|~&!".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
  }
}

extension SessionTranscript {
  /// Writes a file in the format of its ending. Throws `FileError`.
  package func write(to path: String) throws {
    try AtomicFile.write(try text(Format(path: path) ?? .markdown), to: path)
  }
}

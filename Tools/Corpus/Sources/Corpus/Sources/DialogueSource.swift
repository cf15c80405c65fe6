import RetNetText

/// A public collection of conversations, in the files that its authors publish.
package enum DialogueSource: String, CaseIterable, Sendable {
  case selfDialogue = "self_dialogue"
  case personaChat = "synthetic_persona"
  case topicalChat = "topical_chat"
  case schemaGuided = "schema_guided"
  case chatterbot

  /// All conversations below the folder, unchanged; the first speaker is the user. A speaker may have several consecutive
  /// turns. Throws `CorpusError` or `FileError`.
  package func conversations(in folder: String) throws -> [[Turn]] {
    let found =
      switch self {
      case .selfDialogue: try SelfDialogueSource.conversations(in: folder)
      case .personaChat: try PersonaChatSource.conversations(in: folder)
      case .topicalChat: try TopicalChatSource.conversations(in: folder)
      case .schemaGuided: try SchemaGuidedSource.conversations(in: folder)
      case .chatterbot: try ChatterbotSource.conversations(in: folder)
      }
    guard !found.isEmpty else { throw CorpusError.broken(path: folder, reason: "its files hold no conversation") }
    return found
  }
}

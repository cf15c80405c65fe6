import RetNetText

/// alexa/Topical-Chat, folder `conversations`: JSON objects of conversations by their id, whose `content` is a list of
/// messages with `agent` and `message`.
enum TopicalChatSource {
  private struct Conversation: Decodable {
    struct Message: Decodable {
      let agent: String
      let message: String
    }
    let content: [Message]
  }

  static func conversations(in folder: String) throws -> [[Turn]] {
    let files = try SourceFile.all(in: folder, inside: "conversations", expected: "JSON files (conversations/*.json)") {
      $0.hasSuffix(".json")
    }
    return try files.flatMap { path in
      let conversations = try JSONFile.read(path, as: [String: Conversation].self)
      return conversations.sorted { $0.key < $1.key }.map { _, conversation in
        let opener = conversation.content.first?.agent
        return conversation.content.map { Turn($0.agent == opener ? .user : .reply, $0.message) }
      }
    }
  }
}

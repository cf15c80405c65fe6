import RetNetText
import Yams

/// gunthercox/chatterbot-corpus, folder `chatterbot_corpus/data/english`: YAML files with a list `conversations` of lists
/// of turns, user first.
enum ChatterbotSource {
  static func conversations(in folder: String) throws -> [[Turn]] {
    let files = try SourceFile.all(
      in: folder, inside: "chatterbot_corpus/data/english", expected: "YAML files (*.yml)"
    ) { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }
    return try files.flatMap(conversations(ofFile:))
  }

  private static func conversations(ofFile path: String) throws -> [[Turn]] {
    let root: Node?
    do {
      root = try Yams.compose(yaml: try SourceFile.text(path))
    } catch let error as YamlError {
      let place = String(describing: error).split(separator: "\n").joined(separator: " ")
      throw CorpusError.broken(path: path, reason: "it is not YAML: \(place)")
    }
    guard let list = root?.mapping?["conversations"]?.sequence else {
      throw CorpusError.broken(path: path, reason: "it has no list 'conversations'")
    }
    // The text of the scalar: a turn "Yes" or "42" is not a Boolean or a number here.
    return list.map { conversation in
      (conversation.sequence ?? []).compactMap { $0.scalar?.string }.enumerated().map {
        Turn($0.isMultiple(of: 2) ? .user : .reply, $1)
      }
    }
  }
}

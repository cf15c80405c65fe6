import RetNetText

/// google-research-datasets/dstc8-schema-guided-dialogue: JSON files `dialogues_N.json` with lists of dialogues, whose
/// `turns` have `speaker` (USER or SYSTEM) and `utterance`.
enum SchemaGuidedSource {
  private struct Dialogue: Decodable {
    struct Part: Decodable {
      let speaker: String
      let utterance: String
    }
    let turns: [Part]
  }

  static func conversations(in folder: String) throws -> [[Turn]] {
    let files = try SourceFile.all(in: folder, expected: "dialogues (dialogues_*.json)") { path in
      let name = path.split(separator: "/").last ?? ""
      return name.hasPrefix("dialogues_") && name.hasSuffix(".json") && !path.contains("sgd_x/")
    }
    return try files.flatMap { path in
      try JSONFile.read(path, as: [Dialogue].self).map { dialogue in
        dialogue.turns.map { Turn($0.speaker == "USER" ? .user : .reply, $0.utterance) }
      }
    }
  }
}

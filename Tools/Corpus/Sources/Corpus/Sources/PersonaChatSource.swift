import RetNetText

/// google-research-datasets/Synthetic-Persona-Chat, folder `data`: CSV files whose column `Best Generated Conversation`
/// holds lines `User 1: …` and `User 2: …`.
enum PersonaChatSource {
  private static let column = "Best Generated Conversation"

  static func conversations(in folder: String) throws -> [[Turn]] {
    let files = try SourceFile.all(in: folder, inside: "data", expected: "CSV files (*.csv)") { $0.hasSuffix(".csv") }
    return try files.flatMap { path in
      try CSVFile.rows(path, columns: [column]).map { conversation($0[column] ?? "") }
    }
  }

  /// User 1 is the user. If the other speaker opens, `DialogueRepair` makes that one the user. A line without a speaker
  /// continues the previous line.
  private static func conversation(_ text: String) -> [Turn] {
    var turns: [Turn] = []
    for line in text.split(separator: "\n") {
      if let (speaker, words) = spoken(line) {
        turns.append(Turn(speaker, String(words)))
      } else if !turns.isEmpty {
        turns[turns.count - 1].text += " \(line)"
      }
    }
    return turns
  }

  private static func spoken(_ line: Substring) -> (Turn.Speaker, Substring)? {
    let line = line.drop(while: \.isWhitespace)
    guard line.hasPrefix("User ") || line.hasPrefix("user ") else { return nil }
    let speaker: Turn.Speaker
    switch line.dropFirst(5).prefix(2) {
    case "1:": speaker = .user
    case "2:": speaker = .reply
    default: return nil
    }
    return (speaker, line.dropFirst(7).drop(while: \.isWhitespace))
  }
}

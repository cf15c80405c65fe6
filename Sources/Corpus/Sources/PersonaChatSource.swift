import RetNet

/// google-research-datasets/Synthetic-Persona-Chat: CSV files whose column `Best Generated Conversation` holds lines
/// `User 1: …` and `User 2: …`.
enum PersonaChatSource {
  private static let column = "Best Generated Conversation"

  static func conversations(in folder: String) throws -> [[Turn]] {
    let files = try SourceFile.all(in: folder, expected: "CSV files (*.csv)") { $0.hasSuffix(".csv") }
    return try files.flatMap { path in
      try CSVFile.rows(path, columns: [column]).map { conversation($0[column] ?? "") }
    }
  }

  /// User 1 is the user; whoever opens, `Mender` puts the user first. A line without a speaker goes on with the last.
  private static func conversation(_ text: String) -> [Turn] {
    var turns: [Turn] = []
    for line in text.split(separator: "\n") {
      if let match = line.prefixMatch(of: #/\s*[Uu]ser ([12]): ?/#) {
        turns.append(Turn(match.1 == "1" ? .user : .reply, String(line[match.range.upperBound...])))
      } else if !turns.isEmpty {
        turns[turns.count - 1].text += " \(line)"
      }
    }
    return turns
  }
}

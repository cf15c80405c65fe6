import RetNet

/// jfainberg/self_dialogue_corpus: CSV files with a row for each conversation, ten columns `Answer.sentenceN`, one
/// writer for both speakers. Rejected rows and those of the workers in `blocked_workers.txt` are left out.
enum SelfDialogueSource {
  static func conversations(in folder: String) throws -> [[Turn]] {
    let files = try SourceFile.all(in: folder, expected: "CSV files (*.csv)") { $0.hasSuffix(".csv") }
    let blocked = try blockedWorkers(in: folder)
    return try files.flatMap { path in
      try CSVFile.rows(path, columns: ["Answer.sentence1", "Reject", "WorkerId"])
        .filter { row in (row["Reject"] ?? "").isEmpty && !blocked.contains(row["WorkerId"] ?? "") }
        .map(conversation)
    }
  }

  private static func conversation(_ row: [String: String]) -> [Turn] {
    let count = row.keys.count { $0.hasPrefix("Answer.sentence") }
    // An answer that was left out is "{}".
    let sentences = (1...max(1, count)).compactMap { row["Answer.sentence\($0)"] }.filter { $0 != "{}" && !$0.isEmpty }
    return sentences.enumerated().map { Turn($0.isMultiple(of: 2) ? .user : .reply, $1) }
  }

  private static func blockedWorkers(in folder: String) throws -> Set<String> {
    do {
      return Set(try SourceFile.text("\(folder)/blocked_workers.txt").split(separator: "\n").map(String.init))
    } catch FileError.missing {
      return []
    }
  }
}

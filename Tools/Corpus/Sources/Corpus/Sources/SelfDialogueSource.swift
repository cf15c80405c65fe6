import Foundation
import RetNet
import RetNetText

/// jfainberg/self_dialogue_corpus, folder `corpus`: CSV files of Amazon Mechanical Turk, with a row for each conversation,
/// two to twenty columns `Answer.sentenceN`, and one writer for both speakers. Rejected rows and those of the workers in
/// `blocked_workers.txt` are skipped.
enum SelfDialogueSource {
  static func conversations(in folder: String) throws -> [[Turn]] {
    let files = try SourceFile.all(in: folder, inside: "corpus", expected: "CSV files (*.csv)") {
      $0.hasSuffix(".csv")
    }
    let blocked = try blockedWorkers(near: folder)
    return try files.flatMap { path in
      try CSVFile.rows(path, columns: ["Answer.sentence1", "Reject", "WorkerId"])
        .filter { row in !isRejected(row) && !blocked.contains(row["WorkerId"] ?? "") }
        .map(conversation)
    }
  }

  /// `Reject` holds a reason that was not sent yet; `AssignmentStatus` holds the final status.
  private static func isRejected(_ row: [String: String]) -> Bool {
    !(row["Reject"] ?? "").isEmpty || row["AssignmentStatus"] == "Rejected"
  }

  private static func conversation(_ row: [String: String]) -> [Turn] {
    let count = row.keys.count { $0.hasPrefix("Answer.sentence") }
    // A missing answer is "{}".
    let sentences = (1...max(1, count)).compactMap { row["Answer.sentence\($0)"] }.filter { $0 != "{}" && !$0.isEmpty }
    return sentences.enumerated().map { Turn($0.isMultiple(of: 2) ? .user : .reply, $1) }
  }

  /// The list is beside the folder `corpus`, which has a folder for each topic. The given folder may be any of the three.
  private static func blockedWorkers(near folder: String) throws -> Set<String> {
    for place in [folder, "\(folder)/..", "\(folder)/../.."] {
      do {
        return Set(
          try SourceFile.text("\(place)/blocked_workers.txt").split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) })
      } catch FileError.missing {
        continue
      }
    }
    return []
  }
}

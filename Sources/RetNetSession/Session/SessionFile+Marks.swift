/// Checks of the bookmarks and notes in a session file.
extension SessionFile {
  func checkMarks() throws {
    let lengths = Dictionary(branches.map { ($0.id, $0.tokens.count) }) { first, _ in first }
    var nodes: Set<[Int]> = []
    for mark in marks {
      guard let length = lengths[mark.branch] else {
        throw SessionFileError.outOfRange(
          what: "a mark on the branch", found: "\(mark.branch)", expected: "one of its branches")
      }
      try require(
        (0...length).contains(mark.position), "a mark on branch \(mark.branch) at", "\(mark.position)",
        "one from 0 to \(length)")
      try require(!mark.isEmpty, "a mark with", "neither a bookmark nor a note", "one of them")
      try require(
        nodes.insert([mark.branch, mark.position]).inserted, "two marks on one node,",
        "token \(mark.position) of branch \(mark.branch)", "one")
      try require(
        mark.bookmark.map { (1...NodeMark.longestName).contains($0.count) } ?? true, "a bookmark with",
        "\(mark.bookmark?.count ?? 0) characters", "1 to \(NodeMark.longestName)")
      try require(
        mark.note.map { (1...NodeMark.longestNote).contains($0.count) } ?? true, "a note with",
        "\(mark.note?.count ?? 0) characters", "1 to \(NodeMark.longestNote)")
    }
  }
}

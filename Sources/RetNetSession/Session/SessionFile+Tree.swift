/// Checks of the tree in a session file.
extension SessionFile {
  /// States are shared among branches up to their forks, so the tokens and options before a fork must be the same.
  func checkForks() throws {
    let all = Dictionary(branches.map { ($0.id, $0) }) { first, _ in first }
    for branch in branches {
      guard let parent = branch.parent.flatMap({ all[$0] }) else { continue }
      let shared = zip(branch.tokens, parent.tokens).prefix { $0 == $1 }.count
      let same = zip(branch.options, parent.options).prefix(shared).prefix { $0 == $1 }.count
      try require(
        branch.fork <= same, "branch \(branch.id) with a fork at", "\(branch.fork)",
        "at most the \(same) tokens that it shares with branch \(parent.id)")
    }
  }

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

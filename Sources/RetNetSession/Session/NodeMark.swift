/// A bookmark, a note or both on a node of a session's tree.
package struct NodeMark: Sendable, Hashable, Codable {
  /// The branch among whose own tokens the node is.
  package var branch: Int
  /// Tokens read at the node.
  package var position: Int
  /// The name of the bookmark; nil without one.
  package var bookmark: String?
  package var note: String?

  package init(branch: Int, position: Int, bookmark: String? = nil, note: String? = nil) {
    (self.branch, self.position, self.bookmark, self.note) = (branch, position, bookmark, note)
  }

  /// The largest number of characters of a bookmark's name and of a note.
  package static let longestName = 40
  package static let longestNote = 1000

  package var isEmpty: Bool { bookmark == nil && note == nil }

  /// Whether both are one node.
  package func isAt(_ branch: Int, _ position: Int) -> Bool { self.branch == branch && self.position == position }
}

/// A change of a node's mark.
package enum MarkChange: Sendable, Hashable {
  /// nil removes it.
  case bookmark(String?)
  case note(String?)
}

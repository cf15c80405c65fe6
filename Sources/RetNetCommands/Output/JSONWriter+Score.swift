extension JSONWriter {
  /// The fields of how many of some were right.
  func fields(matched: Int, of count: Int) throws {
    try field("count", count)
    try field("matched", matched)
    try field("share", Double(matched) / Double(count))
  }
}

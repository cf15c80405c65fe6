extension JSONWriter {
  /// Writes the number of cases and how many matched, as fields of the current object.
  func fields(matched: Int, of count: Int) throws {
    try field("count", count)
    try field("matched", matched)
    try field("share", Double(matched) / Double(count))
  }
}

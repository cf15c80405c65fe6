import RetNet

extension JSONWriter {
  /// Writes norms 1 to 3 as fields of the current object.
  func fields(_ norms: RetentionNorms) throws {
    try field("norm1", norms.norm1)
    try field("norm2", norms.norm2)
    try field("norm3", norms.norm3.rawValue)
  }
}

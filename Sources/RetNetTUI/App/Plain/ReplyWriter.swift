/// Returns the new part of a growing reply.
struct ReplyWriter {
  /// Bytes of the reply already returned.
  private var seen = 0
  /// Whether visible text has been written. The first piece of a reply begins with a space.
  private var hasBegun: Bool

  /// - Parameter keepsBlank: whether to write that space, which separates a new word from the text before.
  init(keepsBlank: Bool = false) { hasBegun = keepsBlank }

  mutating func next(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var new = String(decoding: bytes[min(seen, bytes.count)...], as: UTF8.self)
    // Pieces that end a reply before a stop string spell text that has been returned.
    seen = max(seen, bytes.count)
    if !hasBegun {
      new = String(new.drop { $0 == " " })
      hasBegun = !new.isEmpty
    }
    return new
  }
}

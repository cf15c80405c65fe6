extension Inference {
  /// Feeds one text and hands over the logits after each of its tokens, without holding all of them, except in the
  /// parallel form, which takes all tokens at once.
  ///
  /// - Parameters:
  ///   - tokens: at least one.
  ///   - state: what the tokens before have left behind, advanced past these; part of the way where an error is thrown.
  ///   - body: called with each token's index and the logits of the next token, `[vocabulary]`.
  /// - Throws: `ModelError`, or what `body` throws.
  package func forEachRow(
    _ tokens: [Int], form: RetentionForm, norms: NormOptions, state: inout ModelState,
    _ body: (_ index: Int, _ logits: UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    // Before anything is handed over: a token that comes late is as wrong as the first.
    _ = try validate([tokens], state)
    let vocabulary = model.configuration.vocabularySize
    try feed([tokens], form: form, norms: norms, state: &state, rows: .all) { _, token, logits in
      try body(token, UnsafeBufferPointer(start: logits, count: vocabulary))
    }
  }
}

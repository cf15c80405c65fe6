extension Inference {
  /// Reads one text and calls `body` with the logits after each token. It keeps the logits of one piece only, except in
  /// the parallel form, which computes all tokens at once.
  ///
  /// - Parameters:
  ///   - tokens: at least one.
  ///   - state: the state after the previous tokens, advanced past these. It is advanced partially if an error is
  ///     thrown.
  ///   - body: called with each token's index and the logits of the next token, `[vocabulary]`.
  /// - Throws: `ModelError`, or the error of `body`.
  package func forEachRow(
    _ tokens: [Int], form: RetentionForm, norms: NormOptions, state: inout ModelState,
    _ body: (_ index: Int, _ logits: UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    // All tokens are checked before the first call of `body`.
    let time = try validate([tokens], state)
    try requireMemory(batch: 1, time: time, form: form, rows: .all)
    let vocabulary = model.configuration.vocabularySize
    try feed([tokens], form: form, norms: norms, state: &state, rows: .all) { _, token, logits in
      try body(token, UnsafeBufferPointer(start: logits, count: vocabulary))
    }
  }
}

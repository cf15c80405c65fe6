extension Inference {
  /// Tokens whose logits are held at once by `forEachRow`.
  private static let rowsHeld = 256

  /// Feeds one text and hands over the logits after each of its tokens, without holding all of them, except in the
  /// parallel form, which takes all tokens at once.
  ///
  /// - Parameters:
  ///   - tokens: at least one.
  ///   - state: what the tokens before have left behind, advanced past these; part of the way where an error is thrown.
  ///   - body: called with each token's index and the logits of the next token, `[vocabulary]`.
  /// - Throws: `ModelError`, or what `body` throws.
  public func forEachRow(
    _ tokens: [Int], form: RetentionForm, norms: NormOptions, state: inout ModelState,
    _ body: (_ index: Int, _ logits: UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let vocabulary = model.configuration.vocabularySize
    // Before anything is handed over: a token that comes late is as wrong as the first.
    for (index, token) in tokens.enumerated() where token < 0 || token >= vocabulary {
      throw ModelError.tokenOutOfRange(token: token, index: index, vocabularySize: vocabulary)
    }
    guard !tokens.isEmpty else { throw ModelError.noTokens }
    let length =
      switch form {
      case .parallel: tokens.count
      case .recurrent: Self.rowsHeld
      // Cut at the ends of chunks, so that cutting changes nothing.
      case .chunkwise(let chunk): max(1, Self.rowsHeld / chunk) * chunk
      }
    for start in stride(from: 0, to: tokens.count, by: length) {
      let piece = start..<min(start + length, tokens.count)
      let logits = try logits([Array(tokens[piece])], form: form, norms: norms, state: &state)
      try logits.withUnsafeBufferPointer { logits in
        for n in 0..<piece.count {
          try body(start + n, UnsafeBufferPointer(rebasing: logits[n * vocabulary..<(n + 1) * vocabulary]))
        }
      }
    }
  }
}

import CSentencePiece
import RetNet

/// Options for training a vocabulary.
package struct TokenizerOptions: Sendable, Hashable {
  package enum Method: String, Sendable, Hashable, CaseIterable {
    case unigram, bpe
  }

  package var method: Method = .unigram
  /// Share of all characters that become pieces; rarer ones are encoded as bytes.
  package var characterCoverage: Double = 0.9995
  /// Upper limit of training lines, sampled evenly from all.
  package var maximumSentences: Int = 2_000_000
  /// Affects the result: sums are computed per thread.
  package var threads: Int = 2

  package init() {}
}

extension Tokenizer {
  /// Trains a vocabulary on text files and writes it to `path`.
  ///
  /// Speakers of dialogue files (`U: …`, `B: …`) are removed; other files are read line by line. Token 0 is `<unk>`, 1
  /// is `<s>`, 2 is `</s>`, followed by the control symbols and one piece per byte, so every text round-trips. The same
  /// text, options and library give the same file. Throws `FileError` or `TextError`.
  package static func train(
    files: [String], vocabularySize: Int, controlSymbols: [String], options: TokenizerOptions = TokenizerOptions(),
    to path: String
  ) throws {
    var lines = TrainingLines()
    for file in files {
      if try DialogueFile.isDialogue(path: file) {
        try DialogueFile.forEach(path: file) { turns in for turn in turns { lines.append(Array(turn.text.utf8)) } }
      } else {
        try TextFile.forEachLine(file) { line, _ in lines.append(line) }
      }
    }
    let chosen = lines.sampled(options.maximumSentences)
    try train(on: chosen, vocabularySize: vocabularySize, controlSymbols: controlSymbols, options: options, to: path)
  }

  /// Writes a byte vocabulary to `path`: one token per byte, a piece for the space, and the symbols of `train`.
  ///
  /// Throws `FileError` or `TextError`.
  package static func writeBytes(controlSymbols: [String], to path: String) throws {
    var lines = TrainingLines()
    lines.append([UInt8(ascii: " ")])
    // The library requires at least one piece of text: the space.
    try train(
      on: lines, vocabularySize: 3 + controlSymbols.count + 256 + 1, controlSymbols: controlSymbols,
      options: TokenizerOptions(), to: path)
  }

  private static func train(
    on lines: TrainingLines, vocabularySize: Int, controlSymbols: [String], options: TokenizerOptions, to path: String
  ) throws {
    guard !lines.ends.isEmpty else { throw TextError.trainingFailed(reason: "there is no text to learn from") }
    precondition(
      !controlSymbols.contains { $0.contains { ",\"\n".contains($0) } },
      "a control symbol contains a comma, a quote or a line break; the library reads a comma-separated list")
    let settings = [
      "vocab_size=\(vocabularySize)",
      "model_type=\(options.method.rawValue)",
      "character_coverage=\(options.characterCoverage)",
      "control_symbols=\(controlSymbols.joined(separator: ","))",
      "byte_fallback=true",
      "unk_id=0", "bos_id=1", "eos_id=2", "pad_id=-1",
      // No normalization, so that every text round-trips.
      "normalization_rule_name=identity",
      "remove_extra_whitespaces=false",
      "max_sentence_length=\(TrainingLines.maximumLength)",
      "num_threads=\(options.threads)",
      "minloglevel=3",  // errors are returned as messages
    ].joined(separator: "\n")
    let model = try lines.text.withUnsafeBytes { text in
      var model: UnsafeMutableRawPointer?
      var length = 0
      var message: UnsafeMutablePointer<CChar>?
      let status = sp_train(
        settings, text.baseAddress?.assumingMemoryBound(to: CChar.self), lines.ends, lines.ends.count, &model, &length,
        &message)
      guard status == 0 else { throw TextError.trainingFailed(reason: readMessage(message)) }
      defer { sp_free(model) }
      return Array(UnsafeRawBufferPointer(start: model, count: length))
    }
    try AtomicFile.write(model, to: path)
  }
}

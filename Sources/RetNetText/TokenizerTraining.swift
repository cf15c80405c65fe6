import CSentencePiece
import RetNet

/// How a vocabulary is learnt.
package struct TokenizerOptions: Sendable, Hashable {
  package enum Method: String, Sendable, Hashable, CaseIterable {
    case unigram, bpe
  }

  package var method: Method = .unigram
  /// Share of all characters that become pieces; rarer ones are spelt in bytes.
  package var characterCoverage: Double = 0.9995
  /// At most so many lines are learnt from, taken evenly from all.
  package var maximumSentences: Int = 2_000_000
  /// Part of the result: sums are formed per thread.
  package var threads: Int = 2

  package init() {}
}

extension Tokenizer {
  /// Learns a vocabulary from text files and writes it to `path`.
  ///
  /// Dialogue files (`U: …`, `B: …`) are learnt from without their speakers, other files line by line. Token 0 is
  /// `<unk>`, 1 is `<s>`, 2 is `</s>`, then the control symbols, then one piece for each byte: every text round-trips.
  /// The same text, options and library give the same file. Throws `FileError` or `TextError`.
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
    let chosen = lines.evenly(options.maximumSentences)
    try train(on: chosen, vocabularySize: vocabularySize, controlSymbols: controlSymbols, options: options, to: path)
  }

  /// Writes a vocabulary of bytes to `path`: one token each, a space its own piece, and the symbols as `train` has them.
  ///
  /// Throws `FileError` or `TextError`.
  package static func writeBytes(controlSymbols: [String], to path: String) throws {
    var lines = TrainingLines()
    lines.append([UInt8(ascii: " ")])
    // The library wants one piece of text at least: the space.
    try train(
      on: lines, vocabularySize: 3 + controlSymbols.count + 256 + 1, controlSymbols: controlSymbols,
      options: TokenizerOptions(), to: path)
  }

  private static func train(
    on lines: TrainingLines, vocabularySize: Int, controlSymbols: [String], options: TokenizerOptions, to path: String
  ) throws {
    guard !lines.ends.isEmpty else { throw TextError.trainingFailed(reason: "there is no text to learn from") }
    precondition(
      !controlSymbols.contains { $0.contains { ",\"\n".contains($0) } }, "control symbols are passed on as one list")
    let settings = [
      "vocab_size=\(vocabularySize)",
      "model_type=\(options.method.rawValue)",
      "character_coverage=\(options.characterCoverage)",
      "control_symbols=\(controlSymbols.joined(separator: ","))",
      "byte_fallback=true",
      "unk_id=0", "bos_id=1", "eos_id=2", "pad_id=-1",
      // Text must come back as it went in, so nothing is normalized away.
      "normalization_rule_name=identity",
      "remove_extra_whitespaces=false",
      "max_sentence_length=\(TrainingLines.maximumLength)",
      "num_threads=\(options.threads)",
      "minloglevel=3",  // errors come back as messages
    ].joined(separator: "\n")
    let model = try lines.text.withUnsafeBytes { text in
      var model: UnsafeMutableRawPointer?
      var length = 0
      var message: UnsafeMutablePointer<CChar>?
      let status = sp_train(
        settings, text.baseAddress?.assumingMemoryBound(to: CChar.self), lines.ends, lines.ends.count, &model, &length,
        &message)
      guard status == 0 else { throw TextError.trainingFailed(reason: takeMessage(message)) }
      defer { sp_free(model) }
      return Array(UnsafeRawBufferPointer(start: model, count: length))
    }
    try AtomicFile.write(model, to: path)
  }
}

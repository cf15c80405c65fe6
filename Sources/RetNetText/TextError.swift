import RetNet

/// An invalid text file or tokenizer. Each description names the file or symbol, what was found, what was expected, and
/// what to do.
public enum TextError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file without any text.
  case empty(path: String)
  /// `line` counts from 1, `byteOffset` from 0 at the start of the file.
  case notUTF8(path: String, line: Int, byteOffset: Int)
  /// A line of a dialogue file, counted from 1, that begins with neither `U: ` nor `B: `; `found` is its first 20
  /// characters.
  case noSpeaker(path: String, line: Int, found: String)
  /// A conversation whose first turn, at a line counted from 1, is a reply.
  case replyOpens(path: String, line: Int)

  /// A file that is not a SentencePiece model.
  case notATokenizer(path: String, reason: String)
  /// A `tokenizer.json` that is damaged, or no SentencePiece vocabulary.
  case unsupportedTokenizer(path: String, reason: String)
  /// A tokenizer without a piece that `purpose` needs.
  case missingSymbol(symbol: String, purpose: String)
  /// A symbol that is an ordinary piece, so that typed text can contain it.
  case symbolNotControl(symbol: String)
  /// SentencePiece could not train a tokenizer; `reason` is its message.
  case trainingFailed(reason: String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .empty(let path):
      "'\(path)' contains no text. Specify a file with text."
    case .notUTF8(let path, let line, let offset):
      "'\(path)' is not UTF-8 text: line \(line) has an invalid byte, at byte \(offset) of the file. "
        + "Convert the file to UTF-8."
    case .noSpeaker(let path, let line, let found):
      "'\(path)', line \(line), begins with '\(found)', but each line of a dialogue begins with 'U: ' or 'B: '. "
        + "Add the speaker, or join the line to the one before."
    case .replyOpens(let path, let line):
      "'\(path)', line \(line): the conversation starts with a reply ('B: '), but must start with the user ('U: '). "
        + "Remove the line, or the blank line before it."
    case .notATokenizer(let path, let reason):
      "'\(path)' is not a SentencePiece model: \(reason). Specify the tokenizer.model that belongs to the weights."
    case .unsupportedTokenizer(let path, let reason):
      "'\(path)' cannot be used: \(reason). Put the SentencePiece tokenizer.model that belongs to the weights beside it."
    case .missingSymbol(let symbol, let purpose):
      "The tokenizer has no symbol '\(symbol)', which \(purpose) requires. "
        + "Use plain text instead of turns, or a tokenizer trained with this control symbol."
    case .symbolNotControl(let symbol):
      "The tokenizer's symbol '\(symbol)' is an ordinary piece, so typed text could forge a turn. "
        + "Train a tokenizer with it as a control symbol."
    case .trainingFailed(let reason):
      "The tokenizer could not be trained: \(reason). Change the vocabulary size, or add text."
    }
  }
}

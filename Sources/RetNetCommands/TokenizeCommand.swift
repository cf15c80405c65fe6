import ArgumentParser
import Foundation
import RetNet
import RetNetTUI
import RetNetText

/// `retnet tokenize`: encodes text and decodes tokens.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Show the tokens of a text, or the text of tokens.",
    discussion: """
      Each TEXT gives one line; without one, or for -, standard input is one text, without a final line break. With --json a \
      line is {"tokens":[…],"pieces":[…]}, or with --decode {"tokens":[…],"text":"…"}.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @Argument(help: "Texts to encode.") var text: [String] = []
  @Option(parsing: .unconditional, help: ArgumentHelp("Comma-separated tokens to decode.", valueName: "1,2,3"))
  var decode: TokenList?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if decode != nil, !text.isEmpty { throw ValidationError("Specify either texts or --decode.") }
    if text.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input (-) can be read only once.") }
  }

  func run() throws {
    let tokenizer = try ModelLoading.tokenizer(model.folder(), for: nil)
    let output = StandardOutput(exact: true)
    if let tokens = decode?.tokens {
      try write(text: try tokenizer.checkedDecode(tokens), of: tokens, to: output)
    } else {
      for text in text.isEmpty ? ["-"] : text {
        let text = text == "-" ? try StandardInput.text() : text
        try write(tokens: tokenizer.encode(text), tokenizer, to: output)
      }
    }
    try output.flush()
  }

  private func write(text: String, of tokens: [Int], to output: StandardOutput) throws {
    guard json else { return try output.write(text + "\n") }
    let json = JSONWriter(output)
    try json.object {
      try json.field("tokens", tokens)
      try json.field("text", text)
    }
    try json.endLine()
  }

  private func write(tokens: [Int], _ tokenizer: Tokenizer, to output: StandardOutput) throws {
    guard json else {
      return try output.write(tokens.map { "\($0) \(tokenizer.piece($0))" }.joined(separator: "  ") + "\n")
    }
    let json = JSONWriter(output)
    try json.object {
      try json.field("tokens", tokens)
      try json.field("pieces", tokens.map(tokenizer.piece))
    }
    try json.endLine()
  }
}

extension Tokenizer {
  /// The text of tokens from the command line. Throws `ModelError.tokenOutOfRange`.
  func checkedDecode(_ tokens: [Int]) throws -> String {
    for (index, token) in tokens.enumerated() where !(0..<vocabularySize).contains(token) {
      throw ModelError.tokenOutOfRange(token: token, index: index, vocabularySize: vocabularySize)
    }
    return decode(tokens)
  }
}

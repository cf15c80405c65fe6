import ArgumentParser
import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import RetNetText

/// `retnet verify`: whether the three forms of a model are one function.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove on a model and a text that the three forms are one function.",
    discussion: """
      Runs the text through the parallel and the recurrent form and through the chunkwise one in chunks of 1, 7, 64 and \
      more tokens than there are. Each head's output is compared, before and after the group norm, with Eq. 4 summed term \
      by term in Double; logits with a pass that computes retention so. Every difference has a budget: what rounding to \
      Float32 explains at that very place. Exits with 1 where one is exceeded.

      Without a text, a built-in one is taken, or random tokens where the model has no tokenizer. At most \
      \(Verification.longestText) tokens are taken.

      With --json: {"forms":{"parallel":{"maxAbsolute":…,"maxRelative":…},"recurrent":…,"chunkwise":…},"budget":…, \
      "exact":…,"passed":…} and more; relative numbers, as the budget, are shares of the largest magnitude of the head's \
      output, or of the logits.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @Option(
    parsing: .unconditional, help: ArgumentHelp("The text; - reads standard input.", valueName: "text")) var text:
    String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Tokens with commas between, in place of a text.", valueName: "1,5,9"))
  var tokens: TokenList?
  @Option(help: "One more chunk length to try.") var chunkLength: Int?
  @OptionGroup(title: "Norms") var norms: NormArguments
  @Flag(help: "Show every head, not the worst of each layer.") var all = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if text != nil, tokens != nil { throw ValidationError("Give either --text or --tokens.") }
    if let chunkLength, chunkLength < 1 {
      throw ValidationError("--chunk-length is \(chunkLength), but must be 1 or more.")
    }
  }

  func run() throws {
    let folder = try model.folder()
    let model = try ModelLoading.weights(folder, dialect: self.model.dialect)
    let norms = norms.applied(to: model.norms)
    var example = try VerifiedText(text: text, tokens: tokens?.tokens, folder: folder, model: model)
    NormArguments.tell(norms.retention, in: .recurrent)
    if let count = example.cut() {
      StandardError.message(
        "the text has \(count) tokens; the first \(Verification.longestText) are verified, as the work grows with the "
          + "square of the length.")
    }
    let report = VerificationReport(
      try Verification(
        model, tokens: example.tokens, norms: norms,
        forms: Verification.forms(time: example.tokens.count, chunkLength: chunkLength)),
      model: folder, source: example.source)
    let output = StandardOutput()
    if json { try report.write(JSONWriter(output)) } else { try output.write(report.text(all: all)) }
    try output.flush()
    if !report.verification.passed { throw ExitCode(1) }
  }
}

/// What `retnet verify` runs through the model, and where it is from.
struct VerifiedText {
  var tokens: [Int]
  /// In words, as `the built-in text`.
  var source: String

  /// Tokens that a model without a tokenizer gets.
  private static let randomTokens = 256

  /// - Parameters:
  ///   - text: `-` is standard input. Nil, as `tokens` may be, is the built-in text.
  ///   - folder: where the tokenizer is.
  /// - Throws: `FileError`, `TextError`, `VerifiedTextError`, `ModelError`.
  init(text: String?, tokens: [Int]?, folder: String, model: RetNetModel) throws {
    if let tokens {
      (self.tokens, source) = (tokens, "the given tokens")
    } else if let text {
      let tokenizer = try ModelLoading.tokenizer(folder, for: model)
      let words = text == "-" ? try StandardInput.text() : text
      guard !words.isEmpty else { throw VerifiedTextError.empty }
      self.tokens = Self.encode(words, tokenizer)
      source = text == "-" ? "standard input" : "the given text"
    } else if let tokenizer = try ModelLoading.tokenizerIfAny(folder, for: model) {
      (self.tokens, source) = (Self.encode(Self.builtIn, tokenizer), "the built-in text")
    } else {
      var generator = SeededGenerator(seed: 1)
      let vocabulary = model.configuration.vocabularySize
      self.tokens = (0..<Self.randomTokens).map { _ in Int.random(in: 0..<vocabulary, using: &generator) }
      source = "random tokens (no tokenizer here)"
    }
  }

  /// Takes away what is too long. Returns how many tokens there were, where it did.
  mutating func cut() -> Int? {
    let count = tokens.count
    guard count > Verification.longestText else { return nil }
    tokens.removeLast(count - Verification.longestText)
    return count
  }

  private static func encode(_ text: String, _ tokenizer: Tokenizer) -> [Int] {
    TextFormat(tokenizer).opening + tokenizer.encode(text)
  }

  /// Some 500 tokens for the bundled model: everyday words, figures, quotes and letters beyond ASCII.
  static let builtIn = """
    She had kept the letters in a tin box for forty years, tied with a blue ribbon, and never read them again. When the \
    house was sold in 1987, her grandson found the box under the stairs. "What shall I do with it?" he asked. "Read \
    them," she said, "but not to me." So he sat by the window, with the rain running down the glass, and read until it \
    was dark. There were 112 letters. The first one began: "My dear, the train was late, and I have lost my hat." The \
    last one said only that the apples were ripe, that the dog was well, and that the garden was waiting for her.

    In the morning he made coffee and toast, and they sat in the kitchen without a word. The clock ticked on the wall. A \
    bird came to the window, looked in, and flew away. "Well?" she asked at last. "He could not spell," said the boy, \
    "and he wrote about the weather, and the price of coal, and a man called François who played the violin at the \
    café." She laughed until the tears ran down her face. "Yes," she said, "that was him. The weather, the coal, and \
    François. I had forgotten the violin." Then she asked for the box, opened it, took out the first letter, the one \
    about the train and the hat, and read it aloud, slowly, as if it had come that day: my dear, my dear, my dear.

    0.5 + 0.25 = 0.75; 3 × 17 = 51; the 2nd of May, 9:30 a.m., €12.50.
    """
}

enum VerifiedTextError: Error, Equatable, CustomStringConvertible {
  case empty

  var description: String {
    "The text to verify is empty. Give some, or leave --text out for the built-in one."
  }
}

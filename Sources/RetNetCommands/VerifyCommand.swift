import ArgumentParser
import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import RetNetText

/// `retnet verify`: compares the three forms of a model.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify on a model and a text that the three forms compute the same function.",
    discussion: """
      Computes the text in the parallel and the recurrent form, and in the chunkwise form with chunks of 1, 7, 64 and \
      more tokens than the text has. Compares each head's output, before and after the group norm, with Eq. 4 summed \
      term by term in Double, and the logits with a pass that computes retention that way. Every difference has a \
      budget: a bound on the Float32 rounding error of that value. Exits with 1 if a budget is exceeded.

      Without a text it uses a built-in one, or random tokens if the model has no tokenizer. The text is limited to \
      \(Verification.longestText) tokens.

      With --json: {"forms":{"parallel":{"maxAbsolute":…,"maxRelative":…},"recurrent":…,"chunkwise":…},"budget":…, \
      "exact":…,"passed":…} and more. Relative values and the budget are shares of the largest magnitude of the head's \
      output, or of the logits.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @Option(
    parsing: .unconditional, help: ArgumentHelp("The text; - reads standard input.", valueName: "text")) var text:
    String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Comma-separated tokens instead of a text.", valueName: "1,5,9"))
  var tokens: TokenList?
  @Option(help: "An additional chunk length to compare.") var chunkLength: Int?
  @OptionGroup(title: "Norms") var norms: NormArguments
  @Flag(help: "Show every head instead of the worst of each layer.") var all = false
  @Option(
    help: ArgumentHelp("Plot the differences of each head as shares of their bounds, as SVG.", valueName: "file.svg"),
    completion: PlotFile.completion, transform: PlotFile.init)
  var plot: PlotFile?
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if text != nil, tokens != nil { throw ValidationError("Specify either --text or --tokens.") }
    if let chunkLength, chunkLength < 1 {
      throw ValidationError("--chunk-length is \(chunkLength), but must be 1 or more.")
    }
  }

  func run() throws {
    try plot?.check()
    let folder = try model.folder()
    let model = try ModelLoading.weights(folder, dialect: self.model.dialect)
    let norms = norms.applied(to: model.norms)
    var example = try VerifiedText(text: text, tokens: tokens?.tokens, folder: folder, model: model)
    NormArguments.report(norms.retention, in: .recurrent)
    if let count = example.cut() {
      StandardError.message(
        "the text has \(count) tokens; only the first \(Verification.longestText) are verified, as the computation grows "
          + "with the square of the length.")
    }
    let shown = progress.start("comparing the forms")
    defer { shown.end() }
    let report = VerificationReport(
      try Verification(
        model, tokens: example.tokens, norms: norms,
        forms: Verification.forms(time: example.tokens.count, chunkLength: chunkLength), progress: shown.update),
      model: folder, source: example.source)
    shown.end()
    try plot?.write(report.plot)
    let output = StandardOutput()
    if json { try report.write(JSONWriter(output)) } else { try output.write(report.text(all: all)) }
    try output.flush()
    if !report.verification.passed { throw ExitCode(1) }
  }
}

/// The tokens that `retnet verify` computes, and their source.
struct VerifiedText {
  var tokens: [Int]
  /// In words, such as `the built-in text`.
  var source: String

  /// Number of random tokens for a model without a tokenizer.
  private static let randomTokens = 256

  /// - Parameters:
  ///   - text: `-` reads standard input. If `text` and `tokens` are nil, the built-in text is used.
  ///   - folder: the folder of the tokenizer.
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
      source = "random tokens (no tokenizer)"
    }
  }

  /// Removes tokens beyond the limit. Returns the original count if there were any.
  mutating func cut() -> Int? {
    let count = tokens.count
    guard count > Verification.longestText else { return nil }
    tokens.removeLast(count - Verification.longestText)
    return count
  }

  private static func encode(_ text: String, _ tokenizer: Tokenizer) -> [Int] {
    TextFormat(tokenizer).opening + tokenizer.encode(text)
  }

  /// About 500 tokens for the bundled model: everyday words, numbers, quotes and non-ASCII letters.
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
    "The text to verify is empty. Enter some text, or omit --text for the built-in one."
  }
}

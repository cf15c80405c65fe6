import Foundation
import RetNet
import RetNetText

/// The probabilities of given replies to a prompt.
///
/// The probability of a reply is that of the tokens that the tokenizer encodes it to, and of a symbol that ends the reply:
///
///     ln P(reply) = Σₙ ln p(tokenₙ | prompt, token₀ … tokenₙ₋₁) + ln Σ p(ending symbols | all tokens)
///
/// under the model's own distribution, before any sampler stage. A format without ending symbols has no last term.
/// Replies with a common beginning share its steps: the state after it is kept as a value while each end is read.
package struct ReplyChoices: Sendable {
  package struct Choice: Sendable, Hashable {
    package var text: String
    package var tokens: [Int]
    /// ln P(reply), in nats.
    package var logProbability: Double
    /// P(reply) divided by the sum over all choices.
    package var probability: Double
  }

  /// In the given order.
  package private(set) var choices: [Choice]
  /// The tokens that were computed: one for each beginning of a choice.
  package private(set) var steps = 0

  /// The largest number of choices.
  package static let most = 10_000

  /// - Parameters:
  ///   - texts: different texts that are not empty.
  ///   - inference: has read the prompt.
  /// - Throws: `ChoiceError` for a wrong list; `ModelError`.
  package init(_ texts: [String], after start: PromptState, _ inference: Inference, norms: NormOptions) throws {
    try Self.check(texts)
    let tokens = texts.map { start.tokenizer.encode($0) }
    choices = zip(texts, tokens).map { Choice(text: $0, tokens: $1, logProbability: 0, probability: 0) }
    try read(
      Array(choices.indices), from: Node(state: start.state, next: start.next, depth: 0, logProbability: 0),
      start.format, inference, norms)
    let all = NextToken.logSum(choices.map(\.logProbability))
    for index in choices.indices { choices[index].probability = exp(choices[index].logProbability - all) }
  }

  /// Throws for texts that are empty or equal, or too many of them.
  package static func check(_ texts: [String]) throws(ChoiceError) {
    if texts.count > most { throw .tooMany(texts.count) }
    if texts.contains(where: \.isEmpty) { throw .empty }
    var known: Set<[UInt8]> = []
    for text in texts where !known.insert(Array(text.utf8)).inserted { throw .twice(text) }
  }

  /// The place after the tokens that some choices share.
  private struct Node {
    var state: ModelState
    var next: NextToken
    /// The number of these tokens.
    var depth: Int
    /// ln p of these tokens.
    var logProbability: Double
  }

  /// Reads the rest of some choices that share their beginning.
  private mutating func read(
    _ group: [Int], from start: Node, _ format: ConversationFormat, _ inference: Inference, _ norms: NormOptions
  ) throws {
    var (group, node) = (group, start)
    while true {
      var branches: [Int: [Int]] = [:]
      for index in group {
        if node.depth < choices[index].tokens.count {
          branches[choices[index].tokens[node.depth], default: []].append(index)
        } else {
          choices[index].logProbability = node.logProbability + Self.ending(node.next, format)
        }
      }
      // The largest branch is last and needs no copy of the state, so that few states are kept.
      let ordered = branches.sorted { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
      guard let last = ordered.last else { return }
      for (token, members) in ordered.dropLast() {
        var branch = node
        try advance(&branch, token, inference, norms)
        try read(members, from: branch, format, inference, norms)
      }
      try advance(&node, last.key, inference, norms)
      group = last.value
    }
  }

  private mutating func advance(_ node: inout Node, _ token: Int, _ inference: Inference, _ norms: NormOptions) throws {
    node.logProbability += node.next.logProbability(token)
    node.next = NextToken(try inference.step(token, norms: norms, state: &node.state))
    node.depth += 1
    steps += 1
  }

  /// ln Σ p of the symbols that may end a reply; 0 if the format has none.
  private static func ending(_ next: NextToken, _ format: ConversationFormat) -> Double {
    let symbols = next.logits.indices.filter { format.endsReply($0) && format.allowsInReply($0, isFirst: false) }
    return symbols.isEmpty ? 0 : NextToken.logSum(symbols.map(next.logProbability))
  }

  /// Draws a choice with the sampling values, applied to the choices as to tokens; the most probable one at temperature
  /// 0. Penalties and logit bias do not apply.
  ///
  /// - Returns: its index.
  package func draw(_ sampling: SamplingOptions) -> Int {
    var options = sampling
    (options.repetitionPenalty, options.frequencyPenalty, options.presencePenalty) = (1, 0, 0)
    options.logitBias = [:]
    let best = choices.map(\.logProbability).max() ?? 0
    // Relative to the best, so that Float keeps the differences of long texts.
    let scores = choices.map { Float($0.logProbability - best) }
    var sampler = Sampler(options)
    return scores.withUnsafeBufferPointer { sampler.draw($0, recent: []) } ?? 0
  }
}

/// A wrong list of choices.
package enum ChoiceError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case twice(String)
  case tooMany(Int)

  package var description: String {
    switch self {
    case .empty: "A choice is an empty text. Give each choice some text."
    case .twice(let text): "The choice '\(text.prefix(80))' is given twice. Give each choice once."
    case .tooMany(let count): "There are \(count) choices, at most \(ReplyChoices.most) are possible. Give fewer."
    }
  }
}

import RetNet

/// The prediction after the same tokens if no experiment had been made.
package struct UnchangedPrediction: Sendable, Hashable {
  /// Tokens read.
  package var position: Int
  /// The branch that was compared.
  package var branch: Int
  /// The most probable next tokens, best first.
  package var candidates: [StepResult.Candidate]
  /// Entropy of the distribution, in nats.
  package var entropy: Double
  /// KL(p_unchanged ‖ p) of the next token, in nats, with the p of the session.
  package var divergence: Double

  package init(
    position: Int, branch: Int, candidates: [StepResult.Candidate], entropy: Double, divergence: Double
  ) {
    (self.position, self.branch) = (position, branch)
    (self.candidates, self.entropy, self.divergence) = (candidates, entropy, divergence)
  }
}

extension Engine {
  /// The prediction after the same tokens with the norms of the first one and without experiments; nil before the first
  /// token. Recomputes the tokens from the first experiment on.
  ///
  /// - Throws: `ModelError`.
  package func unchangedPrediction() throws -> UnchangedPrediction? {
    defer { inference.rest() }
    guard let next = current.next, let first = conversation.options.first else { return nil }
    let unchanged = StepOptions(norms: first.norms)
    let (tokens, options) = (conversation.tokens, conversation.options)
    let start = zip(tokens, options).prefix { $0.1 == unchanged }.count
    var (state, other) = (try self.state(of: .position(start)), next)
    for token in tokens.dropFirst(start) {
      other = NextToken(try inference.step(token, unchanged, state: &state))
    }
    return UnchangedPrediction(
      position: current.position, branch: branches.id, candidates: candidates(other), entropy: other.entropy,
      divergence: other.divergence(from: next))
  }
}

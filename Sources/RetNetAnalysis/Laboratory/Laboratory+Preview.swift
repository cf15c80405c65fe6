import Foundation
import RetNet
import RetNetSession

extension Laboratory {
  /// Tokens of a continuation.
  static let continuationLength = 24
  static let candidates = 5

  /// What follows the session's last token under the norms of training and under others, which apply from that token on.
  ///
  /// - Throws: `ModelError`, `CancellationError`.
  func preview(_ chosen: NormOptions) throws -> NormComparison.Preview {
    let (trained, other) = (try continuation(model.norms), try continuation(chosen))
    return NormComparison.Preview(
      divergence: trained.next.divergences(from: other.next)[0], trained: trained.found, chosen: other.found)
  }

  /// Reads the last token after the session's state, then takes the most probable token at each step.
  private func continuation(
    _ norms: NormOptions
  ) throws -> (next: NextTokens, found: NormComparison.Continuation) {
    let inference = Inference(model)
    var state =
      try stateBeforeLast
      ?? {
        var state = model.makeState()
        for token in tokens.dropLast() { _ = try inference.step(token, norms: model.norms, state: &state) }
        return state
      }()
    func next(_ token: Int) throws -> NextTokens {
      try Task.checkCancellation()
      return NextTokens(
        logits: Array(try inference.step(token, norms: norms, state: &state)),
        vocabulary: model.configuration.vocabularySize)
    }
    let first = try next(tokens[tokens.count - 1])
    var found = NormComparison.Continuation(candidates: first.mostProbable(Self.candidates), tokens: [])
    var token = first.best[0]
    while found.tokens.count < Self.continuationLength, !endsReply(token) {
      found.tokens.append(token)
      token = try next(token).best[0]
    }
    found.hasEnded = endsReply(token)
    return (first, found)
  }
}

extension NextTokens {
  /// The most probable tokens after the first one of the text, best first.
  fileprivate func mostProbable(_ count: Int) -> [NormComparison.Candidate] {
    let ranked = (0..<vocabulary).sorted { (-logProbability($0), $0) < (-logProbability($1), $1) }
    return ranked.prefix(count).map {
      NormComparison.Candidate(token: $0, probability: exp(logProbability($0)))
    }
  }
}

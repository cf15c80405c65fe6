import RetNet
import RetNetAnalysis

/// The recorded steps up to the current position, and the attribution and attention that follow from them.
struct RecordedSession {
  let entries: Slice<SlidingWindow<TokenHistory.Entry>>
  private let steps: [RecordedStep]
  private let state: ModelState
  private let place: HeadIndex
  private let gammas: [Double]
  /// The state before the first token; nil if empty.
  private let firstState: ModelState?

  /// - Returns: nil before the first token, and if the steps do not reach the current position.
  init?(_ state: AppState) {
    entries = state.tokens.past
    guard let result = state.result, let model = state.model, entries.last?.index == result.position - 1,
      entries.last?.step.layers.indices.contains(state.settings.layer) == true, state.settings.head < model.heads
    else { return nil }
    steps = entries.map(\.step)
    self.state = result.state
    place = state.selectedPlace
    gammas = model.decay.gammas
    firstState = model.persona?.state
  }

  /// Position in the session of the first recorded token.
  private var first: Int { entries.first?.index ?? 0 }

  private func provenance(_ place: HeadIndex) -> TokenAttribution {
    TokenAttribution(of: place, steps: steps, first: first, gammas: gammas)
  }

  func contributions(to part: StatePart) -> AttributionShares {
    AttributionShares(to: part, of: provenance(place), steps: steps, firstState: firstState)
  }

  /// The presence of a token in each head, `[layers · heads]`.
  func presence(of token: Int) -> [TokenPresence] {
    TokenPresence.everywhere(token, steps: steps, first: first, gammas: gammas, state: state)
  }

  /// The shares of ‖S‖ of a head that stem from the last `count` tokens, oldest first.
  func memory(of place: HeadIndex, last count: Int) -> [Double] {
    TokenPresence.shares(in: place, ofLast: count, steps: steps, first: first, gammas: gammas, state: state)
  }

  /// What the current token reads in the selected head.
  var reading: AttentionRow { reading(place) }

  func reading(_ place: HeadIndex) -> AttentionRow { AttentionRow(of: provenance(place), steps: steps) }

  /// The mean over the heads of the selected layer.
  var mean: [AttentionRow.MeanShare] {
    AttentionRow.mean(gammas.indices.map { reading(HeadIndex(layer: place.layer, head: $0)) })
  }

  /// The share that the current token reads of each recorded token, in the selected head.
  func shares() -> [Double] { shares(reading.entries.map { ($0.token, $0.share) }) }

  /// The share of one token; nil if it is not recorded, or after the current one.
  func share(of token: Int) -> Double? { shares()[at: token - first] }

  /// The mean of these over the heads of the selected layer.
  func meanShares() -> [Double] { shares(mean.map { ($0.token, $0.share) }) }

  private func shares(_ read: [(token: Int, share: Double)]) -> [Double] {
    var result = [Double](repeating: 0, count: steps.count)
    for (token, share) in read { result[token - first] = share }
    return result
  }

  /// The text of a token of the session.
  func piece(_ token: Int) -> String {
    let offset = token - first
    guard offset >= 0, offset < entries.count else { return "" }
    return PieceText.shown(entries[entries.startIndex + offset].piece)
  }
}

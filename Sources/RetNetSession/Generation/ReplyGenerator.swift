import RetNet
import RetNetText

/// What the next token of a reply depends on, besides its distribution.
protocol ReplyState: Sendable {
  var generator: SeededGenerator { get set }
  /// The tokens so far, at least those in the window of the penalties.
  var recent: [Int] { get }
}

/// How a reply ended.
package enum ReplyEnding: Sendable, Hashable {
  /// The model ended it. `logProbability` is ln p of all symbols that end a reply, in nats; nil if no token was left to
  /// draw. `allowedLogProbability` is the same among the tokens that the pattern allows.
  case finished(logProbability: Double?, allowedLogProbability: Double?)
  /// It reached the maximum number of tokens.
  case length
  /// It ends before this stop string.
  case stop(String)
}

/// Draws the tokens of a reply. Holds back tokens that may belong to a stop string, and ends the reply before one.
///
/// If a stop string begins inside a piece, the reply ends with pieces that spell the text before it. The state then holds
/// exactly the text of the reply.
struct ReplyGenerator<State: ReplyState>: Sendable {
  /// A place in the reply.
  private struct Point: Sendable {
    var draft: ReplyDraft
    var next: NextToken
    var state: State
  }

  /// A computed token that has not been returned.
  private struct Held: Sendable {
    var token: ReplyToken
    var bytes: [UInt8]
    /// The place before it; nil if the token is returned at once.
    var before: Point?
  }

  private let sampler: Sampler
  private let stops: StopStrings
  private var point: Point
  private var held: [Held] = []
  /// The first tokens of `held`, which no stop string can contain any more.
  private var ready = 0
  private var tokensLeft: Int
  private(set) var ending: ReplyEnding?

  /// - Parameters:
  ///   - next: the distribution of the first token.
  ///   - sampler: its generator is not used; `state` has one.
  ///   - maximumTokens: less than 1 gives an empty reply.
  init(_ draft: ReplyDraft, next: NextToken, state: State, sampler: Sampler, maximumTokens: Int) {
    self.sampler = sampler
    stops = StopStrings(sampler.options.stop)
    point = Point(draft: draft, next: next, state: state)
    tokensLeft = maximumTokens
    if maximumTokens < 1 { ending = .length }
  }

  /// The state after the last token that `next` has returned.
  var state: State { (held.first?.before ?? point).state }

  /// The next token; nil at the end of the reply.
  ///
  /// - Parameter step: computes a token and returns the distribution after it.
  mutating func next<Failure: Error>(
    _ step: (Int, inout State) throws(Failure) -> NextToken
  ) throws(Failure) -> ReplyToken? {
    while ready == 0, ending == nil { try advance(step) }
    guard ready > 0 else { return nil }
    ready -= 1
    return held.removeFirst().token
  }

  private mutating func advance<Failure: Error>(
    _ step: (Int, inout State) throws(Failure) -> NextToken
  ) throws(Failure) {
    let (draft, generator) = (point.draft, point.state.generator)
    var sampler = sampler
    sampler.generator = generator
    let drawn = point.draft.draw(from: point.next, &sampler, recent: point.state.recent)
    point.state.generator = sampler.generator
    guard case .token(let token, let bytes) = drawn else {
      if case .end(let own, let allowed) = drawn {
        ending = .finished(logProbability: own, allowedLogProbability: allowed)
      }
      ready = held.count
      return
    }
    let unsettled = held.flatMap(\.bytes)
    if let match = stops.isEmpty ? nil : stops.match(in: unsettled + bytes, endingAfter: unsettled.count) {
      point.draft = draft
      point.state.generator = generator
      ending = .stop(sampler.options.stop[match.text])
      return try cut(before: match.start, drawn: token.token, step)
    }
    let count = stops.isEmpty ? 0 : stops.heldCount(of: unsettled + bytes)
    var before: Point?
    if count > 0 || !held.isEmpty {
      before = point
      before?.draft = draft
      before?.state.generator = generator
    }
    point.next = try step(token.token, &point.state)
    held.append(Held(token: token, bytes: bytes, before: before))
    tokensLeft -= 1
    if tokensLeft == 0 { ending = .length }
    ready = ending == nil ? settledTokens(before: count) : held.count
  }

  /// The number of held tokens that end before the last `count` bytes.
  private func settledTokens(before count: Int) -> Int {
    var left = held.reduce(0) { $0 + $1.bytes.count } - count
    let settled = held.prefix { item in
      left -= item.bytes.count
      return left >= 0
    }
    return settled.count
  }

  /// Ends the reply before a byte of the held tokens and of the drawn token, which is not computed.
  private mutating func cut<Failure: Error>(
    before start: Int, drawn: Int, _ step: (Int, inout State) throws(Failure) -> NextToken
  ) throws(Failure) {
    var (rest, kept) = (start, 0)
    while kept < held.count, held[kept].bytes.count <= rest {
      rest -= held[kept].bytes.count
      kept += 1
    }
    var token = drawn
    if kept < held.count {
      token = held[kept].token.token
      if let before = held[kept].before { point = before }
      held.removeLast(held.count - kept)
    }
    try append(point.draft.spelling(token, rest), step)
    ready = held.count
  }

  private mutating func append<Failure: Error>(
    _ tokens: [Int], _ step: (Int, inout State) throws(Failure) -> NextToken
  ) throws(Failure) {
    for token in tokens {
      let before = point
      let (reply, bytes) = point.draft.append(token, from: point.next)
      point.next = try step(token, &point.state)
      held.append(Held(token: reply, bytes: bytes, before: before))
    }
  }
}

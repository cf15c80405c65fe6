import RetNet
import RetNetText

/// A branch of a session: everything that is needed to recompute its steps.
package struct RecordedBranch: Sendable, Hashable, Identifiable {
  /// The start of a turn.
  package struct Turn: Sendable, Hashable {
    /// Tokens before the turn.
    package var index: Int
    package var speaker: RetNetText.Turn.Speaker
    /// Whether the user or the length limit ended the reply.
    package var isStopped: Bool

    package init(index: Int, speaker: RetNetText.Turn.Speaker, isStopped: Bool = false) {
      self.index = index
      self.speaker = speaker
      self.isStopped = isStopped
    }
  }

  /// Numbered from 0 in the order of creation.
  package var id: Int
  /// The branch that it forked from; nil for the first.
  package var parent: Int?
  /// Tokens shared with that branch.
  package var fork: Int
  /// All tokens, including the shared ones.
  package var tokens: [Int]
  /// The options of each token's step, `[tokens]`.
  package var options: [StepOptions]
  /// In the order of their indices.
  package var turns: [Turn]
  /// Typed tokens not yet computed after the last of `tokens`.
  package var pending: [ConversationFormat.TurnToken]

  /// The stopped replies that end at or before a position, as numbers of turns.
  package func stoppedTurns(until position: Int) -> Set<Int> {
    let ends = turns.dropFirst().map(\.index) + [tokens.count]
    return Set(turns.indices.filter { turns[$0].isStopped && ends[$0] <= position })
  }

  /// The computed and the pending tokens.
  var allTokens: [Int] { tokens + pending.map(\.token) }

  package init(
    id: Int = 0, parent: Int? = nil, fork: Int = 0, tokens: [Int], options: [StepOptions], turns: [Turn],
    pending: [ConversationFormat.TurnToken] = []
  ) {
    precondition(tokens.count == options.count, "\(options.count) step options for \(tokens.count) tokens")
    self.id = id
    self.parent = parent
    self.fork = fork
    self.tokens = tokens
    self.options = options
    self.turns = turns
    self.pending = pending
  }
}

/// `{"id":1,"parent":0,"fork":12,"tokens":[…],"conditions":[…],"turns":[{"index":0,"speaker":"user"},…]}`, with equal
/// conditions as runs, and `"waiting":[{"token":5},{"opens":"reply","token":4}]` if tokens are pending. A reply that was
/// stopped has `"stopped":true`.
extension RecordedBranch: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, parent, fork, tokens, turns
    case options = "conditions"
    case pending = "waiting"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(Int.self, forKey: .id)
    parent = try values.decodeIfPresent(Int.self, forKey: .parent)
    fork = try values.decode(Int.self, forKey: .fork)
    tokens = try values.decode([Int].self, forKey: .tokens)
    turns = try values.decode([Turn].self, forKey: .turns)
    pending = try values.decodeIfPresent([ConversationFormat.TurnToken].self, forKey: .pending) ?? []
    let runs = try values.decode([StepOptionsRun].self, forKey: .options)
    // Checked before memory is allocated: the counts must not overflow and must add up to the number of tokens.
    var remaining = tokens.count
    for run in runs {
      guard run.count > 0, run.count <= remaining else { throw SessionFileError.optionsCountMismatch(branch: id) }
      remaining -= run.count
    }
    guard remaining == 0 else { throw SessionFileError.optionsCountMismatch(branch: id) }
    options = runs.flatMap { Array(repeating: $0.options, count: $0.count) }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encodeIfPresent(parent, forKey: .parent)
    try values.encode(fork, forKey: .fork)
    try values.encode(tokens, forKey: .tokens)
    try values.encode(StepOptionsRun.runs(of: options), forKey: .options)
    try values.encode(turns, forKey: .turns)
    if !pending.isEmpty { try values.encode(pending, forKey: .pending) }
  }
}

extension RecordedBranch.Turn: Codable {
  private enum CodingKeys: String, CodingKey {
    case index, speaker
    case isStopped = "stopped"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    index = try values.decode(Int.self, forKey: .index)
    speaker = try values.decode(SpeakerName.self, forKey: .speaker).speaker
    isStopped = try values.decodeIfPresent(Bool.self, forKey: .isStopped) ?? false
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(index, forKey: .index)
    try values.encode(SpeakerName(speaker), forKey: .speaker)
    if isStopped { try values.encode(true, forKey: .isStopped) }
  }
}

extension ConversationFormat.TurnToken: Codable {
  private enum CodingKeys: String, CodingKey { case token, opens }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      token: try values.decode(Int.self, forKey: .token),
      opens: try values.decodeIfPresent(SpeakerName.self, forKey: .opens)?.speaker)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(token, forKey: .token)
    try values.encodeIfPresent(opens.map(SpeakerName.init), forKey: .opens)
  }
}

/// The name of a speaker in a session file.
private enum SpeakerName: String, Codable {
  case user, reply

  init(_ speaker: Turn.Speaker) { self = speaker == .user ? .user : .reply }

  var speaker: Turn.Speaker { self == .user ? .user : .reply }
}

import RetNet
import RetNetText

/// A way that a session has taken, token by token: all that is needed to make its steps again.
package struct RecordedBranch: Sendable, Hashable, Identifiable {
  /// Where a turn begins.
  package struct Turn: Sendable, Hashable {
    /// Tokens before it.
    package var index: Int
    package var speaker: RetNetText.Turn.Speaker

    package init(index: Int, speaker: RetNetText.Turn.Speaker) {
      self.index = index
      self.speaker = speaker
    }
  }

  /// Counted from 0 in the order in which the branches began.
  package var id: Int
  /// The branch that it left; nil of the first.
  package var parent: Int?
  /// Tokens that it shares with that branch, from the start on.
  package var fork: Int
  /// All of them, the shared ones included.
  package var tokens: [Int]
  /// What each token's step was made with, `[tokens]`.
  package var conditions: [StepOptions]
  /// By index.
  package var turns: [Turn]
  /// What was typed and is read behind the last of `tokens`.
  package var waiting: [ConversationFormat.TurnToken]

  /// Those that were read and those that wait.
  var allTokens: [Int] { tokens + waiting.map(\.token) }

  package init(
    id: Int = 0, parent: Int? = nil, fork: Int = 0, tokens: [Int], conditions: [StepOptions], turns: [Turn],
    waiting: [ConversationFormat.TurnToken] = []
  ) {
    precondition(tokens.count == conditions.count, "\(conditions.count) conditions for \(tokens.count) tokens")
    self.id = id
    self.parent = parent
    self.fork = fork
    self.tokens = tokens
    self.conditions = conditions
    self.turns = turns
    self.waiting = waiting
  }
}

/// `{"id":1,"parent":0,"fork":12,"tokens":[…],"conditions":[…],"turns":[{"index":0,"speaker":"user"},…]}`, the conditions
/// as runs of equal ones, and `"waiting":[{"token":5},{"opens":"reply","token":4}]` where anything waits.
extension RecordedBranch: Codable {
  private enum CodingKeys: String, CodingKey { case id, parent, fork, tokens, conditions, turns, waiting }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(Int.self, forKey: .id)
    parent = try values.decodeIfPresent(Int.self, forKey: .parent)
    fork = try values.decode(Int.self, forKey: .fork)
    tokens = try values.decode([Int].self, forKey: .tokens)
    turns = try values.decode([Turn].self, forKey: .turns)
    waiting = try values.decodeIfPresent([ConversationFormat.TurnToken].self, forKey: .waiting) ?? []
    let runs = try values.decode([ConditionsRun].self, forKey: .conditions)
    // Before memory is sized by what the file says: no sum of counts that overflows, and none beside the tokens'.
    var left = tokens.count
    for run in runs {
      guard run.count > 0, run.count <= left else { throw SessionFileError.conditionsDoNotFit(branch: id) }
      left -= run.count
    }
    guard left == 0 else { throw SessionFileError.conditionsDoNotFit(branch: id) }
    conditions = runs.flatMap { Array(repeating: $0.conditions, count: $0.count) }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encodeIfPresent(parent, forKey: .parent)
    try values.encode(fork, forKey: .fork)
    try values.encode(tokens, forKey: .tokens)
    try values.encode(ConditionsRun.runs(of: conditions), forKey: .conditions)
    try values.encode(turns, forKey: .turns)
    if !waiting.isEmpty { try values.encode(waiting, forKey: .waiting) }
  }
}

extension RecordedBranch.Turn: Codable {
  private enum CodingKeys: String, CodingKey { case index, speaker }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    index = try values.decode(Int.self, forKey: .index)
    speaker = try values.decode(SpeakerName.self, forKey: .speaker).speaker
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(index, forKey: .index)
    try values.encode(SpeakerName(speaker), forKey: .speaker)
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

/// A speaker in a file.
private enum SpeakerName: String, Codable {
  case user, reply

  init(_ speaker: Turn.Speaker) { self = speaker == .user ? .user : .reply }

  var speaker: Turn.Speaker { self == .user ? .user : .reply }
}

/// A hand-written conversation with choices and slots, which gives thousands of variants.
struct Scene: Sendable {
  /// Its line in the file, from 1.
  let line: Int
  /// Alternating turns of user and reply, the user first.
  let turns: [Template]

  var exchanges: Int { turns.count / 2 }
}

/// A user's turn and its reply, with tidy text and marks around the words of slots.
struct Exchange: Sendable, Hashable {
  var user: String
  var reply: String
}

/// A scene after its choices are made.
struct PlayedScene: Sendable {
  var exchanges: [Exchange]
  /// The values of its slots.
  var values: [(slot: Template.Slot, value: [String])]
}

/// A conversation with choices and slots, written by hand; it stands for thousands.
struct Scene: Sendable {
  /// Of the file, from 1.
  let line: Int
  /// User and reply in turn, the user first.
  let turns: [Template]

  var exchanges: Int { turns.count / 2 }
}

/// A user's turn and the reply to it, tidy, with marks around the words of slots.
struct Exchange: Sendable, Hashable {
  var user: String
  var reply: String
}

/// A scene once its choices are made.
struct PlayedScene: Sendable {
  var exchanges: [Exchange]
  /// The values of its slots.
  var values: [(slot: Template.Slot, value: [String])]
}

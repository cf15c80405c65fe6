/// A theme of conversation: something that adds one or more exchanges to a draft.
struct Scene: Sendable {
  /// Plays within a number of exchanges, or does nothing where that is too few.
  let play: @Sendable (_ draft: inout Draft, _ exchanges: Int) -> Void

  init(play: @escaping @Sendable (_ draft: inout Draft, _ exchanges: Int) -> Void) {
    self.play = play
  }

  /// One of the scripts that was not played before in this conversation, and has words for all its slots.
  init(_ scripts: [Script]) {
    self.init { draft, exchanges in
      let fitting = scripts.filter { $0.exchanges <= exchanges && draft.canPlay($0) }
      if !fitting.isEmpty { draft.play(draft.random.pick(fitting)) }
    }
  }

  init(_ scripts: String) {
    self.init(Script.list(scripts))
  }
}

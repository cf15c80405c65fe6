/// A theme of conversation: something that adds one or more exchanges to a draft.
struct Topic: Sendable {
  /// Plays within a number of exchanges, or does nothing where that is too few.
  let play: @Sendable (_ draft: inout Draft, _ exchanges: Int) -> Void
  /// Empty where the topic makes its words up as it plays.
  let scripts: [Script]

  init(play: @escaping @Sendable (_ draft: inout Draft, _ exchanges: Int) -> Void) {
    self.play = play
    scripts = []
  }

  /// One of the scripts that was not played before in this conversation, and has words for all its slots.
  init(_ scripts: [Script]) {
    self.scripts = scripts
    play = { draft, exchanges in
      let fitting = scripts.filter { $0.exchanges <= exchanges && draft.canPlay($0) }
      if !fitting.isEmpty { draft.play(draft.random.pick(fitting)) }
    }
  }

  init(_ scripts: String) {
    self.init(Script.list(scripts))
  }
}

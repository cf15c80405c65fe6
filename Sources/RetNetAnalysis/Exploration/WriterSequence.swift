import RetNet

/// The tokens that a head's state is made of, newest first.
///
/// Backward in time there is only one way: a step either wrote to the state or left it frozen, a copy leads to the head that
/// it was taken from, and behind a zero there is nothing.
struct WriterSequence: Sequence, IteratorProtocol {
  /// A token whose key and value are part of the state.
  struct Writer {
    /// Place in the session, from 0.
    var token: Int
    /// Whose key and value they are.
    var place: HeadIndex
    /// What has become of them since.
    var decay: DecayProduct
  }

  private let steps: [RecordedStep]
  private let first: Int
  private let gammas: [Double]
  /// Where the state stood after the first `left` steps.
  private var place: HeadIndex
  private var left: Int
  private var decay = DecayProduct()
  private var isCleared = false

  /// - Parameters:
  ///   - place: the head that the state belongs to after all of `steps`.
  ///   - first: place in the session of the first of `steps`.
  ///   - gammas: γ of each head, `[heads]`.
  init(of place: HeadIndex, steps: [RecordedStep], first: Int, gammas: [Double]) {
    self.steps = steps
    self.first = first
    self.gammas = gammas
    self.place = place
    left = steps.count
  }

  /// Once there is no next one: whether no token before `first` can have written to the state.
  var isComplete: Bool { isCleared || (left == 0 && first == 0) }

  /// Once there is no next one: the head whose first state is part of the state, and what has become of it since; nil where
  /// nothing of it is left, or older tokens lie between.
  var start: (place: HeadIndex, decay: DecayProduct)? {
    isCleared || left > 0 || first > 0 ? nil : (place, decay)
  }

  mutating func next() -> Writer? {
    while left > 0 && !isCleared {
      left -= 1
      let options = steps[left].options
      let change = options.changes[place]
      var writer: Writer?
      if !change.isFrozen {
        writer = Writer(token: first + left, place: place, decay: decay)
        decay.multiply(by: change.gamma ?? gammas[place.head])
      }
      for edit in options.edits.reversed() where !isCleared { goBehind(edit) }
      if let writer { return writer }
    }
    return nil
  }

  private mutating func goBehind(_ edit: Intervention) {
    switch edit {
    case .zero(let zeroed): isCleared = zeroed == place
    case .copy(let from, let to): if to == place { place = from }
    }
  }
}

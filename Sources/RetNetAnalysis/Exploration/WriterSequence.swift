import RetNet

/// The tokens that wrote to a head's state, newest first.
///
/// It follows the state backward: a step either wrote to the state or left it frozen, a copy leads to the head that it came
/// from, and a zeroed state ends the sequence.
struct WriterSequence: Sequence, IteratorProtocol {
  /// A token whose key and value are part of the state.
  struct Writer {
    /// Position in the session, from 0.
    var token: Int
    /// The head that computed them.
    var place: HeadIndex
    /// Their decay since then.
    var decay: DecayProduct
  }

  private let steps: [RecordedStep]
  private let first: Int
  private let gammas: [Double]
  /// The head that held the state after the first `left` steps.
  private var place: HeadIndex
  private var left: Int
  private var decay = DecayProduct()
  private var isCleared = false

  /// - Parameters:
  ///   - place: the head that holds the state after all of `steps`.
  ///   - first: position in the session of the first of `steps`.
  ///   - gammas: γ of each head, `[heads]`.
  init(of place: HeadIndex, steps: [RecordedStep], first: Int, gammas: [Double]) {
    self.steps = steps
    self.first = first
    self.gammas = gammas
    self.place = place
    left = steps.count
  }

  /// After the last writer: whether no token before `first` is part of the state.
  var isComplete: Bool { isCleared || (left == 0 && first == 0) }

  /// After the last writer: the head whose initial state is part of the state, and its decay since; nil if nothing of it is
  /// left, or if older steps are missing.
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
      for edit in options.edits.reversed() where !isCleared { undo(edit) }
      if let writer { return writer }
    }
    return nil
  }

  private mutating func undo(_ edit: Intervention) {
    switch edit {
    case .zero(let zeroed): isCleared = zeroed == place
    case .copy(let from, let to): if to == place { place = from }
    }
  }
}

import RetNet

/// Something that a viewer does to a model to see what follows. It acts from the next step.
package struct Experiment: Sendable, Hashable, Codable {
  package enum Kind: Sendable, Hashable, Codable {
    /// The head's part in what its layer adds, times this; 0 switches it off, 1 is the model's own.
    case scale(Float)
    /// Whether the head's state stays as it is.
    case freeze(Bool)
    /// Another decay; nil is the model's own.
    case gamma(Double?)
    /// The head forgets everything, once.
    case zero
    /// The head takes over the state of another, once.
    case copy(from: HeadIndex)
    /// Other norms, of all heads.
    case norms(from: NormOptions, to: NormOptions)
  }

  /// The head that it is about; the first one where it is about all.
  package var place: HeadIndex
  package var kind: Kind

  package init(_ kind: Kind, at place: HeadIndex) {
    self.kind = kind
    self.place = place
  }

  /// Takes the experiment into what the next step does.
  package func apply(to conditions: inout StepOptions) {
    switch kind {
    case .scale(let scale): conditions.changes[place].scale = scale
    case .freeze(let isFrozen): conditions.changes[place].isFrozen = isFrozen
    case .gamma(let gamma): conditions.changes[place].gamma = gamma
    case .zero: conditions.edits.append(.zero(place))
    case .copy(let source): conditions.edits.append(.copy(from: source, to: place))
    case .norms(_, let norms): conditions.norms = norms
    }
  }
}

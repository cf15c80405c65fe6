import RetNet

/// A change to the model during a session. It applies from the next step on.
package struct Experiment: Sendable, Hashable, Codable {
  package enum Kind: Sendable, Hashable, Codable {
    /// Factor of the head's contribution to its layer's output; 0 switches the head off, 1 is the model's own.
    case scale(Float)
    /// Whether the head's state is not updated.
    case freeze(Bool)
    /// Another decay; nil is the model's own.
    case gamma(Double?)
    /// Clears the head's state, once.
    case zero
    /// Replaces the head's state by that of another head, once.
    case copy(from: HeadIndex)
    /// Other norms for all heads.
    case norms(from: NormOptions, to: NormOptions)
  }

  /// The head that it applies to; the first head if it applies to all.
  package var place: HeadIndex
  package var kind: Kind

  package init(_ kind: Kind, at place: HeadIndex) {
    self.kind = kind
    self.place = place
  }

  /// Applies the experiment to the options of the next step.
  package func apply(to options: inout StepOptions) {
    switch kind {
    case .scale(let scale): options.changes[place].scale = scale
    case .freeze(let isFrozen): options.changes[place].isFrozen = isFrozen
    case .gamma(let gamma): options.changes[place].gamma = gamma
    case .zero: options.edits.append(.zero(place))
    case .copy(let source): options.edits.append(.copy(from: source, to: place))
    case .norms(_, let norms): options.norms = norms
    }
  }
}

/// One head of one layer, both counted from 0.
package struct HeadIndex: Sendable, Hashable, Codable, Comparable {
  package var layer: Int
  package var head: Int

  package init(layer: Int, head: Int) {
    self.layer = layer
    self.head = head
  }

  package static func < (a: HeadIndex, b: HeadIndex) -> Bool { (a.layer, a.head) < (b.layer, b.head) }
}

/// How a step treats one head otherwise than Eq. 6 has it.
package struct HeadOverride: Sendable, Hashable, Codable {
  /// Multiplies what the head hands to the output projection, behind group norm and gate, where no norm can undo it; 0
  /// switches the head off. Its state goes on.
  package var scale: Float = 1
  /// Whether S, z and c stay as they are: the head is read and neither decays nor is written to.
  package var isFrozen = false
  /// The decay in the place of the head's own γ, between 0 and 1.
  package var gamma: Double?

  package init(scale: Float = 1, isFrozen: Bool = false, gamma: Double? = nil) {
    self.scale = scale
    self.isFrozen = isFrozen
    self.gamma = gamma
  }

  /// Eq. 6 as it stands.
  package static let none = HeadOverride()
}

/// The heads that a step treats otherwise.
package struct HeadOverrides: Sendable, Hashable, Codable {
  /// Only heads that are changed.
  package private(set) var heads: [HeadIndex: HeadOverride] = [:]

  package init() {}

  package var isEmpty: Bool { heads.isEmpty }

  package subscript(place: HeadIndex) -> HeadOverride {
    get { heads[place] ?? .none }
    set { heads[place] = newValue == .none ? nil : newValue }
  }
}

/// What is done to a state between two steps: all of a head's S, z and c.
package enum Intervention: Sendable, Hashable, Codable {
  /// As before the first token.
  case zero(HeadIndex)
  /// `to` takes over what `from` holds. Both have one shape, as all heads of a model do.
  case copy(from: HeadIndex, to: HeadIndex)
}

/// Everything beside the token that decides what one recurrent step does.
package struct StepOptions: Sendable, Hashable, Codable {
  package var norms: NormOptions
  package var changes: HeadOverrides
  /// Done to the state before the step, in this order.
  package var edits: [Intervention]

  package init(norms: NormOptions = NormOptions(), changes: HeadOverrides = HeadOverrides(), edits: [Intervention] = [])
  {
    self.norms = norms
    self.changes = changes
    self.edits = edits
  }
}

extension ModelState {
  /// Edits the state of a single text.
  package mutating func apply(_ edit: Intervention) {
    switch edit {
    case .zero(let place):
      let layer = layers[place.layer]
      let empty = RetentionState<Float>(heads: 1, headDim: layer.headDim, valueDim: layer.valueDim)
      layers[place.layer].replace(head: place.head, with: empty, head: 0)
    case .copy(let from, let to): layers[to.layer].replace(head: to.head, with: layers[from.layer], head: from.head)
    }
  }
}

extension RetentionState {
  /// Takes over S, z and c of a head of another state, of one text each and one shape.
  package mutating func replace(head: Int, with other: RetentionState, head source: Int) {
    precondition(
      batch == 1 && other.batch == 1 && headDim == other.headDim && valueDim == other.valueDim,
      "a head of [\(other.headDim), \(other.valueDim)] for one of [\(headDim), \(valueDim)]")
    let size = headDim * valueDim
    matrix.replaceSubrange(head * size..<(head + 1) * size, with: other.matrix(head: source))
    keySum.replaceSubrange(
      head * headDim..<(head + 1) * headDim, with: other.keySum[source * headDim..<(source + 1) * headDim])
    decaySum[head] = other.decaySum[source]
  }
}

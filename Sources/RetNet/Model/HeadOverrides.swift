/// One head of one layer, both numbered from 0.
package struct HeadIndex: Sendable, Hashable, Codable, Comparable {
  package var layer: Int
  package var head: Int

  package init(layer: Int, head: Int) {
    self.layer = layer
    self.head = head
  }

  package static func < (a: HeadIndex, b: HeadIndex) -> Bool { (a.layer, a.head) < (b.layer, b.head) }
}

/// The deviations of one head from Eq. 6 in a step.
package struct HeadOverride: Sendable, Hashable, Codable {
  /// A factor of the head's output after group norm and gate, so that no norm cancels it. 0 switches the head off; its
  /// state still advances.
  package var scale: Float = 1
  /// Whether S, z and c are read but neither decay nor are written to.
  package var isFrozen = false
  /// Replaces the head's γ; between 0 and 1.
  package var gamma: Double?

  package init(scale: Float = 1, isFrozen: Bool = false, gamma: Double? = nil) {
    self.scale = scale
    self.isFrozen = isFrozen
    self.gamma = gamma
  }

  /// Eq. 6 unchanged.
  package static let none = HeadOverride()
}

/// The head overrides of a step.
package struct HeadOverrides: Sendable, Hashable, Codable {
  /// Only heads with an override.
  package private(set) var heads: [HeadIndex: HeadOverride] = [:]

  package init() {}

  package var isEmpty: Bool { heads.isEmpty }

  package subscript(index: HeadIndex) -> HeadOverride {
    get { heads[index] ?? .none }
    set { heads[index] = newValue == .none ? nil : newValue }
  }
}

/// A change to S, z and c of one head between two steps.
package enum Intervention: Sendable, Hashable, Codable {
  /// Empties the head's state.
  case zero(HeadIndex)
  /// Copies the state of `from` to `to`. All heads of a model have the same shape.
  case copy(from: HeadIndex, to: HeadIndex)
}

/// The conditions of one recurrent step besides the token.
package struct StepOptions: Sendable, Hashable, Codable {
  package var norms: NormOptions
  package var changes: HeadOverrides
  /// Applied to the state before the step, in this order.
  package var edits: [Intervention]

  package init(norms: NormOptions = NormOptions(), changes: HeadOverrides = HeadOverrides(), edits: [Intervention] = [])
  {
    self.norms = norms
    self.changes = changes
    self.edits = edits
  }
}

extension ModelState {
  /// Applies an intervention to the state of a single text.
  package mutating func apply(_ edit: Intervention) {
    switch edit {
    case .zero(let index):
      let layer = layers[index.layer]
      let empty = RetentionState<Float>(heads: 1, headDim: layer.headDim, valueDim: layer.valueDim)
      layers[index.layer].replace(head: index.head, with: empty, head: 0)
    case .copy(let from, let to): layers[to.layer].replace(head: to.head, with: layers[from.layer], head: from.head)
    }
  }
}

extension RetentionState {
  /// Copies S, z and c of a head from another state. Both states have one batch entry and heads of the same shape.
  package mutating func replace(head: Int, with other: RetentionState, head source: Int) {
    precondition(
      batch == 1 && other.batch == 1 && headDim == other.headDim && valueDim == other.valueDim,
      "cannot copy a head of [\(other.headDim), \(other.valueDim)] to a head of [\(headDim), \(valueDim)]")
    let size = headDim * valueDim
    matrix.replaceSubrange(head * size..<(head + 1) * size, with: other.matrix(head: source))
    keySum.replaceSubrange(
      head * headDim..<(head + 1) * headDim, with: other.keySum[source * headDim..<(source + 1) * headDim])
    decaySum[head] = other.decaySum[source]
  }
}

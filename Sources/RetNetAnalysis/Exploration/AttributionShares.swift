import RetNet

/// Who wrote a part of a head's state: every token's share in it, largest first, and that of the state before the first
/// token.
package struct AttributionShares: Sendable, Hashable {
  /// One token's share.
  package struct Item: Sendable, Hashable {
    /// Place in the session, from 0.
    package var token: Int
    /// Whose key and value were written: another head's where the state is a copy.
    package var place: HeadIndex
    /// What is left of them, w_m.
    package var weight: Double
    /// Of a cell w_m k_i v_j, which has a sign; else the norm of this part of w_m kᵀ v.
    package var amount: Double
  }

  /// The head whose state it is.
  package var place: HeadIndex
  package var part: StatePart
  /// By falling magnitude, equal ones by token.
  package var ranked: [Item]
  /// Of a cell w S₀_ij, which has a sign; else the norm of this part of w S₀. nil where nothing of it is left, or S₀ is zero.
  package var start: Double?
  /// Σ amount, `start` included: of a cell, S_ij as far as these tokens go.
  package var sum: Double
  /// Σ |amount|, what shares are of.
  package var magnitude: Double
  /// Whether nothing of older tokens is left in the state.
  package var isComplete: Bool

  /// - Parameters:
  ///   - steps: those that `provenance` was made of.
  ///   - firstState: the state before the session's first token; nil where it is empty.
  package init(
    to part: StatePart, of provenance: TokenAttribution, steps: [RecordedStep],
    firstState: ModelState? = nil
  ) {
    place = provenance.place
    self.part = part
    isComplete = provenance.isComplete
    let items = provenance.terms.map { term in
      let layer = steps[term.token - provenance.first].layers[term.place.layer]
      return Item(
        token: term.token, place: term.place, weight: term.weight,
        amount: part.amount(
          weight: term.weight, key: layer.key(head: term.place.head), value: layer.value(head: term.place.head)))
    }
    if let firstState, let left = provenance.start {
      let layer = firstState.layers[left.place.layer]
      let amount = part.amount(
        weight: left.weight, state: layer.matrix(head: left.place.head), valueDim: layer.valueDim)
      start = amount == 0 ? nil : amount
    }
    sum = items.reduce(start ?? 0) { $0 + $1.amount }
    magnitude = items.reduce(abs(start ?? 0)) { $0 + abs($1.amount) }
    ranked = items.sorted { (abs($1.amount), $0.token) < (abs($0.amount), $1.token) }
  }

  /// |amount| as a share of all tokens' magnitudes; 0 where these are 0.
  package func share(_ item: Item) -> Double { magnitude > 0 ? abs(item.amount) / magnitude : 0 }

  /// |start| as a share, likewise.
  package var startShare: Double { magnitude > 0 ? abs(start ?? 0) / magnitude : 0 }

  /// What the terms do not explain of a cell: older tokens and rounding.
  ///
  /// - Parameter entry: S_ij as the state has it.
  package func remainder(of entry: Float) -> Double { Double(entry) - sum }
}

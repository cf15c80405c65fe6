import RetNet

/// Token attribution of a part of a head's state: the share of each token, largest first, and the share of the initial
/// state.
package struct AttributionShares: Sendable, Hashable {
  /// One token's share.
  package struct Item: Sendable, Hashable {
    /// Position in the session, from 0.
    package var token: Int
    /// The head that computed the key and value: another one if the state is a copy.
    package var place: HeadIndex
    /// Their remaining weight, w_m.
    package var weight: Double
    /// For a cell w_m k_i v_j, with its sign; otherwise the norm of this part of w_m kᵀ v.
    package var amount: Double
  }

  /// The head whose state is attributed.
  package var place: HeadIndex
  package var part: StatePart
  /// By descending magnitude, then by token.
  package var ranked: [Item]
  /// For a cell w S₀_ij, with its sign; otherwise the norm of this part of w S₀. nil if nothing of S₀ is left, or S₀ is
  /// zero.
  package var start: Double?
  /// Σ amount, including `start`. For a cell, it is S_ij without older tokens and rounding.
  package var sum: Double
  /// Σ |amount|, including |start|: shares refer to it.
  package var magnitude: Double
  /// Whether the state holds nothing of older tokens.
  package var isComplete: Bool

  /// - Parameters:
  ///   - steps: the steps that `attribution` was computed from.
  ///   - firstState: the state before the session's first token; nil if it is empty.
  package init(
    to part: StatePart, of attribution: TokenAttribution, steps: [RecordedStep],
    firstState: ModelState? = nil
  ) {
    place = attribution.place
    self.part = part
    isComplete = attribution.isComplete
    let items = attribution.terms.map { term in
      let layer = steps[term.token - attribution.first].layers[term.place.layer]
      return Item(
        token: term.token, place: term.place, weight: term.weight,
        amount: part.amount(
          weight: term.weight, key: layer.key(head: term.place.head), value: layer.value(head: term.place.head)))
    }
    if let firstState, let left = attribution.start {
      let layer = firstState.layers[left.place.layer]
      let amount = part.amount(
        weight: left.weight, state: layer.matrix(head: left.place.head), valueDim: layer.valueDim)
      start = amount == 0 ? nil : amount
    }
    sum = items.reduce(start ?? 0) { $0 + $1.amount }
    magnitude = items.reduce(abs(start ?? 0)) { $0 + abs($1.amount) }
    ranked = items.sorted { (abs($1.amount), $0.token) < (abs($0.amount), $1.token) }
  }

  /// |amount| as a share of `magnitude`; 0 if `magnitude` is 0.
  package func share(_ item: Item) -> Double { magnitude > 0 ? abs(item.amount) / magnitude : 0 }

  /// |start| as a share of `magnitude`, likewise.
  package var startShare: Double { magnitude > 0 ? abs(start ?? 0) / magnitude : 0 }

  /// The part of a cell that the terms do not explain: older tokens and rounding.
  ///
  /// - Parameter entry: S_ij of the state.
  package func remainder(of entry: Float) -> Double { Double(entry) - sum }
}

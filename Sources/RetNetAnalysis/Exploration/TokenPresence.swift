import RetNet

/// The remainder of one token in one head's state.
package struct TokenPresence: Sendable, Hashable {
  package var place: HeadIndex
  /// ‖w_m k_mᵀ v_m‖ = w_m ‖k_m‖ ‖v_m‖; 0 if the state holds nothing of the token.
  package var norm: Double
  /// `norm` as a share of ‖S‖; above 1 if other tokens cancel it, 0 if S is empty.
  package var share: Double

  /// The remainder of one token in every head of every layer.
  ///
  /// - Parameters:
  ///   - token: position in the session, from 0; all values are 0 if it is not among `steps`.
  ///   - steps, first, gammas: as in `TokenAttribution`.
  ///   - state: the state after the last of `steps`.
  /// - Returns: `[layers · heads]`, layer by layer.
  package static func everywhere(
    _ token: Int, steps: [RecordedStep], first: Int = 0, gammas: [Double],
    state: ModelState
  ) -> [TokenPresence] {
    state.layers.indices.flatMap { layer in
      (0..<state.layers[layer].heads).map { head in
        let place = HeadIndex(layer: layer, head: head)
        let writers = WriterSequence(of: place, steps: steps, first: first, gammas: gammas)
        guard let writer = writers.first(where: { $0.token <= token }), writer.token == token else {
          return TokenPresence(place: place, norm: 0, share: 0)
        }
        let norm = norm(of: writer, steps[token - first])
        let whole = Double(state.layers[layer].norm(head: head))
        return TokenPresence(place: place, norm: norm, share: whole > 0 ? norm / whole : 0)
      }
    }
  }

  /// The remainders of the last tokens in one head's state.
  ///
  /// - Parameters:
  ///   - count: the number of tokens, at most that of `steps`.
  ///   - steps, first, gammas, state: as in `everywhere`.
  /// - Returns: the shares of ‖S‖, `[count]`, oldest token first.
  package static func shares(
    in place: HeadIndex, ofLast count: Int, steps: [RecordedStep], first: Int = 0, gammas: [Double], state: ModelState
  ) -> [Double] {
    var shares = [Double](repeating: 0, count: min(count, steps.count))
    guard let layer = state.layers.indices.contains(place.layer) ? state.layers[place.layer] : nil else {
      return shares
    }
    let whole = Double(layer.norm(head: place.head))
    let oldest = first + steps.count - shares.count
    for writer in WriterSequence(of: place, steps: steps, first: first, gammas: gammas) {
      guard writer.token >= oldest, whole > 0 else { break }
      shares[writer.token - oldest] = norm(of: writer, steps[writer.token - first]) / whole
    }
    return shares
  }

  /// ‖w_m k_mᵀ v_m‖
  private static func norm(of writer: WriterSequence.Writer, _ step: RecordedStep) -> Double {
    let trace = step.layers[writer.place.layer]
    return StatePart.head.amount(
      weight: writer.decay.value, key: trace.key(head: writer.place.head), value: trace.value(head: writer.place.head))
  }
}

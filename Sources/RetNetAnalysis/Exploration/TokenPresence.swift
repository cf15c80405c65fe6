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
        let trace = steps[token - first].layers[writer.place.layer]
        let norm = StatePart.head.amount(
          weight: writer.decay.value, key: trace.key(head: writer.place.head),
          value: trace.value(head: writer.place.head))
        let whole = Double(state.layers[layer].norm(head: head))
        return TokenPresence(place: place, norm: norm, share: whole > 0 ? norm / whole : 0)
      }
    }
  }
}

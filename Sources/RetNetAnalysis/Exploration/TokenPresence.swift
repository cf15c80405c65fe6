import RetNet

/// Where one token still lives: what is left of it in one head's state.
package struct TokenPresence: Sendable, Hashable {
  package var place: HeadIndex
  /// ‖w_m k_mᵀ v_m‖ = w_m ‖k_m‖ ‖v_m‖; 0 where the head has nothing of the token.
  package var norm: Double
  /// `norm` as a share of ‖S‖; above 1 where other tokens cancel it, 0 of an empty S.
  package var share: Double

  /// One token in every head of every layer.
  ///
  /// - Parameters:
  ///   - token: place in the session, from 0; of one that is not among `steps` nothing is known, and all is 0.
  ///   - steps, first, gammas: as `TokenAttribution` takes them.
  ///   - state: as it is after the last of `steps`.
  /// - Returns: `[layers · heads]`, layer by layer.
  package static func everywhere(
    _ token: Int, steps: [RecordedStep], first: Int = 0, gammas: [Double],
    state: ModelState
  ) -> [TokenPresence] {
    state.layers.indices.flatMap { layer in
      (0..<state.layers[layer].heads).map { head in
        let place = HeadIndex(layer: layer, head: head)
        let lineage = WriterSequence(of: place, steps: steps, first: first, gammas: gammas)
        guard let writer = lineage.first(where: { $0.token <= token }), writer.token == token else {
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

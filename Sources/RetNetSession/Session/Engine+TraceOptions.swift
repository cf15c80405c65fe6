import RetNet

/// What a viewer asks for beside the steps.
extension Engine {
  /// What moments bring from now on, the present one, which is returned, included.
  package func watch(_ watch: TraceOptions) -> StepResult? {
    defer { inference.rest() }
    watched = watch
    bringWatched()
    return present.result
  }

  func bringWatched() {
    guard !watched.isEmpty, var result = present.result, let next = present.next else { return }
    if watched.contains(.lens) {
      let emitted = conversation.hasFuture ? conversation.recorded[conversation.position] : nil
      result.lens = inference.readings(
        result.trace, best: result.candidates.count, emitted: emitted, tokenizer: tokenizer)
    }
    if watched.contains(.stages) {
      result.stages = next.logits.withUnsafeBufferPointer { logits in
        conversation.sampler.stages(
          logits, recent: conversation.recentTokens, candidates: result.candidates.map(\.token),
          allowed: conversation.isAllowed)
      }
    }
    present.result = result
  }

  /// What each head of a layer held after each token up to now, `[token][head]`: the session is gone through once more.
  ///
  /// - Throws: `ModelError`, as `step` does.
  package func statistics(ofLayer layer: Int) throws -> [[HeadStatistics]] {
    defer { inference.rest() }
    precondition((0..<model.configuration.layers).contains(layer), "layer \(layer) of \(model.configuration.layers)")
    var (state, trace) = (firstState, StepTrace())
    return try zip(conversation.tokens, conversation.conditions).map { token, conditions in
      _ = try inference.step(token, conditions, state: &state, trace: &trace)
      return HeadStatistics.all(state, trace, conditions, layer: layer)
    }
  }

  /// What may come after the last token; nil before the first.
  package var nextToken: NextToken? { present.next }

  /// Where a run stops by itself.
  package func setBreakpoints(_ breakpoints: [Breakpoint]) {
    self.breakpoints = breakpoints
    divergence = FormDivergence(from: present.state)
  }

  /// What the present meets of the breakpoints; nil where it meets none.
  func breakpointFinding() throws -> String? {
    guard !breakpoints.isEmpty, let result = present.result else { return nil }
    for breakpoint in breakpoints {
      if case .divergence(let limit) = breakpoint {
        if let share = try divergence.share(at: present, of: conversation, inference), share > limit {
          return "the chunkwise form's logits are \(share) of their magnitude away, more than \(limit)"
        }
      } else if let finding = breakpoint.finding(in: result) {
        return finding
      }
    }
    return nil
  }
}

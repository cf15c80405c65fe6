import RetNet

/// Traces, statistics and breakpoints for display.
extension Engine {
  /// Sets what step results contain from now on, and returns the updated current one.
  package func watch(_ watch: TraceOptions) -> StepResult? {
    defer { inference.rest() }
    traceOptions = watch
    attachTraces()
    return current.result
  }

  func attachTraces() {
    guard !traceOptions.isEmpty, var result = current.result, let next = current.next else { return }
    if traceOptions.contains(.lens) {
      let emitted = conversation.hasFuture ? conversation.recorded[conversation.position] : nil
      result.lens = inference.lensPredictions(
        result.trace, best: result.candidates.count, emitted: emitted, tokenizer: tokenizer)
    }
    if traceOptions.contains(.stages) {
      result.stages = next.logits.withUnsafeBufferPointer { logits in
        conversation.sampler.stages(
          logits, recent: conversation.recentTokens, candidates: result.candidates.map(\.token),
          allowed: conversation.isAllowed)
      }
    }
    current.result = result
  }

  /// The statistics of each head of a layer after each token, `[token][head]`. Recomputes the session.
  ///
  /// - Throws: `ModelError`, as `step` does.
  package func statistics(ofLayer layer: Int) throws -> [[HeadStatistics]] {
    defer { inference.rest() }
    precondition((0..<model.configuration.layers).contains(layer), "layer \(layer) of \(model.configuration.layers)")
    var (state, trace) = (firstState, StepTrace())
    return try zip(conversation.tokens, conversation.options).map { token, options in
      _ = try inference.step(token, options, state: &state, trace: &trace)
      return HeadStatistics.all(state, trace, options, layer: layer)
    }
  }

  /// The distribution after the last token; nil before the first.
  package var nextToken: NextToken? { current.next }

  /// Sets the conditions that stop a run of steps.
  package func setBreakpoints(_ breakpoints: [Breakpoint]) {
    self.breakpoints = breakpoints
    divergence = FormDivergence(from: current.state)
  }

  /// Why the current step result meets a breakpoint; nil if it meets none.
  func breakpointFinding() throws -> String? {
    guard !breakpoints.isEmpty, let result = current.result else { return nil }
    for breakpoint in breakpoints {
      if case .divergence(let limit) = breakpoint {
        if let share = try divergence.share(at: current, of: conversation, inference), share > limit {
          return "the chunkwise form's logits differ by \(share) of their magnitude, more than \(limit)"
        }
      } else if let finding = breakpoint.finding(in: result) {
        return finding
      }
    }
    return nil
  }
}

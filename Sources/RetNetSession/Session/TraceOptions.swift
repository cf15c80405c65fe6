import RetNet

/// Optional parts of step results, each of which takes time to compute.
package struct TraceOptions: OptionSet, Sendable, Hashable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// `StepResult.lens`.
  package static let lens = TraceOptions(rawValue: 1)
  /// `StepResult.stages`.
  package static let stages = TraceOptions(rawValue: 2)
}

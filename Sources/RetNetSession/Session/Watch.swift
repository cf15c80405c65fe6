import RetNet

/// What a moment brings beside what it always has, as each takes time.
package struct Watch: OptionSet, Sendable, Hashable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// `Moment.lens`.
  package static let lens = Watch(rawValue: 1)
  /// `Moment.stages`.
  package static let stages = Watch(rawValue: 2)
}

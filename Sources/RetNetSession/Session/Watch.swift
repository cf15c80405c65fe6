import RetNet

/// What a moment brings beside what it always has, as each takes time.
public struct Watch: OptionSet, Sendable, Hashable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// `Moment.lens`.
  public static let lens = Watch(rawValue: 1)
  /// `Moment.stages`.
  public static let stages = Watch(rawValue: 2)
}

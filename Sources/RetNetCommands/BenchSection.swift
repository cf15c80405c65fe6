import ArgumentParser
import RetNetTUI

/// A section of `retnet bench`.
enum BenchSection: String, CaseIterable {
  case limits, decode, prefill, training, state, start, screen, position, turns, tree

  /// Seconds in a run of 100 with all sections.
  private var share: Double {
    switch self {
    case .limits: 10
    case .decode: 20
    case .prefill: 40
    case .training: 10
    case .state: 1
    case .start: 6
    case .screen: 4
    case .position: 9
    case .turns: 3
    case .tree: 12
    }
  }

  /// Whether its figures are compared with the limits of the machine.
  private var needsLimits: Bool { [.decode, .prefill, .training].contains(self) }

  /// Parses a list such as `decode,prefill`.
  ///
  /// - Throws: `ValidationError`.
  static func list(_ text: String) throws -> [BenchSection] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let section = BenchSection(rawValue: CommandTable.trimmed(part)) else {
        throw ValidationError(
          "--only has '\(part)', but accepts \(allCases.map(\.rawValue).joined(separator: ", ")), separated by commas.")
      }
      return section
    }
  }

  /// The requested sections in the order of execution, with the seconds of each. Adds the limits if a section is
  /// compared with them.
  static func plan(_ requested: [BenchSection], seconds: Double) -> [(section: BenchSection, seconds: Double)] {
    let sections = allCases.filter { section in
      requested.contains(section) || section == .limits && requested.contains { $0.needsLimits }
    }
    let whole = sections.reduce(0) { $0 + $1.share }
    return sections.map { ($0, seconds * $0.share / whole) }
  }
}

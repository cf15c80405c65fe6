import ArgumentParser
import RetNetTUI

/// A part of `retnet bench`.
enum BenchSection: String, CaseIterable {
  case limits, decode, prefill, training, state, start, screen, position

  /// Seconds of a run of 100 that has all parts.
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
    }
  }

  /// Whether its figures are compared with the machine's limits.
  private var needsLimits: Bool { [.decode, .prefill, .training].contains(self) }

  /// Reads `decode,prefill`.
  ///
  /// - Throws: `ValidationError`.
  static func list(_ text: String) throws -> [BenchSection] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let section = BenchSection(rawValue: CommandTable.trimmed(part)) else {
        throw ValidationError(
          "--only has '\(part)', but takes \(allCases.map(\.rawValue).joined(separator: ", ")), with commas between.")
      }
      return section
    }
  }

  /// How many seconds each part has of a run of `seconds`, in the order in which they run: those that were asked for, and
  /// the limits where one is compared with them.
  static func plan(_ asked: [BenchSection], seconds: Double) -> [(section: BenchSection, seconds: Double)] {
    let chosen = allCases.filter { section in
      asked.contains(section) || section == .limits && asked.contains { $0.needsLimits }
    }
    let whole = chosen.reduce(0) { $0 + $1.share }
    return chosen.map { ($0, seconds * $0.share / whole) }
  }
}

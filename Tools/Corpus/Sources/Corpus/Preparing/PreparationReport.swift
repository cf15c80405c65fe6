/// The counts for the conversations of one source or file.
package struct PreparationReport: Codable, Hashable, Sendable {
  package let name: String
  package internal(set) var read = 0
  package internal(set) var kept = 0
  /// The number of dropped conversations, by reason.
  package internal(set) var dropped: [String: Int] = [:]
  /// The number of repairs in the kept conversations, by kind.
  package internal(set) var mended: [String: Int] = [:]

  init(_ name: String) {
    self.name = name
  }

  /// A table of all reports, with a line for each count that is not zero in all of them.
  package static func table(_ reports: [PreparationReport]) -> String {
    var rows: [(String, [Int])] = [
      ("conversations read", reports.map(\.read)), ("conversations kept", reports.map(\.kept)),
    ]
    rows += Fault.allCases.map { fault in
      ("left out: \(fault.rawValue)", reports.map { $0.dropped[fault.rawValue] ?? 0 })
    }
    rows += Mend.allCases.map { mend in (mend.rawValue, reports.map { $0.mended[mend.rawValue] ?? 0 }) }
    let shown = rows.filter { $0.1.contains { $0 > 0 } }
    let first = shown.map(\.0.count).max() ?? 0
    let widths = reports.map { max($0.name.count, 8) }
    func line(_ label: String, _ cells: [String]) -> String {
      let padded = zip(cells, widths).map { String(repeating: " ", count: max(0, $1 - $0.count)) + $0 }
      return label + String(repeating: " ", count: first - label.count) + "  " + padded.joined(separator: "  ") + "\n"
    }
    return line("", reports.map(\.name)) + shown.map { line($0.0, $0.1.map(String.init)) }.joined()
  }
}

import RetNet

/// The commands of the forms laboratory.
extension CommandTable {
  static let labEntries: [Entry] = [
    Entry(
      name: "forms", argument: "[PAGE]", expected: "nothing, or " + names(Lab.Page.self),
      summary: "the forms laboratory: \(names(Lab.Page.self))",
      parse: { Lab.Page(rawValue: $0.lowercased()).map { .laboratory($0) } }, bare: .laboratory(nil)),
    integer("chunk", Lab.chunkLengths, "tokens in a chunk of the chunkwise form") { .chunk($0) },
    Entry(
      name: "entry", argument: "N M", expected: "two tokens by their numbers",
      summary: "read one entry of D and R, row N, column M",
      parse: { pair($0).map { .entry(row: $0.0, column: $0.1) } }),
  ]
}

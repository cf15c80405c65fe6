import Foundation
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Dialect table")
struct DialectTableTests {
  static let rows = DialectTable.standard.rows

  @Test(
    "Every row has all columns, of at most 28 characters, and one sentence on why it matters", arguments: rows)
  func row(row: DialectTable.Row) {
    for column in DialectTable.Column.allCases {
      let cell = row.cells[column] ?? ""
      #expect((1...28).contains(cell.count), "\(cell)")
    }
    #expect(row.note.hasSuffix("."))
    #expect(!row.note.dropLast().contains(". "))
    #expect(Self.rows.count { $0.topic == row.topic } == 1)
  }

  @Test("A loaded model's dialect has its column")
  func columns() {
    #expect(Dialect.allCases.map(DialectTable.Column.init) == [.fla, .torchscale, .msr])
  }

  @Test("The table agrees with what the package reads of a dialect", arguments: [Dialect.fla, .torchscale])
  func facts(dialect: Dialect) throws {
    let configuration =
      dialect == .fla
      ? #"{"model_type": "retnet"}"#
      : #"{"dialect": "torchscale", "vocab_size": 10, "decoder_value_embed_dim": 1536}"#
    let model = try ModelConfiguration(json: Data(configuration.utf8))
    func cell(_ topic: String) -> String { Self.rows.first { $0.topic == topic }?.cells[.init(dialect)] ?? "" }
    #expect((model.rotation.pairing == .halves) == (cell("rotation") == "pairs i and i + d/2"))
    #expect(model.groupNormWeights == (cell("group norm") == "RMS with weights"))
    #expect(Double(cell("ε of the group norm")).map { Float($0) } == model.normEpsilon)
    #expect(model.norms.norm1 == (cell("norm 1") == "on"))
    #expect(model.norms.norm2 == (cell("norm 2") == "on"))
    #expect((model.norms.norm3 == .off) == (cell("norm 3") == "none"))
  }
}

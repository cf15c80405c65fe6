import Foundation
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession

@Suite("Export")
struct ExportTests {
  /// Reads CSV fields by RFC 4180, character by character.
  private func parseCSV(_ data: Data) -> [[String]] {
    var (rows, row, field) = ([[String]](), [String](), String.UnicodeScalarView())
    var (isQuoted, wasQuote) = (false, false)
    for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
      if isQuoted {
        if scalar == "\"" { (isQuoted, wasQuote) = (false, true) } else { field.append(scalar) }
        continue
      }
      switch scalar {
      case "\"":
        if wasQuote { field.append(scalar) }
        isQuoted = true
      case ",":
        row.append(String(field))
        field = .init()
      case "\r": break
      case "\n":
        rows.append(row + [String(field)])
        (row, field) = ([], .init())
      default: field.append(scalar)
      }
      wasQuote = false
    }
    return rows
  }

  private func object(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  static let pieces = ["▁cat", "a,b", "say \"no\"", "two\nlines", "", "é,\u{301}", "\u{7}\\"]

  @Test("A path's extension selects the format")
  func endings() {
    #expect(ExportFormat(path: "state.csv") == .csv)
    #expect(ExportFormat(path: "/a.b/STATE.NPY") == .npy)
    #expect(ExportFormat(path: "a.tar.json") == .json)
    for path in ["csv", "a.txt", "folder.csv/name", "", "a."] { #expect(ExportFormat(path: path) == nil) }
  }

  @Test("Pieces with commas, quotes and newlines are one field each in CSV, and unchanged in JSON")
  func quoting() throws {
    let table = TableFile(
      columns: ["n", "a \"piece\"", "x"],
      rows: Self.pieces.enumerated().map { [.integer($0), .text($1), .double(0.1)] })
    let rows = parseCSV(table.csv)
    #expect(rows == [["n", "a \"piece\"", "x"]] + Self.pieces.enumerated().map { ["\($0)", $1, "0.1"] })
    let text = String(decoding: table.csv, as: UTF8.self)
    #expect(text.hasPrefix("n,\"a \"\"piece\"\"\",x\r\n0,▁cat,0.1\r\n1,\"a,b\",0.1\r\n"))
    let found = try #require(try object(table.json([("a", .boolean(true))]))["rows"] as? [[String: Any]])
    #expect(found.map { $0["a \"piece\""] as? String } == Self.pieces)
  }

  @Test("Numbers are the shortest decimals that read back, and NaN and infinity are null in JSON")
  func numbers() throws {
    let table = TableFile(
      columns: ["f", "d"], rows: [[.float(0.1), .double(1.0 / 3)], [.float(.nan), .double(-.infinity)]])
    #expect(String(decoding: table.csv, as: UTF8.self) == "f,d\r\n0.1,0.3333333333333333\r\nnan,-inf\r\n")
    #expect(
      String(decoding: table.json(), as: UTF8.self)
        == "{\"rows\":[{\"f\":0.1,\"d\":0.3333333333333333},{\"f\":null,\"d\":null}]}\n")
  }

  @Test("A head's state in every format is S, row by row")
  func state() throws {
    var generator = SeededGenerator(seed: 4)
    var layer = RetentionState<Float>(heads: 3, headDim: 2, valueDim: 4)
    for i in layer.matrix.indices { layer.matrix[i] = Float(generator.nextNormal()) }
    let model = ModelState(layers: [RetentionState(heads: 3, headDim: 2, valueDim: 4), layer])
    let place = HeadIndex(layer: 1, head: 2)
    let expected = Array(layer.matrix[16..<24])

    let array = try NPYReader(Export.state(model, at: place, as: .npy))
    #expect(array.shape == [2, 4])
    #expect(array.floats == expected)
    let rows = parseCSV(Export.state(model, at: place, as: .csv))
    #expect(rows[0] == ["row", "0", "1", "2", "3"])
    #expect(rows.dropFirst().map { $0[0] } == ["0", "1"])
    #expect(rows.dropFirst().flatMap { $0.dropFirst().compactMap(Float.init) } == expected)
    let json = try object(Export.state(model, at: place, as: .json))
    #expect(json["kind"] as? String == "state")
    #expect(json["layer"] as? Int == 1)
    #expect(json["head"] as? Int == 2)
    #expect(json["shape"] as? [Int] == [2, 4])
    let values = try #require(json["values"] as? [[Double]])
    #expect(values.map(\.count) == [4, 4])
    #expect(values.joined().map { Float($0) } == expected)
  }

  @Test("Attribution shares in every format are the ranked terms")
  func contributions() throws {
    let session = PlainSession(7, seed: 6, experiments: false)
    let place = HeadIndex(layer: 1, head: 0)
    let attribution = TokenAttribution(of: place, steps: session.steps, gammas: PlainSession.gammas)
    let found = AttributionShares(to: .cell(row: 2, column: 3), of: attribution, steps: session.steps)
    func data(_ format: ExportFormat) -> Data {
      Export.contributions(found, piece: { Self.pieces[$0] }, as: format)
    }
    let array = try NPYReader(data(.npy))
    #expect(array.shape == [7, 5])
    #expect(array.doubles == found.ranked.flatMap { [Double($0.token), 1, 0, $0.weight, $0.amount] })
    let rows = parseCSV(data(.csv))
    #expect(rows[0] == ["index", "piece", "layer", "head", "weight", "amount"])
    #expect(rows.dropFirst().map { $0[1] } == found.ranked.map { Self.pieces[$0.token] })
    #expect(rows.dropFirst().map { Double($0[5]) } == found.ranked.map(\.amount))
    // JSONSerialization does not round decimals correctly on every system; JSONDecoder does.
    struct Document: Decodable {
      var kind: String, layer: Int, head: Int, part: String, row: Int, column: Int, complete: Bool, sum: Double
      var rows: [Row]
      struct Row: Decodable { var index: Int, piece: String, layer: Int, head: Int, weight: Double, amount: Double }
    }
    let json = try JSONDecoder().decode(Document.self, from: data(.json))
    #expect((json.kind, json.layer, json.head) == ("contributions", 1, 0))
    #expect((json.part, json.row, json.column) == ("cell", 2, 3))
    #expect(json.sum == found.sum)
    #expect(json.complete)
    #expect(json.rows.map(\.index) == found.ranked.map(\.token))
    #expect(json.rows.map(\.weight) == found.ranked.map(\.weight))
    #expect(json.rows.map(\.amount) == found.ranked.map(\.amount))
    #expect(json.rows.map(\.piece) == found.ranked.map { Self.pieces[$0.token] })
  }

  @Test("Logits in every format, by token, with their probabilities")
  func logits() throws {
    let logits: [Float] = [0.15, 0.5, 0.1, 0.25, 0.5, 0.125, 0.375].map { Float(log($0 / 2)) }
    let next = logits.withUnsafeBufferPointer(NextToken.init)
    func data(_ format: ExportFormat) -> Data { Export.logits(next, piece: { Self.pieces[$0] }, as: format) }
    let array = try NPYReader(data(.npy))
    #expect(array.shape == [7])
    #expect(array.floats == logits)
    let rows = parseCSV(data(.csv))
    #expect(rows[0] == ["token", "piece", "logit", "probability"])
    #expect(rows.dropFirst().map { $0[1] } == Self.pieces)
    #expect(rows.dropFirst().map { Float($0[2]) } == logits)
    #expect(abs(Double(rows[2][3])! - 0.25) < 1e-6)  // Float32 logits
    struct Document: Decodable {
      var kind: String, entropy: Double, rows: [Row]
      struct Row: Decodable { var token: Int, piece: String, logit: Float, probability: Double }
    }
    let json = try JSONDecoder().decode(Document.self, from: data(.json))
    #expect(json.kind == "logits")
    #expect(json.entropy == next.entropy)
    #expect(json.rows.map(\.token) == Array(0..<7))
    #expect(json.rows.map(\.piece) == Self.pieces)
    #expect(json.rows.map(\.logit) == logits)
    #expect(json.rows.map(\.probability) == (0..<7).map { exp(next.logProbability($0)) })
  }
}

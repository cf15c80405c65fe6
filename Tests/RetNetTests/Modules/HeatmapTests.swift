import Foundation
import RetNet
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Heatmaps of matrices")
struct HeatmapTests {
  /// Collects the rectangles of an SVG document.
  private final class Rectangles: NSObject, XMLParserDelegate {
    var found: [[String: String]] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      if name == "rect" { found.append(attributes) }
    }
  }

  private func rectangles(_ svg: String) -> [[String: String]] {
    let (parser, rectangles) = (XMLParser(data: Data(svg.utf8)), Rectangles())
    parser.delegate = rectangles
    #expect(parser.parse())
    return rectangles.found
  }

  @Test("Colours lie between white and the colour of the sign, at |x| / limit")
  func colors() throws {
    // 2 is half of the limit: (255 + 184) / 2, (255 + 84) / 2 and 255 / 2, rounded.
    let matrix = try Tensor([4, -4, 2, 0, .nan, 40], shape: [2, 3])
    let found = rectangles(try Heatmap(matrix, limit: 4).svg)
    #expect(found[0] == ["width": "3", "height": "2", "fill": "#ffffff"])
    let cells = found.dropFirst().map { [$0["x"], $0["y"], $0["fill"]] }
    #expect(
      cells == [
        ["0", "0", "#b85400"], ["1", "0", "#1b4f9c"], ["2", "0", "#dcaa80"], ["1", "1", "#af00af"],
        ["2", "1", "#b85400"],
      ])
  }

  @Test("The default limit is the largest finite magnitude")
  func limit() throws {
    #expect(try Heatmap(Tensor([1, -3, .infinity, .nan], shape: [2, 2])).limit == 3)
    #expect(try Heatmap(Tensor(zeros: [2, 2])).limit == 0)
    #expect(rectangles(try Heatmap(Tensor(zeros: [2, 2])).svg).count == 1)
    #expect(rectangles(try Heatmap(Tensor(zeros: [0, 2])).svg).count == 1)
  }

  @Test("A character of a terminal shows two rows, and a last odd row has no background")
  func terminal() throws {
    let matrix = try Tensor([1, 0, -1], shape: [3, 1])
    let upper = "\u{1B}[38;2;184;84;0;48;2;255;255;255m▀\u{1B}[0m"
    let lower = "\u{1B}[38;2;27;79;156;49m▀\u{1B}[0m"
    #expect(try Heatmap(matrix).ansi == upper + "\n" + lower)
    #expect(try Heatmap(Tensor(zeros: [0, 2])).ansi.isEmpty)
  }

  @Test("Other ranks and limits throw an error", arguments: [[], [4], [1, 2, 2]])
  func ranks(_ shape: [Int]) throws {
    let tensor = try Tensor(zeros: shape)
    #expect(throws: RetNetError.shape(of: "matrix of a heatmap", found: shape, expected: "[rows, columns]")) {
      _ = try Heatmap(tensor)
    }
    let matrix = try Tensor(zeros: [1, 1])
    for limit in [0, -1, Float.nan, .infinity] {
      #expect(throws: RetNetError.self, "\(limit)") { _ = try Heatmap(matrix, limit: limit) }
    }
  }
}

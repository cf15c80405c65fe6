import Foundation
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetCommands

@Suite("retnet evaluate --last-token")
struct EvaluateLastTokenTests {
  private static let report = RecallReport(
    model: "m<1>",
    scores: [
      RecallScore(
        path: "a", cases: [(4, true), (5, false), (9, true), (nil, false)].map(RecallScore.Case.init)),
      RecallScore(path: "b", cases: [RecallScore.Case(distance: 5, matched: true)]),
    ], decay: Decay(heads: 2))

  @Test("The report has a share for each file and distance, and the half-lives ln 2 / −ln γ")
  func text() {
    let lines = Self.report.text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    for expected in ["a 4 2 50.0 %", "b 1 1 100.0 %", "4 to 7 3 2 66.7 %", "8 to 15 1 1 100.0 %"] {
      #expect(lines.contains(expected), "\(expected)\n\(Self.report.text)")
    }
    // γ is 1 − 1/32 and 1 − 1/64: ln 2 / 0.0317487 = 21.832, ln 2 / 0.0157484 = 44.014.
    #expect(lines.last?.hasSuffix("21.8, 44.0") == true, "\(Self.report.text)")
  }

  @Test("The plot has the share of each range of distances at its middle, and a mark for each head")
  func picture() throws {
    let read = try ReadChart(Self.report.plot.svg)
    let values = read.values("5 passages", isLogarithmic: (true, false))
    // √(4 · 7) and √(8 · 15); 2 of 3 and 1 of 1.
    #expect(values.map { ($0.x * 10).rounded() / 10 } == [5.3, 11])
    #expect(values.map { $0.y.rounded() } == [67, 100])
    #expect(read.texts.contains { $0.hasPrefix("m<1>") })
    #expect(read.texts.filter { ["h0", "h1"].contains($0) } == ["h0", "h1"])
    #expect(read.elements.count { $0.isOf("mark") } == 2)
  }

  @Test("The program counts passages, alone or with losses, and rejects a plot without data")
  func program() throws {
    let model = try TinyModelFolder()
    let path = model.path + "/passages.txt"
    try "a b a b\n\nc d c d\n".write(toFile: path, atomically: true, encoding: .utf8)
    let command = ["evaluate", "--model", model.path]
    let alone = try RetNetProgram(command + ["--last-token", path, "--json", "--plot", model.path + "/p.svg"])
    #expect(alone.status == 0, "\(alone.errors)")
    #expect(alone.errors.isEmpty, "\(alone.errors)")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(alone.output.utf8)) as? [String: Any])
    let files = try #require((json["lastToken"] as? [String: Any])?["files"] as? [[String: Any]])
    #expect(files.first?["count"] as? Int == 2)
    #expect(json["tokens"] == nil)
    #expect(FileManager.default.fileExists(atPath: model.path + "/p.svg"))
    let both = try RetNetProgram(command + ["--last-token", path, "--text", path])
    #expect(both.status == 0)
    #expect(both.output.contains("bits/byte"))
    #expect(both.output.contains("passages"))
    let refused = try RetNetProgram(command + ["--suite", path, "--plot", "p.svg"])
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--plot requires --text, --dialogue or --last-token."), "\(refused.errors)")
  }
}

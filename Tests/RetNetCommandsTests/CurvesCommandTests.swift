import Foundation
import Testing

@testable import RetNet
@testable import RetNetCommands

@Suite("retnet curves")
struct CurvesCommandTests {
  @Test("A curve has a name and logs", arguments: ["", "a", "a=", "=b", "=", "a=,"])
  func refused(argument: String) {
    #expect(CurvesCommand.Curve(argument: argument) == nil)
    let curve = CurvesCommand.Curve(argument: "a=b,c=d")
    #expect(curve?.name == "a")
    #expect(curve?.logs == ["b", "c=d"])
  }

  @Test("The program prints and draws the points of each curve")
  func program() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lines = [
      #"{"step":1,"tokens":1000}"#, #"{"step":1,"validation":{"together":2.5}}"#, #"{"step":2,"tokens":3000}"#,
      #"{"step":2,"validation":{"together":2}}"#,
    ]
    let log = folder + "/log.jsonl"
    try lines.joined(separator: "\n").write(toFile: log, atomically: true, encoding: .utf8)
    let run = try RetNetProgram(["curves", "one=\(log)", "two=\(log),\(log)", "--out", folder + "/c.svg"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty, "\(run.errors)")
    let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      rows.dropFirst() == [
        "one 1,000 2.5000", "3,000 2.0000", "two 1,000 2.5000", "3,000 2.0000", "4,000 2.5000", "6,000 2.0000",
      ])
    let read = try ReadChart(String(contentsOfFile: folder + "/c.svg", encoding: .utf8))
    #expect(read.series.map { $0.points.count } == [2, 4])
    let json = try RetNetProgram(["curves", "one=\(log)", "--json"]).output
    #expect(
      json
        == #"{"curves":[{"name":"one","points":[{"tokens":1000,"bitsPerByte":2.5},{"tokens":3000,"bitsPerByte":2.0}]}]}"#
        + "\n")
    let piped = try RetNetProgram(["curves", "one=-", "--json"], input: Array(lines.joined(separator: "\n").utf8))
    #expect(piped.output == json, "\(piped.errors)")
    let refused = try RetNetProgram(["curves", "one=\(folder)/none"])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("none"))
    #expect(try RetNetProgram(["curves", "one"]).status == 64)
  }
}

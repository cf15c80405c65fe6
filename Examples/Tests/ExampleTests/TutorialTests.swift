import Foundation
import Testing

/// The steps of the tutorial in `Sources/RetNet/RetNet.docc`. A step's code is in `Resources/FILE-STEP.swift`.
@Suite("The code of the tutorial")
struct TutorialTests {
  private static let catalogue = ExampleProgram.repository("Sources/RetNet/RetNet.docc")

  /// The lines of each step, in order, for one file of the example.
  private func steps(_ file: String) throws -> [[Substring]] {
    let resources = Self.catalogue.appending(path: "Resources")
    return try FileManager.default.contentsOfDirectory(atPath: resources.path).sorted()
      .filter { $0.hasPrefix("\(file)-") }
      .map { name in
        try String(contentsOf: resources.appending(path: name), encoding: .utf8)
          .split(separator: "\n", omittingEmptySubsequences: false)
      }
  }

  @Test("Its last steps are the files of the example", arguments: ["DelayTask", "SymbolNetwork", "ToyTask"])
  func lastSteps(_ file: String) throws {
    let source = try String(
      contentsOf: ExampleProgram.repository("Examples/Sources/ToyTask/\(file).swift"), encoding: .utf8)
    let last = try #require(try steps(file).last)
    #expect(last.joined(separator: "\n") == source)
  }

  @Test("Each step adds lines to the one before", arguments: ["DelayTask", "SymbolNetwork", "ToyTask"])
  func growing(_ file: String) throws {
    let steps = try steps(file)
    #expect(steps.count > 1)
    for (before, after) in zip(steps, steps.dropFirst()) {
      var rest = before[...]
      for line in after where line == rest.first { rest.removeFirst() }
      #expect(rest.isEmpty, "'\(rest.first ?? "")' is not in the next step")
      #expect(before.count < after.count)
    }
  }

  @Test("It shows every step")
  func shown() throws {
    let text = try String(
      contentsOf: Self.catalogue.appending(path: "Train-a-RetNet.tutorial"), encoding: .utf8)
    let resources = Self.catalogue.appending(path: "Resources")
    for name in try FileManager.default.contentsOfDirectory(atPath: resources.path) where name.hasSuffix(".swift") {
      #expect(text.contains("\"\(name)\""), "\(name)")
    }
  }
}

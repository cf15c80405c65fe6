import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Files of a suite")
struct SuiteContentTests {
  private static let probe = #"{"messages":["hi"],"expect":"hello","kind":"greeting"}"#
  private static let probes = #"{"recall":[\#(probe)],"manners":[\#(probe),\#(probe)]}"#

  private static func checks(_ name: String) -> String {
    #"{"conversations":[{"name":"\#(name)","kind":"a","turns":[{"say":"a","checks":[{"kind":"k","expect":"a"}]}]}]}"#
  }

  private func read(_ texts: String...) throws -> SuiteContent {
    let folder = try TemporaryFolder()
    return try SuiteContent(paths: texts.enumerated().map { try folder.write("\($0).json", $1) })
  }

  @Test("Files of both kinds are distinguished by their keys, and joined in order")
  func several() throws {
    let content = try read(Self.checks("one"), Self.probes, Self.checks("two"), Self.probes)
    #expect(content.conversations.map(\.name) == ["one", "two"])
    #expect(content.probes.recall.count == 2)
    #expect(content.probes.manners.count == 4)
  }

  @Test("One kind is enough")
  func one() throws {
    #expect(try read(Self.probes).conversations.isEmpty)
    #expect(try read(Self.checks("one")).probes == Probes(recall: [], manners: []))
  }

  @Test("A file that is not JSON is refused by name", arguments: ["", "recall: []", "{", "\u{0}"])
  func notJSON(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("suite.json", text)
    #expect(throws: SuiteFileError.notAnObject(path: path, found: "not JSON")) { try SuiteContent(paths: [path]) }
  }

  @Test("JSON that is not an object is refused by name", arguments: ["[]", "5", "null"])
  func notAnObject(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("suite.json", text)
    #expect(throws: SuiteFileError.notAnObject(path: path, found: "JSON, but not an object")) {
      try SuiteContent(paths: [path])
    }
  }

  @Test("An object with no key of a suite is refused by name", arguments: ["{}", #"{"conversation":[]}"#])
  func unknown(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("suite.json", text)
    #expect(throws: SuiteFileError.unknownContent(path: path)) { try SuiteContent(paths: [path]) }
  }

  @Test("The error names a missing file")
  func missing() throws {
    let path = try TemporaryFolder().path("none")
    #expect(throws: FileError.missing(path: path)) { try SuiteContent(paths: [path]) }
  }
}

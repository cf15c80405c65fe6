import Foundation
import Testing

@testable import RetNet
@testable import RetNetSession

@Suite("The tree in session files")
struct SessionFileTreeTests {
  private static let marks = [
    NodeMark(branch: 0, position: 3, bookmark: "films"), NodeMark(branch: 1, position: 3, note: "\u{1B}[31mred"),
  ]

  private static func session(_ marks: [NodeMark] = marks) -> SessionFile {
    var session = SessionFileTests.session()
    session.marks = marks
    return session
  }

  @Test("Bookmarks and notes are read back as written")
  func roundTrip() throws {
    #expect(try SessionFile(json: Self.session().json()) == Self.session())
  }

  @Test("A session without marks has no key for them, so that earlier programs and files agree")
  func absent() throws {
    let json = try Self.session([]).json()
    #expect(!String(decoding: json, as: UTF8.self).contains("marks"))
    #expect(try SessionFile(json: json).marks.isEmpty)
  }

  @Test(
    "Marks on no branch, no position, without a text, with too long a text or twice on a node are refused",
    arguments: [
      ([NodeMark(branch: 7, position: 0, note: "a")], "7"), ([NodeMark(branch: 0, position: 5, note: "a")], "5"),
      ([NodeMark(branch: 0, position: -1, note: "a")], "-1"), ([NodeMark(branch: 0, position: 1)], "neither"),
      ([NodeMark(branch: 0, position: 1, bookmark: "")], "0 characters"),
      ([NodeMark(branch: 0, position: 1, bookmark: String(repeating: "a", count: 41))], "41 characters"),
      ([NodeMark(branch: 0, position: 1, note: String(repeating: "a", count: 1001))], "1001 characters"),
      ([NodeMark(branch: 0, position: 1, note: "a"), NodeMark(branch: 0, position: 1, note: "b")], "two marks"),
    ])
  func refused(marks: [NodeMark], word: String) throws {
    let json = try Self.session(marks).json()
    let error = #expect(throws: SessionFileError.self) { try SessionFile(json: json) }
    #expect(error?.description.contains(word) == true)
  }

  @Test(
    "Marks of another type are refused, and named unless JSON has no such number",
    arguments: [
      ("\"marks\":3,", "marks"), ("\"marks\":[{\"branch\":0}],", "marks"),
      ("\"marks\":[{\"branch\":0,\"position\":1e99}],", "session"),
    ])
  func wrongTypes(key: String, word: String) throws {
    let text = String(decoding: try Self.session([]).json(), as: UTF8.self)
    let json = Data(text.replacing("{\"branch\":1", with: "{\(key)\"branch\":1", maxReplacements: 1).utf8)
    let error = #expect(throws: SessionFileError.self) { try SessionFile(json: json) }
    #expect(error?.description.contains(word) == true)
  }
}

import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Probes")
struct ProbesTests {
  private static let good = #"{"messages":["My name is Anna.","What is my name?"],"expect":"\\banna\\b","kind":"name"}"#

  @Test("A file's lists are read in order")
  func reading() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "probes.json", #"{"recall":[\#(Self.good)],"manners":[{"messages":["hi"],"expect":"hello","kind":"greeting"}]}"#)
    let probes = try SuiteContent(paths: [path]).probes
    #expect(
      probes.recall == [
        Probe(messages: ["My name is Anna.", "What is my name?"], expect: "\\banna\\b", kind: "name")
      ])
    #expect(probes.manners == [Probe(messages: ["hi"], expect: "hello", kind: "greeting")])
  }

  @Test("A reply matches if it contains the expected text, ignoring case")
  func matching() {
    let probe = Probe(messages: ["Who am I?"], expect: "\\banna\\b", kind: "name")
    for reply in ["anna", "You are Anna.", "ANNA!"] { #expect(probe.matches(reply), "\(reply)") }
    for reply in ["", "Annabel", "Savannah", "ann a"] { #expect(!probe.matches(reply), "\(reply)") }
  }

  @Test("Missing or empty lists are refused by name")
  func files() throws {
    let folder = try TemporaryFolder()
    func expect(_ text: String, _ error: (String) -> ProbesError) throws {
      let path = try folder.write("probes.json", text)
      #expect(throws: error(path), "\(text)") { try SuiteContent(paths: [path]) }
    }
    for text in [#"{"recall":[]}"#, #"{"recall":{"a":1}}"#, #"{"recall":null}"#] {
      try expect(text) { .noList(path: $0, list: "recall") }
    }
    try expect(#"{"recall":[\#(Self.good)]}"#) { .noList(path: $0, list: "manners") }
  }

  @Test(
    "The error names an invalid probe by list and index",
    arguments: [
      ("5", "not an object"), (#"{"expect":"a","kind":"b"}"#, "'messages'"),
      (#"{"messages":"hi","expect":"a","kind":"b"}"#, "'messages'"),
      (#"{"messages":[],"expect":"a","kind":"b"}"#, "'messages'"),
      (#"{"messages":["a",5],"expect":"a","kind":"b"}"#, "'messages'"),
      (#"{"messages":["a"," "],"expect":"a","kind":"b"}"#, "messages[1] is empty"),
      (#"{"messages":["a"],"kind":"b"}"#, "'expect'"), (#"{"messages":["a"],"expect":"","kind":"b"}"#, "'expect'"),
      (#"{"messages":["a"],"expect":"(a","kind":"b"}"#, "'(a'"),
      (#"{"messages":["a"],"expect":"a[","kind":"b"}"#, "'a['"),
      (#"{"messages":["a"],"expect":"a"}"#, "'kind'"), (#"{"messages":["a"],"expect":"a","kind":7}"#, "'kind'"),
    ])
  func wrongProbe(probe: String, words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("probes.json", #"{"recall":[\#(Self.good)],"manners":[\#(Self.good),\#(probe)]}"#)
    let error = try #require(throws: ProbesError.self) { try SuiteContent(paths: [path]) }
    #expect("\(error)".contains("'\(path)', manners[1]: "), "\(error)")
    #expect("\(error)".contains(words), "\(error)")
  }
}

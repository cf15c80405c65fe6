import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText

@Suite("Text and dialogue files")
struct DialogueFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "Blocks of U: and B: lines are conversations, with any newlines and blank lines",
    arguments: [
      "U: hi\nB: hello: you\n\nU: a\nB: ü 👍\nU: c\n", "U: hi\nB: hello: you\n\nU: a\nB: ü 👍\nU: c",
      "\u{FEFF}U: hi\r\nB: hello: you\r\n\r\n\r\nU: a\r\nB: ü 👍\r\nU: c\r\n\r\n",
      "\n \t\nU: hi\nB: hello: you\n   \nU: a\nB: ü 👍\nU: c\n\n\n",
    ])
  func conversations(text: String) throws {
    let expected = [
      [Turn(.user, "hi"), Turn(.reply, "hello: you")], [Turn(.user, "a"), Turn(.reply, "ü 👍"), Turn(.user, "c")],
    ]
    let path = try folder.write("d.txt", text)
    #expect(try DialogueFile.read(path: path) == expected)
    var streamed: [[Turn]] = []
    try DialogueFile.forEach(path: path) { streamed.append($0) }
    #expect(streamed == expected)
  }

  @Test("A turn's text is exactly what follows its speaker")
  func exactText() throws {
    let path = try folder.write("d.txt", "U:\nB: \nU:  two  \nB: U: <|user|>\n")
    let texts = try DialogueFile.read(path: path).map { $0.map(\.text) }
    #expect(texts == [["", "", " two  ", "U: <|user|>"]])
  }

  @Test("A line without a speaker, a block that begins with a reply and an empty file are errors with the line")
  func errors() throws {
    func error(_ text: String) throws -> TextError {
      let path = try folder.write("d.txt", text)
      return try #require(throws: TextError.self) { try DialogueFile.read(path: path) }
    }
    let path = folder.path("d.txt")
    #expect(
      try error("U: a\nplain text that is long enough to cut\n")
        == .noSpeaker(path: path, line: 2, found: "plain text that is l"))
    #expect(try error("U: a\nU:b\n") == .noSpeaker(path: path, line: 2, found: "U:b"))
    #expect(try error("U: a\nu: b\n") == .noSpeaker(path: path, line: 2, found: "u: b"))
    #expect(try error("U: a\n\n\nB: b\n") == .replyOpens(path: path, line: 4))
    #expect(try error("") == .empty(path: path))
    #expect(try error("\n \r\n\n") == .empty(path: path))
    #expect(
      TextError.noSpeaker(path: "d", line: 2, found: "x").description
        == "'d', line 2, begins with 'x', but each line of a dialogue begins with 'U: ' or 'B: '. "
        + "Add the speaker, or join the line to the one before.")
    #expect(
      TextError.replyOpens(path: "d", line: 4).description
        == "'d', line 4: the conversation starts with a reply ('B: '), but must start with the user ('U: '). "
        + "Remove the line, or the blank line before it.")
    #expect(TextError.empty(path: "d").description == "'d' contains no text. Specify a file with text.")
  }

  @Test("Bytes that are not UTF-8 are an error with line and offset")
  func notUTF8() throws {
    let path = try folder.write("d.txt", Array("U: a\nB: é".utf8) + [0x21, 0xC3, 0x28])
    let error = TextError.notUTF8(path: path, line: 2, byteOffset: 11)
    #expect(throws: error) { try DialogueFile.read(path: path) }
    #expect(throws: error) { try TextFile.read(path) }
    #expect(
      TextError.notUTF8(path: "d", line: 2, byteOffset: 11).description
        == "'d' is not UTF-8 text: line 2 has an invalid byte, at byte 11 of the file. Convert the file to UTF-8.")
  }

  @Test("A text file is read completely, and a missing or empty one is an error")
  func textFile() throws {
    #expect(try TextFile.read(folder.write("t", "\u{FEFF}one\r\ntwo 👍")) == "one\r\ntwo 👍")
    let empty = try folder.write("e", "")
    #expect(throws: TextError.empty(path: empty)) { try TextFile.read(empty) }
    let missing = folder.path("none")
    #expect(throws: FileError.missing(path: missing)) { try TextFile.read(missing) }
    #expect(FileError.missing(path: "x").description == "There is no file 'x'. Check the path.")
  }
}

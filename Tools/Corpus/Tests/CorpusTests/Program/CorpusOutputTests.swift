import Foundation
import Testing

@Suite("Output of retnet-corpus")
struct CorpusOutputTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// The file written by a run, which must succeed and print nothing on stdout.
  private func written(_ command: [String], _ options: String...) throws -> String {
    let name = UUID().uuidString
    let run = try CorpusProgram(command + options + ["--out", "\(folder.path)/\(name)"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.isEmpty, "\(run.errors)")
    return try #require(folder.text(name))
  }

  @Test(
    "A seed determines the bytes, and a smaller count gives a prefix of them",
    arguments: [
      (["drills"], "--conversations"), (["recall"], "--count"), (["recall", "--held-out", "--dots", "9"], "--count"),
      (["recall", "--facts", "2"], "--count"),
    ])
  func generated(command: [String], count: String) throws {
    let text = try written(command, "--seed", "3", count, "60")
    #expect(try written(command, "--seed", "3", count, "60") == text)
    #expect(try written(command, "--seed", "4", count, "60") != text)
    let start = try written(command, "--seed", "3", count, "20")
    #expect(!start.isEmpty)
    #expect(start.count < text.count)
    #expect(text.hasPrefix(start))
    #expect(text.split(separator: "\n\n").count == 60)
  }

  @Test("compose combines scenes, talk from files and stated facts; --seed defaults to 1")
  func compose() throws {
    try folder.write(
      "scenes/quick.txt", (0..<9).map { "U: See \($0)\nB: Seen \($0).\n" }.joined(separator: "\n"))
    let talk = try folder.write(
      "talk.txt", (0..<9).map { "U: Do you like \($0)?\nB: \($0) it is.\nU: So?\nB: Yes.\n" }.joined(separator: "\n"))
    let command = ["compose", "--scenes", folder.path + "/scenes", "--talk", talk]
    let text = try written(command, "--conversations", "200")
    #expect(try written(command, "--conversations", "200", "--seed", "1") == text)
    #expect(try written(command, "--conversations", "200", "--seed", "2") != text)
    let blocks = text.split(separator: "\n\n")
    #expect(blocks.count == 200)
    for block in blocks {
      for (index, line) in block.split(separator: "\n").enumerated() {
        #expect(line.hasPrefix(index.isMultiple(of: 2) ? "U: " : "B: "), "\(line)")
      }
    }
    for words in ["B: Seen 3.", "B: 3 it is.", "our name is"] { #expect(text.contains(words), "\(words)") }
  }

  @Test("compose reports counts on stderr, and with --json also on stdout")
  func composeReport() throws {
    try folder.write("scenes/a.txt", "U: Say you\nB: You it is.\n\nU: Do you\nB: I do.\n")
    let run = try CorpusProgram([
      "compose", "--scenes", folder.path + "/scenes", "--conversations", "30", "--out", folder.path + "/x", "--json",
    ])
    #expect(run.status == 0)
    #expect(run.errors.contains("30 conversations"))
    #expect(run.output.contains(#""conversations":30"#))
  }

  @Test("mend --reply-name names the replying speaker")
  func replyName() throws {
    let file = try folder.write("a.txt", "U: Hi, I'm [name].\nB: I'm Tom.\nU: Hi, Tom.\nB: Good.\n")
    let run = try CorpusProgram(["mend", file, "--out", "\(folder.path)/new", "--reply-name", "Io", "--json"])
    let text = try #require(folder.text("new/a.txt"))
    #expect(text.wholeMatch(of: #/U: Hi, I'm [A-Z]\w+\.\nB: I'm Io\.\nU: Hi, Io\.\nB: Good\.\n/#) != nil, "\(text)")
    #expect(run.output.contains(#""mended":{"names filled in":1,"own names replaced":2}"#), "\(run.output)")
  }

  @Test("probes writes JSON with 100 recall and 20 manners probes, each with messages, a pattern and a kind")
  func probes() throws {
    let text = try written(["probes"], "--seed", "2")
    #expect(try written(["probes"], "--seed", "2") == text)
    #expect(try written(["probes"], "--seed", "2", "--words", "unheard") != text)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: Any]]])
    #expect(json.keys.sorted() == ["manners", "recall"])
    #expect(json["recall"]?.count == 100)
    #expect(json["manners"]?.count == 20)
    for probe in json.values.joined() {
      #expect((probe["messages"] as? [String])?.isEmpty == false)
      #expect(probe["kind"] is String)
      let pattern = try #require(probe["expect"] as? String)
      #expect(throws: Never.self) { try NSRegularExpression(pattern: pattern) }
    }
  }

  @Test("mend writes each file under its name, counts its changes, and chooses names by seed")
  func mended() throws {
    let first = try folder.write(
      "a.txt", "B: Hello there\nU: I'm [name].\n\nU: See http://x.y\nB: No\n\nU: One\nB: Two\n")
    let second = try folder.write("b.txt", "U: Six plums, please. Six plums, please.\r\nB: Here.\r\n")
    func mend(seed: String) throws -> (CorpusProgram, String) {
      let run = try CorpusProgram(["mend", first, second, "--out", "\(folder.path)/new", "--seed", seed, "--json"])
      #expect(run.status == 0)
      #expect(folder.names("new") == ["a.txt", "b.txt"])
      #expect(folder.text("new/b.txt") == "U: Six plums, please.\nB: Here.\n")
      return (run, try #require(folder.text("new/a.txt")))
    }
    let (run, text) = try mend(seed: "1")
    #expect(try mend(seed: "1").1 == text)
    #expect(Set(try (1...8).map { try mend(seed: "\($0)").1 }).count > 1)
    #expect(text.wholeMatch(of: #/U: Hello there\nB: I'm [A-Z][a-z]+\.\n\nU: One\nB: Two\n/#) != nil, "\(text)")
    #expect(
      run.output == """
        [{"dropped":{"link":1},"kept":2,"mended":{"conversations turned":1,"names filled in":1},"name":"a.txt","read":3},\
        {"dropped":{},"kept":1,"mended":{"repeats removed":1},"name":"b.txt","read":1}]

        """)
    #expect(run.errorLines.contains { $0.hasPrefix("left out: link") })
  }

  @Test("prepare writes three parts per source, with every kept conversation exactly once")
  func prepared() throws {
    let table = "WorkerId,Reject,Answer.sentence1,Answer.sentence2\n"
    try folder.write("self/corpus/t/a.csv", table + (0..<300).map { "W,,Say \($0).,It is \($0).\n" }.joined())
    try folder.write("chat/a.yml", "conversations:\n- - Say 7.\n  - It is 7.\n- - Hello\n  - Hi\n")
    func prepare(_ out: String) throws -> CorpusProgram {
      try CorpusProgram([
        "prepare", "--self-dialogue", "\(folder.path)/self", "--chatterbot", "\(folder.path)/chat", "--json", "--out",
        "\(folder.path)/\(out)",
      ])
    }
    let run = try prepare("new/parts")
    #expect(run.status == 0, "\(run.errors)")
    let names = ["chatterbot", "self_dialogue"].flatMap { name in
      ["test", "train", "valid"].map { "\(name).\($0).txt" }
    }
    #expect(folder.names("new/parts") == names)
    func conversations(_ source: String) -> [String] {
      ["train", "valid", "test"].flatMap { part in
        (folder.text("new/parts/\(source).\(part).txt") ?? "").split(separator: "\n\n").map {
          $0.trimmingCharacters(in: .newlines)
        }
      }
    }
    #expect(conversations("self_dialogue").sorted() == (0..<300).map { "U: Say \($0).\nB: It is \($0)." }.sorted())
    #expect(conversations("chatterbot") == ["U: Hello\nB: Hi"])
    #expect(
      run.output.hasPrefix(#"[{"dropped":{},"kept":300,"mended":{},"name":"self_dialogue","read":300}"#))
    #expect(run.output.contains("{\"dropped\":{\"duplicate\":1},\"kept\":1,"))
    #expect(try prepare("again").output == run.output)
    for name in names { #expect(folder.text("again/\(name)") == folder.text("new/parts/\(name)")) }
  }

  @Test("A block list drops conversations with one of its words")
  func blocklist() throws {
    let file = try folder.write("a.txt", "U: A Plum?\nB: No.\n\nU: A pear?\nB: Yes.\n")
    let list = try folder.write("list", "plum\n")
    let run = try CorpusProgram(["mend", file, "--out", "\(folder.path)/new", "--blocklist", list])
    #expect(run.status == 0)
    #expect(folder.text("new/a.txt") == "U: A pear?\nB: Yes.\n")
  }
}

import Foundation
import Testing

@testable import Corpus

@Suite("Scene files")
struct SceneFileTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scenes").path

  private func played(_ text: String, count: Int = 200) throws -> [[Exchange]] {
    let file = try SceneFile(text, path: "a.txt")
    return (0..<count).map { index in
      var random = Randomness(seed: 3, index: index)
      return file.play(file.scenes[index % file.scenes.count], avoiding: [], &random).exchanges
    }
  }

  private func plain(_ text: String) -> String { text.filter { $0 != "\u{1}" && $0 != "\u{2}" } }

  @Test("A scene file has comments, slot lines and scenes between blank lines; a scene has its line number")
  func parsing() throws {
    let file = try SceneFile(
      "# one\nslot snack: nuts | crisps\n\nU: Hi\nB: Hello\n\n\n# two\nU: a\nB: b\nU: c\nB: d\n", path: "x/snacks.txt")
    #expect(file.name == "snacks")
    #expect(file.scenes.map(\.line) == [4, 9])
    #expect(file.scenes.map(\.exchanges) == [1, 2])
    #expect(file.slots["snack"]?.values == [["nuts"], ["crisps"]])
  }

  @Test("Every alternative is chosen, including nested and empty ones, and nothing else")
  func alternatives() throws {
    let turns = try played("U: (Hi|Hello(| there)), you.\nB: (Yes|(No|Maybe)).\n").map { $0[0] }
    #expect(Set(turns.map(\.user)) == ["Hi, you.", "Hello, you.", "Hello there, you."])
    #expect(Set(turns.map(\.reply)) == ["Yes.", "No.", "Maybe."])
  }

  @Test("A slot has one value per scene and number, and the fields of a slot come from one row")
  func slots() throws {
    let text = """
      slot food: soup | stew | pie
      slot capital(country, city): France=Paris; Italy=Rome; Norway=Oslo

      U: {food} or {food:2}, in {capital.country}?
      B: {food}, not {food:2}, in {capital.city}. {capital.country:2} has {capital.city:2}.
      """
    let cities = ["France": "Paris", "Italy": "Rome", "Norway": "Oslo"]
    var seen: Set<String> = []
    for exchange in try played(text).map({ $0[0] }) {
      let user = try #require(plain(exchange.user).lowercased().wholeMatch(of: #/(\w+) or (\w+), in (\w+)\?/#))
      let reply = try #require(
        plain(exchange.reply).wholeMatch(of: #/(\w+), not (\w+), in (\w+)\. (\w+) has (\w+)\./#))
      #expect(user.1 == reply.1.lowercased())
      #expect(user.2 == reply.2)
      #expect(user.1 != user.2)
      #expect(cities[user.3.capitalized] == String(reply.3))
      #expect(cities[String(reply.4)] == String(reply.5))
      #expect(reply.3 != reply.5)
      seen.insert(String(user.1))
    }
    #expect(seen == ["soup", "stew", "pie"])
  }

  @Test(
    "The error for a broken line has file, line, the text found and the text expected, in one line",
    arguments: [
      ("U: Hi\nB: caf\u{E9}\n", 2, "found '\u{E9}', expected ASCII only"),
      ("U: Hi\nB: Hello\nHow are you?\n", 3, "found 'How are you?', expected 'U: …'"),
      ("U: Hi\nU: Hello\n", 2, "found another turn of 'U'"),
      ("B: Hi\n", 1, "U first"),
      ("\nU: Hi\n\nB: Hello\n", 2, "ends with U"),
      ("slot food: soup\n", 1, "one value"),
      ("slot food soup | stew\n", 1, "expected 'slot name: a | b'"),
      ("slot a b: soup | stew\n", 1, "expected 'slot name: a | b'"),
      ("slot f(x, y): a=b; c\n", 1, "'c' of slot 'f' has 1 fields, expected 2"),
      ("slot a: b | c\nslot a: d | e\n", 2, "is defined twice"),
      ("U: (Hi|Hello\nB: x\n", 1, "'(' is not closed at '(Hi|Hello'"),
      ("U: Hi)\nB: x\n", 1, "')' is outside a choice"),
      ("U: Hi|Hello\nB: x\n", 1, "'|' is outside a choice"),
      ("U: Hi}\nB: x\n", 1, "'}' is outside"),
      ("U: (Hi) you\nB: x\n", 1, "without '|'"),
      ("U: {food\nB: x\n", 1, "'{' is not closed"),
      ("U: {food:x}\nB: x\n", 1, "is not a slot"),
      ("U: {food:22}\nB: x\n", 1, "is not a slot"),
      ("U: {}\nB: x\n", 1, "is not a slot"),
      ("\n\nU: {food}\nB: x\n", 3, "no slot 'food'"),
      ("slot f: a | b\nU: {f.x}\nB: x\n", 2, "slot 'f' has none"),
      ("slot f(x, y): a=b; c=d\nU: {f}\nB: x\n", 2, "found no field, expected one of 'x', 'y'"),
      ("slot f(x, y): a=b; c=d\nU: {f.z}\nB: x\n", 2, "found field 'z'"),
    ])
  func errors(text: String, line: Int, words: String) {
    do {
      _ = try SceneFile(text, path: "dir/a.txt")
      Issue.record("no error")
    } catch {
      #expect(error.description.hasPrefix("dir/a.txt:\(line): "), "\(error)")
      #expect(error.description.contains(words), "\(error)")
      #expect(!error.description.contains("\n"))
    }
  }

  @Test("A file's slots override the shared ones")
  func overriding() throws {
    let shared = try SceneFile("slot a: x | y\nslot b: p | q\n", path: "slots.txt").slots
    let file = try SceneFile("slot a: m | n\n\nU: {a} {b}\nB: x\n", path: "b.txt", slots: shared)
    #expect(file.slots["a"]?.values == [["m"], ["n"]])
    #expect(file.slots["b"]?.values == [["p"], ["q"]])
  }

  @Test("All committed scene files are valid, and playing a scene leaves no bracket")
  func committed() throws {
    let files = try SceneFolder(path: Self.folder).files
    #expect(files.count > 150)
    #expect(files.reduce(0) { $0 + $1.scenes.count } > 3000)
    var random = Randomness(seed: 1)
    for file in files {
      for scene in file.scenes.shuffled().prefix(2) {
        let text = file.play(scene, avoiding: [], &random).exchanges.flatMap { [$0.user, $0.reply] }.joined(
          separator: "\n")
        #expect(!text.contains { "{}|".contains($0) }, "\(file.name):\(scene.line)")
        #expect(!text.contains("  "), "\(file.name):\(scene.line)")
      }
    }
  }
}

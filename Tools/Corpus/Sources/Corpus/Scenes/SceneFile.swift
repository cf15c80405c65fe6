import Foundation

/// The scenes of one file, with their slots:
///
///     # a comment
///     slot snack: popcorn | crisps | nuts
///     slot capital(country, city): France=Paris; Italy=Rome
///
///     U: (Hi|Hello)! I (made|cooked) {food} (yesterday|last night).
///     B: (Nice|Lovely)! Was it as good as {food:2}?
///
/// Blank lines separate scenes. The file's slots add to the shared ones, or replace them.
struct SceneFile: Sendable {
  /// The file's name without folder and extension.
  let name: String
  private(set) var slots: [String: SceneSlot]
  private(set) var scenes: [Scene] = []

  /// Throws `FileError`, `CorpusError` or `SceneError`.
  init(path: String, slots: [String: SceneSlot] = [:]) throws {
    try self.init(try SourceFile.text(path), path: path, slots: slots)
  }

  init(_ text: String, path: String, slots shared: [String: SceneSlot] = [:]) throws(SceneError) {
    name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    slots = shared
    var own: Set<String> = []
    var turns: [Template] = []
    var start = 0
    var scenes: [(start: Int, turns: [Template])] = []
    var number = 0
    func problem(_ reason: SceneSyntaxError, line: Int? = nil) -> SceneError {
      SceneError(path: path, line: line ?? number, reason: reason)
    }
    func close() throws(SceneError) {
      guard !turns.isEmpty else { return }
      guard turns.count.isMultiple(of: 2) else { throw problem(.userEnds, line: start) }
      scenes.append((start, turns))
      turns = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      if let character = line.first(where: { !$0.isASCII }) { throw problem(.notASCII(character)) }
      if line.allSatisfy({ $0 == " " }) {
        try close()
      } else if line.hasPrefix("slot ") {
        do throws(SceneSyntaxError) {
          let slot = try SceneSlot(parsing: line)
          guard own.insert(slot.name).inserted else { throw .slotTwice(slot.name) }
          slots[slot.name] = slot
        } catch {
          throw problem(error)
        }
      } else if !line.hasPrefix("#") {
        let speaker = line.prefix(3)
        guard speaker == "U: " || speaker == "B: ", line.count > 3 else {
          throw problem(.unknownLine(String(line.prefix(50))))
        }
        guard (speaker == "U: ") == turns.count.isMultiple(of: 2) else {
          throw problem(.wrongSpeaker(String(speaker.prefix(1))))
        }
        if turns.isEmpty { start = number }
        do throws(TemplateError) {
          turns.append(try Template(parsing: String(line.dropFirst(3))))
        } catch {
          throw problem(.template(error))
        }
      }
    }
    try close()
    self.scenes = scenes.map { Scene(line: $0.start, turns: $0.turns) }
    for scene in self.scenes {
      for slot in scene.turns.lazy.flatMap(\.slots) {
        if let reason = mistake(in: slot) { throw problem(reason, line: scene.line) }
      }
    }
  }

  private func mistake(in slot: Template.Slot) -> SceneSyntaxError? {
    guard let known = slots[slot.name] else { return .unknownSlot(slot.name) }
    let isRight = slot.field.map(known.fields.contains) ?? known.fields.isEmpty
    return isRight ? nil : .unknownField(slot: slot.name, found: slot.field, expected: known.fields)
  }

  /// Makes all choices of a scene. A slot keeps its value; the same slot with another number has a different value.
  ///
  /// - Parameter used: words that a new value should differ from.
  func play(_ scene: Scene, avoiding used: Set<String>, _ random: inout Randomness) -> PlayedScene {
    var values: [(slot: Template.Slot, value: [String])] = []
    var sentences: [String] = []
    for template in scene.turns {
      let text = template.expand(&random) { slot, random in
        let key = Template.Slot(name: slot.name, number: slot.number)
        guard let source = slots[slot.name] else { return "" }  // the file was checked
        let value: [String]
        if let known = values.first(where: { $0.slot == key }) {
          value = known.value
        } else {
          value = source.value(
            avoiding: { word in
              used.contains(word) || values.contains { $0.slot.name == slot.name && $0.value[0] == word }
            },
            &random)
          values.append((key, value))
        }
        let word = slot.field.flatMap { source.fields.firstIndex(of: $0) }.map { value[$0] } ?? value[0]
        return Self.isCopied(word) ? Mark.open + word + Mark.close : word
      }
      sentences.append(Sentence.tidy(text))
    }
    return PlayedScene(
      exchanges: stride(from: 0, to: sentences.count - 1, by: 2).map {
        Exchange(user: sentences[$0], reply: sentences[$0 + 1])
      }, values: values)
  }

  /// Words that must be copied letter by letter. Sentences get the typing style of the turn.
  private static func isCopied(_ word: String) -> Bool {
    word.utf8.count <= 24 && !word.utf8.contains { ".?!,".utf8.contains($0) }
  }
}

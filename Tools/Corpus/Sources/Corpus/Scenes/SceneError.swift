/// An invalid line of a scene file.
package struct SceneError: Error, Equatable, Sendable, CustomStringConvertible {
  package let path: String
  package let line: Int
  let reason: SceneSyntaxError

  package var description: String { "\(path):\(line): \(reason)." }
}

/// The syntax error of a line of a scene file.
enum SceneSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
  case notASCII(Character)
  case unknownLine(String)
  case wrongSpeaker(String)
  case userEnds
  case slotLine(String)
  case slotTwice(String)
  case fieldCount(slot: String, value: String, found: Int, expected: Int)
  case fewValues(slot: String)
  case template(TemplateError)
  case unknownSlot(String)
  case unknownField(slot: String, found: String?, expected: [String])

  var description: String {
    switch self {
    case .notASCII(let character): "found '\(character)', expected ASCII only"
    case .unknownLine(let line): "found '\(line)', expected 'U: …', 'B: …', 'slot …' or '# …'"
    case .wrongSpeaker(let speaker): "found another turn of '\(speaker)', expected U and B to alternate, U first"
    case .userEnds: "the scene ends with U, expected B"
    case .slotLine(let line): "found '\(line)', expected 'slot name: a | b' or 'slot name(x, y): a=b; c=d'"
    case .slotTwice(let slot): "slot '\(slot)' is defined twice in this file, expected one line for it"
    case .fieldCount(let slot, let value, let found, let expected):
      "'\(value)' of slot '\(slot)' has \(found) fields, expected \(max(1, expected))"
    case .fewValues(let slot): "slot '\(slot)' has one value, expected two or more"
    case .template(let error): "\(error)"
    case .unknownSlot(let slot): "there is no slot '\(slot)' in this file or in slots.txt"
    case .unknownField(let slot, let found, let expected):
      expected.isEmpty
        ? "found field '\(found ?? "")', but slot '\(slot)' has none"
        : "found \(found.map { "field '\($0)'" } ?? "no field"), expected one of '\(expected.joined(separator: "', '"))' "
          + "of slot '\(slot)'"
    }
  }
}

/// A text of facts and questions, such as `a3 f7 ..... ?f7 ?a3`: what the recall model learns from, and is tested on.
///
/// A fact is a key and its value, a question a sign, a key and the value that it has. One byte is one token there, and
/// dots tell nothing.
struct RecallCase: Sendable {
  static let keys = Array("abcdefghijklmnopqrstuvwxyz")
  static let values = Array("0123456789")

  /// With different keys.
  let facts: [String]
  private var parts: [String]

  init(facts count: Int, _ random: inout Randomness) {
    facts = random.shuffled(Self.keys).prefix(count).map { "\($0)\(random.pick(Self.values))" }
    parts = facts
  }

  /// Whether training leaves these facts out: a tenth of all lists, told by a hash of their text.
  var isHeldOut: Bool { StableHash.of(facts.joined(separator: " ")).isMultiple(of: 10) }

  /// Dots before the part of that index, at the end without one; nothing where there are none.
  mutating func insert(dots: Int, at part: Int? = nil) {
    if dots > 0 { parts.insert(String(repeating: ".", count: dots), at: part ?? parts.count) }
  }

  mutating func ask(_ fact: String) { parts.append("?" + fact) }

  var text: String { parts.joined(separator: " ") }
}

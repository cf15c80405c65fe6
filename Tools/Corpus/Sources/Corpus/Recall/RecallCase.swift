/// A text of facts and questions, such as `a3 f7 ..... ?f7 ?a3`, for training and testing the recall model.
///
/// A fact is a key and its value. A question is a sign, a key and its value. One byte is one token, and dots carry no
/// information.
struct RecallCase: Sendable {
  static let keys = Array("abcdefghijklmnopqrstuvwxyz")
  static let values = Array("0123456789")

  /// The facts, with different keys.
  let facts: [String]
  private var parts: [String]

  init(facts count: Int, _ random: inout Randomness) {
    facts = random.shuffled(Self.keys).prefix(count).map { "\($0)\(random.pick(Self.values))" }
    parts = facts
  }

  /// Whether training excludes these facts: a tenth of all lists, selected by a hash of their text.
  var isHeldOut: Bool { StableHash.of(facts.joined(separator: " ")).isMultiple(of: 10) }

  /// Dots before the part with this index, or at the end without one; empty if there are none.
  mutating func insert(dots: Int, at part: Int? = nil) {
    if dots > 0 { parts.insert(String(repeating: ".", count: dots), at: part ?? parts.count) }
  }

  mutating func ask(_ fact: String) { parts.append("?" + fact) }

  var text: String { parts.joined(separator: " ") }
}

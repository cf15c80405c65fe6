/// The values of a slot: `slot food: pizza | pasta`, or with fields `slot capital(country, city): France=Paris; Italy=Rome`.
struct SceneSlot: Sendable {
  let name: String
  /// Empty if the values have no fields.
  let fields: [String]
  /// Each value has one word per field, or one word if there are no fields.
  private(set) var values: [[String]]
  /// The kind of values that may be invented for it, which can only be copied.
  private(set) var invention: Invention?

  /// - Precondition: `line` begins with `slot `.
  init(parsing line: Substring) throws(SceneSyntaxError) {
    guard let colon = line.firstIndex(of: ":") else { throw .slotLine(String(line.prefix(50))) }
    var head = line[..<colon].dropFirst("slot ".count)
    if let bracket = head.firstIndex(of: "(") {
      guard head.last == ")" else { throw .slotLine(String(line.prefix(50))) }
      fields = Self.words(head[head.index(after: bracket)...].dropLast(), separator: ",")
      head = head[..<bracket]
    } else {
      fields = []
    }
    name = String(head)
    let names = [name] + fields
    guard names.allSatisfy(Self.isName) else { throw .slotLine(String(line.prefix(50))) }
    let rest = line[line.index(after: colon)...]
    if fields.isEmpty {
      values = Self.words(rest, separator: "|").map { [$0] }
    } else {
      values = Self.words(rest, separator: ";").map { Self.words($0[...], separator: "=", keepsEmpty: true) }
    }
    for value in values where value.count != max(1, fields.count) {
      throw .fieldCount(slot: name, value: value.joined(separator: "="), found: value.count, expected: fields.count)
    }
    guard values.count > 1 else { throw .fewValues(slot: name) }
    // Values with fields may be facts of the world, such as Reykjavik or 400 years.
    if fields.isEmpty {
      values.removeAll { Self.isHeldOut($0[0]) }
    } else {
      values.removeAll { $0.contains(where: HeldOut.isName) }
    }
    invention = Invention.suiting(self)
  }

  /// Whether its values are people's names.
  var hasNames: Bool { invention == .name }

  /// Adds values that are not in the list.
  mutating func add(_ more: some Sequence<String>) {
    let known = Set(values.map { $0[0] })
    values += more.filter { !known.contains($0) && !Self.isHeldOut($0) }.map { [$0] }
    invention = Invention.suiting(self)
  }

  /// A value that differs from those in use, mostly one of the list.
  func value(avoiding used: (String) -> Bool, _ random: inout Randomness) -> [String] {
    for _ in 0..<20 {
      let value = newValue(&random)
      if !used(value[0]) { return value }
    }
    return newValue(&random)
  }

  private func newValue(_ random: inout Randomness) -> [String] {
    if let invention, random.chance(invention.share) { return [invention.word(&random)] }
    return random.pick(values)
  }

  private static func isHeldOut(_ word: String) -> Bool {
    HeldOut.isHeldOut(word) || Int(word).map(HeldOut.isHeldOut) ?? false
  }

  private static func words(_ text: Substring, separator: Character, keepsEmpty: Bool = false) -> [String] {
    text.split(separator: separator, omittingEmptySubsequences: false).map {
      var word = $0.drop { $0 == " " }
      while word.last == " " { word.removeLast() }
      return String(word)
    }.filter { keepsEmpty || !$0.isEmpty }
  }

  private static func isName(_ text: String) -> Bool {
    text.first?.isLetter == true && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

  /// Invented values.
  enum Invention: Sendable {
    case name, town, number

    var share: Double { self == .number ? 0.9 : 0.25 }

    func word(_ random: inout Randomness) -> String {
      switch self {
      case .name: InventedWords.name(&random)
      case .town: InventedWords.town(&random)
      case .number: Lexicon.number(2...999, &random)
      }
    }

    /// A slot that lists names of people or pets, or towns, may get others of the same kind.
    static func suiting(_ slot: SceneSlot) -> Invention? {
      guard slot.fields.isEmpty else { return nil }
      if slot.name == "number" { return .number }
      func share(_ known: Set<String>) -> Double {
        Double(slot.values.count { known.contains($0[0]) }) / Double(slot.values.count)
      }
      if share(knownNames) > 0.5 { return .name }
      return share(knownTowns) > 0.5 ? .town : nil
    }

    private static let knownNames = Set(Lexicon.firstNames + Lexicon.petNames)
    private static let knownTowns = Set(Lexicon.towns)
  }
}

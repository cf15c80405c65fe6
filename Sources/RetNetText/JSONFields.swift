import RetNet

/// The members of a JSON object. A member that is not read is an error.
struct JSONFields {
  /// The object's name for errors, such as `decoder`.
  let owner: String
  private var members: [(key: String, value: JSONValue)]

  /// Throws `TokenizerDamage` if `value` is not an object.
  init(_ value: JSONValue, _ owner: String) throws(TokenizerDamage) {
    guard case .object(let members) = value else { throw TokenizerDamage("its \(owner) is not an object") }
    (self.owner, self.members) = (owner, members)
  }

  /// The value of a key, which is read then; null if it is missing.
  mutating func value(_ key: String) -> JSONValue {
    guard let index = members.firstIndex(where: { $0.key == key }) else { return .null }
    return members.remove(at: index).value
  }

  mutating func string(_ key: String) throws(TokenizerDamage) -> String {
    guard let text = try stringIfAny(key) else { throw mismatch(key, "a string") }
    return text
  }

  mutating func stringIfAny(_ key: String) throws(TokenizerDamage) -> String? {
    switch value(key) {
    case .null: nil
    case .string(let text): text
    case .boolean, .number, .array, .object: throw mismatch(key, "a string")
    }
  }

  mutating func boolean(_ key: String, default value: Bool) throws(TokenizerDamage) -> Bool {
    switch self.value(key) {
    case .null: value
    case .boolean(let flag): flag
    case .string, .number, .array, .object: throw mismatch(key, "true or false")
    }
  }

  mutating func number(_ key: String) throws(TokenizerDamage) -> Int {
    guard case .number(let number) = value(key), let whole = Int(exactly: number) else {
      throw mismatch(key, "a whole number")
    }
    return whole
  }

  /// An absent list is empty.
  mutating func list(_ key: String) throws(TokenizerDamage) -> [JSONValue] {
    switch value(key) {
    case .null: []
    case .array(let elements): elements
    case .boolean, .number, .string, .object: throw mismatch(key, "a list")
    }
  }

  /// Throws if a key has another value than null, false or an empty string.
  mutating func requireOff(_ key: String) throws(TokenizerDamage) {
    switch value(key) {
    case .null, .boolean(false), .string(""): return
    case .number(0): return
    case .boolean, .number, .string, .array, .object:
      throw TokenizerDamage("its \(owner) sets '\(key)', which is not supported")
    }
  }

  /// Throws if a key was not read.
  func finish() throws(TokenizerDamage) {
    if let member = members.first {
      throw TokenizerDamage("its \(owner) has the key '\(ConfigurationObject.cut(member.key))', which is not supported")
    }
  }

  private func mismatch(_ key: String, _ expected: String) -> TokenizerDamage {
    TokenizerDamage("'\(key)' of its \(owner) is not \(expected)")
  }
}

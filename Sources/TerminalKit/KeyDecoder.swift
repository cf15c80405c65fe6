/// Converts the input of a terminal library to keys: composes characters, names control keys, distinguishes the Esc key,
/// keys with Alt and unknown escape sequences, and collects a bracketed paste into one key.
struct KeyDecoder: Sendable {
  package enum Input: Hashable, Sendable {
    /// A code point that was typed or sent.
    case scalar(UInt32)
    /// A key that the library recognised.
    case key(Key)
    case pasteStart
    case pasteEnd
  }

  /// Maximum number of code points in a paste; the rest is dropped.
  static let maximumPaste = 1 << 20

  private var paste: [UInt32]?

  /// Whether a paste has started and not ended.
  var isPasting: Bool { paste != nil }

  /// - Parameter batch: all input that was available at once. An Esc followed by `[` or `O` and a complete sequence is
  ///   a key that the terminal description lacks: common ones are decoded, others dropped. An Esc followed by one
  ///   character is that key with Alt. Any other Esc is the Esc key.
  package mutating func decode(_ batch: [Input]) -> [Key] {
    var keys: [Key] = []
    var text = String.UnicodeScalarView()
    func finishText() {
      keys += String(text).map(Key.character)
      text = String.UnicodeScalarView()
    }
    var index = 0
    while index < batch.count {
      let input = batch[index]
      index += 1
      if paste != nil {
        if case .scalar(0x1B) = input, let sequence = Sequence(batch[index...]) {
          index += sequence.length
          if sequence.isPasteEnd { finishPaste(&keys) }
        } else {
          add(input, toPaste: &keys)
        }
        continue
      }
      switch input {
      case .scalar(0x1B):
        finishText()
        guard let sequence = Sequence(batch[index...]) else {
          if index < batch.count, let key = Self.altKey(batch[index]) {
            keys.append(.alt(key))
            index += 1
          } else {
            keys.append(.escape)
          }
          continue
        }
        index += sequence.length
        if sequence.isPasteStart { paste = [] }
        if let key = sequence.key { keys.append(key) }
      case .scalar(let value):
        if let key = Self.controlKey(value) {
          finishText()
          keys.append(key)
        } else if let scalar = Unicode.Scalar(value), !(0x80...0x9F).contains(value) {
          text.append(scalar)
        }
      case .key(let key):
        finishText()
        keys.append(key)
      case .pasteStart:
        finishText()
        paste = []
      case .pasteEnd: break
      }
    }
    finishText()
    return keys
  }

  /// Ends a paste whose end sequence was lost, so that keys are decoded again.
  mutating func endPaste() -> [Key] {
    var keys: [Key] = []
    finishPaste(&keys)
    return keys
  }

  private mutating func add(_ input: Input, toPaste keys: inout [Key]) {
    switch input {
    case .pasteEnd: finishPaste(&keys)
    case .scalar(let value): if paste?.count ?? 0 < Self.maximumPaste { paste?.append(value) }
    case .key(.resize(let columns, let rows)): keys.append(.resize(columns: columns, rows: rows))
    case .key(.enter): paste?.append(0x0A)
    case .key(.tab): paste?.append(0x09)
    case .key, .pasteStart: break
    }
  }

  private mutating func finishPaste(_ keys: inout [Key]) {
    guard let values = paste else { return }
    paste = nil
    var text = String.UnicodeScalarView()
    var afterReturn = false
    for value in values {
      switch value {
      case 0x0D: text.append("\n")
      case 0x0A: if !afterReturn { text.append("\n") }
      case 0x09, 0x20...0x7E, 0xA0...: if let scalar = Unicode.Scalar(value) { text.append(scalar) }
      default: break
      }
      afterReturn = value == 0x0D
    }
    keys.append(.paste(String(text)))
  }

  /// The key that Alt modifies. `[` and `O` begin sequences, and a second Esc is a key of its own.
  private static func altKey(_ input: Input) -> Key? {
    guard case .scalar(let value) = input, value != 0x5B, value != 0x4F, value != 0x1B else { return nil }
    if let key = controlKey(value) { return key }
    guard (0x20...0x7E).contains(value), let scalar = Unicode.Scalar(value) else { return nil }
    return .character(Character(scalar))
  }

  private static func controlKey(_ value: UInt32) -> Key? {
    switch value {
    case 0x09: return .tab
    case 0x0A: return .control("j")
    case 0x0D: return .enter
    case 0x08, 0x7F: return .backspace
    case 0x00: return .control("@")
    case 0x01...0x1A: return Unicode.Scalar(value + 0x60).map { .control(Character($0)) }
    case 0x1C...0x1F: return Unicode.Scalar(value + 0x40).map { .control(Character($0)) }
    default: return nil
    }
  }

  /// The input after an Esc, if it is a complete control sequence (`[`, parameters, a final letter) or `O` and a
  /// letter.
  private struct Sequence {
    var length: Int
    private var parameters = ""
    private var final: Character

    init?(_ rest: ArraySlice<Input>) {
      guard case .scalar(let opening)? = rest.first, opening == 0x5B || opening == 0x4F else { return nil }
      for (offset, input) in rest.dropFirst().enumerated() {
        guard case .scalar(let value) = input, let scalar = Unicode.Scalar(value) else { return nil }
        switch value {
        case 0x20...0x3F where opening == 0x5B: parameters.unicodeScalars.append(scalar)
        case 0x40...0x7E:
          length = offset + 2
          final = Character(scalar)
          return
        default: return nil
        }
      }
      return nil
    }

    var isPasteStart: Bool { final == "~" && parameters == "200" }
    var isPasteEnd: Bool { final == "~" && parameters == "201" }

    /// The key without modifiers (`1;5A`), except Ctrl and Alt with ← and →, and Enter with Shift or Alt.
    var key: Key? {
      let number = parameters.prefix { $0 != ";" }
      let isWord = ["1;5", "1;3", "5"].contains(parameters)
      switch (final, number) {
      case ("C", _) where isWord, ("c", ""): return .controlRight
      case ("D", _) where isWord, ("d", ""): return .controlLeft
      case ("u", "13") where parameters != "13", ("~", "27") where parameters.hasSuffix(";13"): return .alt(.enter)
      case ("A", _): return .up
      case ("B", _): return .down
      case ("C", _): return .right
      case ("D", _): return .left
      case ("H", _), ("~", "1"), ("~", "7"): return .home
      case ("F", _), ("~", "4"), ("~", "8"): return .end
      case ("~", "3"): return .delete
      case ("~", "5"): return .pageUp
      case ("~", "6"): return .pageDown
      case ("Z", _): return .backTab
      default: return nil
      }
    }
  }
}

extension String {
  /// The line without the sequences of keys such as ↑. A terminal sends them with the line if no program edits it.
  package var withoutKeySequences: String {
    var decoder = KeyDecoder()
    var text = ""
    for key in decoder.decode(unicodeScalars.map { .scalar($0.value) }) + decoder.endPaste() {
      if case .character(let character) = key { text.append(character) }
      if case .alt(.character(let character)) = key { text.append(character) }
      if case .paste(let pasted) = key { text += pasted }
      if key == .tab { text.append("\t") }
    }
    return text
  }
}

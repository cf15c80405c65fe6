/// How one user types, throughout a conversation.
struct Typist: Sendable {
  enum Style: Sendable, CaseIterable {
    /// As written.
    case tidy
    /// Without capitals and mostly without a last mark.
    case lowercase
    /// Without capitals and apostrophes, in short forms, with slips.
    case hasty
    /// Capitals, and hardly ever a last mark.
    case unmarked
    /// More than one exclamation mark.
    case loud
  }

  let style: Style
  /// Whether names lose their capitals, where others do.
  private let lowersNames: Bool
  private let shortens: Bool

  private static let styles = [
    Weighted(0.52, Style.tidy), Weighted(0.24, .lowercase), Weighted(0.15, .hasty), Weighted(0.07, .unmarked),
    Weighted(0.02, .loud),
  ]

  init(_ random: inout Randomness) {
    self.init(random.pick(Self.styles), lowersNames: random.chance(0.8), shortens: random.chance(0.4))
  }

  init(_ style: Style, lowersNames: Bool = true, shortens: Bool = false) {
    self.style = style
    self.lowersNames = lowersNames
    self.shortens = shortens
  }

  /// Appends the sentence as this user types it, without marks. A marked word keeps its letters, and may lose its capitals.
  func type(_ sentence: String, into output: inout [UInt8], _ random: inout Randomness) {
    switch style {
    case .tidy: append(sentence.utf8, to: &output)
    case .unmarked:
      append(sentence.utf8, to: &output)
      if random.chance(0.9) { removeEnd(of: &output) }
    case .loud:
      append(sentence.utf8, to: &output)
      if output.last == UInt8(ascii: "!") || output.last == UInt8(ascii: "."), random.chance(0.5) {
        output[output.count - 1] = UInt8(ascii: "!")
        output.append(UInt8(ascii: "!"))
      }
    case .lowercase:
      lower(sentence.utf8, to: &output)
      if random.chance(0.85) { removeEnd(of: &output) }
    case .hasty:
      var text = shortens ? Self.shortened(sentence, &random) : sentence
      if random.chance(0.12) { text = Self.withSlip(text, &random) }
      lower(text.utf8, to: &output, dropsApostrophes: true)
      removeEnd(of: &output)
    }
  }

  private func append(_ text: String.UTF8View, to output: inout [UInt8]) {
    for byte in text where byte > Mark.closeByte { output.append(byte) }
  }

  private func lower(_ text: String.UTF8View, to output: inout [UInt8], dropsApostrophes: Bool = false) {
    var isMarked = false
    for byte in text {
      switch byte {
      case Mark.openByte: isMarked = true
      case Mark.closeByte: isMarked = false
      case UInt8(ascii: "'") where dropsApostrophes && !isMarked: break
      default:
        output.append(byte.isUpper && (lowersNames || !isMarked) ? byte | 0x20 : byte)
      }
    }
  }

  /// Without the last full stop or exclamation mark, and mostly the last question mark.
  private func removeEnd(of output: inout [UInt8]) {
    guard let last = output.last, ".!?".utf8.contains(last), output.count > 1 else { return }
    if !".!?".utf8.contains(output[output.count - 2]) { output.removeLast() }
  }

  private static let shortForms: [String: String] = [
    "you": "u", "are": "r", "your": "ur", "please": "pls", "thanks": "thx", "because": "cuz", "okay": "ok", "really": "rly",
    "people": "ppl", "tomorrow": "tmrw", "tonight": "tonite", "though": "tho", "probably": "prob", 
    "with": "w", "something": "smth", "about": "abt", "message": "msg", "you're": "ur", "before": "b4", "great": "gr8",
  ]

  /// Some words in short forms.
  private static func shortened(_ text: String, _ random: inout Randomness) -> String {
    var result = ""
    for word in text.split(separator: " ") {
      if !result.isEmpty { result += " " }
      let core = word.prefix { $0.isLetter || $0 == "'" }
      if let short = shortForms[core.lowercased()], random.chance(0.6) {
        result += short
        result += word[core.endIndex...]
      } else {
        result += word
      }
    }
    return result
  }

  /// Two neighbouring letters of one long unmarked word change places, or one letter is missing.
  private static func withSlip(_ text: String, _ random: inout Randomness) -> String {
    var bytes = Array(text.utf8)
    var words: [Range<Int>] = []
    var start: Int?
    var isMarked = false
    for index in 0...bytes.count {
      let byte = index < bytes.count ? bytes[index] : UInt8(ascii: " ")
      if byte == Mark.openByte { isMarked = true }
      if byte == Mark.closeByte { isMarked = false }
      if byte.isLetter, !isMarked {
        if start == nil { start = index }
      } else if let begin = start {
        if index - begin >= 5 { words.append(begin..<index) }
        start = nil
      }
    }
    guard !words.isEmpty else { return text }
    let word = random.pick(words)
    if random.chance(0.6) {
      bytes.swapAt(word.upperBound - 3, word.upperBound - 2)
    } else {
      bytes.remove(at: random.number(word.lowerBound + 1...word.upperBound - 2))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

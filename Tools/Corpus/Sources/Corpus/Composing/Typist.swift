/// The typing style of one user throughout a conversation.
struct Typist: Sendable {
  enum Style: Sendable, CaseIterable {
    /// Unchanged.
    case tidy
    /// Without capitals, and mostly without a final mark.
    case lowercase
    /// Without capitals and apostrophes, with short forms and typing errors.
    case hasty
    /// Capitals, and seldom a final mark.
    case unmarked
    /// More than one exclamation mark.
    case loud
  }

  let style: Style
  /// Whether names lose their capitals like other words.
  private let lowersNames: Bool
  /// "u" for "you" and the like, in the hasty style.
  private let shortens: Bool
  /// "I'm" for "I am".
  private let contracts: Bool
  /// "color" for "colour".
  private let isAmerican: Bool

  private static let styles = [
    Weighted(0.52, Style.tidy), Weighted(0.24, .lowercase), Weighted(0.15, .hasty), Weighted(0.07, .unmarked),
    Weighted(0.02, .loud),
  ]

  init(_ random: inout Randomness) {
    self.init(
      random.pick(Self.styles), lowersNames: random.chance(0.8), shortens: random.chance(0.4),
      contracts: random.chance(0.65), isAmerican: random.chance(0.4))
  }

  init(
    _ style: Style, lowersNames: Bool = true, shortens: Bool = false, contracts: Bool = false, isAmerican: Bool = false
  ) {
    self.style = style
    self.lowersNames = lowersNames
    self.shortens = shortens
    self.contracts = contracts
    self.isAmerican = isAmerican
  }

  /// Appends the sentence in this user's style, without marks. A marked word keeps its letters, and may lose its capitals.
  ///
  /// - Parameter isTyped: whether it already has a typing style; then only its capitals may change.
  func type(_ sentence: String, isTyped: Bool = false, into output: inout [UInt8], _ random: inout Randomness) {
    let start = output.count
    if isTyped {
      output.append(contentsOf: sentence.utf8)
    } else {
      var text = sentence
      if style == .hasty {
        if shortens { text = Self.shortened(text, &random) }
        if random.chance(0.12) { text = Self.withSlip(text, &random) }
      }
      if contracts { Contractions.append(text, to: &output) } else { output.append(contentsOf: text.utf8) }
      if isAmerican { Self.americanize(&output, after: start) }
    }
    if style == .lowercase || style == .hasty {
      lower(&output, after: start, dropsApostrophes: style == .hasty && !isTyped)
    }
    Mark.remove(from: &output, after: start)
    guard !isTyped else { return }
    switch style {
    case .tidy: break
    case .lowercase: if random.chance(0.85) { removeEnd(of: &output) }
    case .hasty: removeEnd(of: &output)
    case .unmarked: if random.chance(0.9) { removeEnd(of: &output) }
    case .loud:
      if let last = output.last, ".!".utf8.contains(last), random.chance(0.5) {
        output[output.count - 1] = UInt8(ascii: "!")
        output.append(UInt8(ascii: "!"))
      }
    }
  }

  /// A marked word with a digit, such as a code, keeps its capitals.
  private func lower(_ bytes: inout [UInt8], after start: Int, dropsApostrophes: Bool) {
    var end = start
    var keepsCase = false
    var isMarked = false
    for index in start..<bytes.count {
      let byte = bytes[index]
      if byte == Mark.openByte {
        let word = bytes[index...].prefix { $0 != Mark.closeByte }
        (isMarked, keepsCase) = (true, !lowersNames || word.contains(where: \.isDigit))
      }
      if byte == Mark.closeByte { (isMarked, keepsCase) = (false, false) }
      if byte == UInt8(ascii: "'"), dropsApostrophes, !isMarked { continue }
      bytes[end] = byte.isUpper && !keepsCase ? byte | 0x20 : byte
      end += 1
    }
    bytes.removeLast(bytes.count - end)
  }

  private static let british = ["colour", "avour", "neighbour"].map { Array($0.utf8) }

  /// "color", "favorite", "neighbor", except in marked words.
  private static func americanize(_ bytes: inout [UInt8], after start: Int) {
    var isMarked = false
    var index = start
    while index + 2 < bytes.count {
      if bytes[index] <= Mark.closeByte { isMarked = bytes[index] == Mark.openByte }
      if !isMarked, bytes[index] == UInt8(ascii: "o"), bytes[index + 1] == UInt8(ascii: "u"),
        bytes[index + 2] == UInt8(ascii: "r"),
        british.contains(where: { word in
          index + 3 - word.count >= start
            && zip(bytes[(index + 3 - word.count)...], word).allSatisfy { $0 | 0x20 == $1 }
        })
      {
        bytes.remove(at: index + 1)
      }
      index += 1
    }
  }

  /// Without the final full stop or exclamation mark, and mostly without the final question mark.
  private func removeEnd(of output: inout [UInt8]) {
    guard let last = output.last, ".!?".utf8.contains(last), output.count > 1 else { return }
    if !".!?".utf8.contains(output[output.count - 2]) { output.removeLast() }
  }

  private static let shortForms: [String: String] = [
    "you": "u", "are": "r", "your": "ur", "please": "pls", "thanks": "thx", "because": "cuz", "okay": "ok",
    "really": "rly",
    "people": "ppl", "tomorrow": "tmrw", "tonight": "tonite", "though": "tho", "probably": "prob",
    "with": "w", "something": "smth", "about": "abt", "message": "msg", "you're": "ur", "before": "b4",
    "great": "gr8",
  ]

  /// Replaces some words by short forms.
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

  /// Swaps two neighbouring letters of one long unmarked word, or omits a letter.
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

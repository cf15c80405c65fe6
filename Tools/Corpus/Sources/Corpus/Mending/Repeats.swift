import RetNetText

/// Repetitions that are errors of a writer or generator, not part of the dialogue.
enum Repeats {
  /// Removes a sentence that repeats the one before it, a turn that repeats the other speaker's turn, and an exchange that
  /// occurred before. Texts of fewer than four words stay, as people do repeat them ("Bye!" "Bye!").
  static func removed(from turns: [Turn], _ mends: inout [Mend: Int]) -> [Turn] {
    var result: [Turn] = []
    var exchanges: Set<[String]> = []
    for turn in turns {
      let text = withoutRepeatedSentence(turn.text)
      if text != turn.text { mends[.repeated, default: 0] += 1 }
      if let last = result.last, last.text.lowercased() == text.lowercased(), isLong(text) {
        mends[.repeated, default: 0] += 1
        continue
      }
      result.append(Turn(turn.speaker, text))
      guard turn.speaker == .reply, result.count >= 2 else { continue }
      let exchange = result.suffix(2).map { $0.text.lowercased() }
      if exchange.contains(where: isLong), !exchanges.insert(exchange).inserted {
        result.removeLast(2)
        mends[.repeated, default: 0] += 1
      }
    }
    return result
  }

  private static func isLong(_ text: String) -> Bool {
    guard text.isASCII else { return text.split(separator: " ").count >= 4 }
    var (words, isInWord) = (0, false)
    for byte in text.utf8 {
      let isSpace = byte == UInt8(ascii: " ")
      if !isSpace && !isInWord { words += 1 }
      if words == 4 { return true }
      isInWord = !isSpace
    }
    return false
  }

  private static func withoutRepeatedSentence(_ text: String) -> String {
    var sentences: [Substring] = []
    var start = text.startIndex
    var afterStop = false
    for index in text.utf8.indices {
      let byte = text.utf8[index]
      if afterStop, byte == UInt8(ascii: " ") {
        sentences.append(text[start..<index])
        start = text.utf8.index(after: index)
      }
      afterStop = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "!")
    }
    sentences.append(text[start...])
    var result: [Substring] = []
    for sentence in sentences where !(sentence == result.last && sentence.contains(" ")) { result.append(sentence) }
    return result.count == sentences.count ? text : result.joined(separator: " ")
  }
}

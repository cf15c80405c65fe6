/// What a sentence needs once its words are in place.
enum Sentence {
  /// Single spaces, `an` before a vowel, a capital at the start of each sentence.
  static func tidy(_ text: String) -> String {
    capitalized(withArticles(text.split(separator: " ").joined(separator: " ")))
  }

  /// With "I'm" for "I am" and the like, in a third of all cases.
  static func contracted(_ text: String, _ random: inout Randomness) -> String {
    guard random.chance(0.33) else { return text }
    return Mark.outside(text) { part in contractions.reduce(String(part)) { $0.replacing($1.0, with: $1.1) } }
  }

  /// Only where a word follows, since "Yes, I'm." is no sentence.
  static let contractions = [
    ("I am ", "I'm "), ("I have not ", "I haven't "), ("do not ", "don't "), ("Do not ", "Don't "),
    ("does not ", "doesn't "), ("cannot ", "can't "), ("You are ", "You're "), ("you are ", "you're "),
    ("That is ", "That's "), ("It is ", "It's "), ("is not ", "isn't "), ("have not ", "haven't "),
    ("I will ", "I'll "), ("What is ", "What's "), ("did not ", "didn't "), ("You have not ", "You haven't "),
  ]

  private static func withArticles(_ text: String) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    return words.indices.map { index in
      let word = words[index]
      guard word == "a" || word == "A", index + 1 < words.count else { return String(word) }
      let next = words[index + 1].drop { !$0.isLetter }
      let isVowel = next.first.map { "aeiouAEIOU".contains($0) } ?? false
      let isSpokenAsConsonant = ["uni", "uku", "use", "one"].contains { next.lowercased().hasPrefix($0) }
      return isVowel && !isSpokenAsConsonant ? "\(word)n" : String(word)
    }.joined(separator: " ")
  }

  private static func capitalized(_ text: String) -> String {
    var result = ""
    var isStart = true
    var afterStop = false
    for character in text {
      if isStart, character.isLetter || character.isNumber {
        result += character.uppercased()
        isStart = false
      } else {
        result.append(character)
      }
      if afterStop, character == " " { isStart = true }
      if character != "\u{E001}" { afterStop = ".?!".contains(character) }
    }
    return result
  }
}

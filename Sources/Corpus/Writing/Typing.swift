/// How people type: without capitals, without a full stop, in short forms, with a slip.
enum Typing {
  static func apply(to sentence: String, _ random: inout Randomness) -> String {
    var text = sentence
    if random.chance(0.4) { text = replacing(Sentence.contractions, in: text) }
    if random.chance(0.1) { text = replacing(shortForms, in: text) }
    if random.chance(0.05) { text = withSlip(text, &random) }
    if random.chance(0.35) {
      // Words that must be remembered mostly keep their capitals.
      text = random.chance(0.15) ? text.lowercased() : Mark.outside(text) { $0.lowercased() }
      if random.chance(0.3) { text = Mark.outside(text) { String($0).replacing("'", with: "") } }
      if random.chance(0.7) { text = withoutEnd(text) }
    } else if random.chance(0.15) {
      text = withoutEnd(text)
    }
    return text
  }

  private static let shortForms = [
    ("you ", "u "), ("You ", "U "), (" you?", " u?"), (" are ", " r "), ("Are ", "R "), ("your ", "ur "),
    ("please", "pls"), ("Please", "Pls"), ("Thank you", "Thx"), ("Thanks", "Thx"), ("because", "cuz"),
    ("I do not know", "Idk"), ("going to ", "gonna "), ("want to ", "wanna "), ("Okay", "Ok"), ("really ", "rly "),
  ]

  private static func replacing(_ forms: [(String, String)], in text: String) -> String {
    Mark.outside(text) { part in forms.reduce(String(part)) { $0.replacing($1.0, with: $1.1) } }
  }

  /// Without the last full stop, question or exclamation mark, if one sentence is all there is.
  private static func withoutEnd(_ text: String) -> String {
    guard let last = text.last, ".?!".contains(last), text.dropLast().allSatisfy({ !".?!".contains($0) }) else {
      return text
    }
    return String(text.dropLast())
  }

  /// Two neighbouring letters of one long word change places.
  private static func withSlip(_ text: String, _ random: inout Randomness) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let long = words.indices.filter { words[$0].count >= 5 && words[$0].allSatisfy(\.isLetter) }
    guard !long.isEmpty else { return text }
    var changed = words
    let index = random.pick(long)
    var letters = Array(words[index])
    letters.swapAt(letters.count - 3, letters.count - 2)
    changed[index] = String(letters)
    return changed.joined(separator: " ")
  }
}

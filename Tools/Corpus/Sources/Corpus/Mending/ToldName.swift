/// A given name that a speaker tells in so many words: "I'm Anna.", not "I'm Canadian." A surname behind it makes it
/// another's, as a rule: "I'm Mary Poppins!"
enum ToldName {
  /// What stands before a name that is told.
  private static let introductions = Marks(["I'm ", "I am ", "y name is ", "y name's "])

  private static let names = Set(Lexicon.firstNames)

  static func first(in text: String) -> String? {
    guard introductions.areIn(text) else { return nil }
    for match in text.matches(of: #/(?:I'm|I am|[Mm]y name is|[Mm]y name's) ([A-Z][a-z]+)\b(?! [A-Z])/#) {
      if names.contains(String(match.1)) { return String(match.1) }
    }
    return nil
  }
}

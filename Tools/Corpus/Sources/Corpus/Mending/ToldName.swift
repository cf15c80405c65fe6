/// A given name that a speaker states explicitly: "I'm Anna.", not "I'm Canadian." With a surname after it, it is usually
/// another person's: "I'm Mary Poppins!"
enum ToldName {
  /// The words before a stated name.
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

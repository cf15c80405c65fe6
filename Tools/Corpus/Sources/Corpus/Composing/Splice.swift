/// The places where a conversation can be interrupted by another subject and resume.
enum Splice {
  /// Indices of exchanges whose user turn does not depend on the reply before it: a question about a stated fact.
  static func places(in exchanges: [Exchange]) -> [Int] {
    exchanges.indices.dropFirst().filter { index in
      isIndependent(exchanges[index].user) && !withoutLastQuestion(exchanges[index - 1].reply).hasSuffix("?")
    }
  }

  private static let aboutUser = Phrases([" my ", " i ", " me ", " me?", " i'm ", " i've ", "remember"])
  private static let dependentStarts = Phrases([
    " and ", " and,", " but ", " because", " yes", " no ", " no,", " no.", " no!", " it ", " it's", " its ", " that",
    " they", " he ", " she ", " this", " why", " or ", " both", " not", " exactly", " correct", " true", " right",
    " ha", " lol", " wow", " never", " maybe", " sure", " then", " what about", " how about", " which one", " oh",
    " too", " only", " thanks", " thank", " great", " good", " ok", " nope", " yep", " yeah", " perfect", " nice",
    " really", " almost", " nearly", " close", " wrong", " there ", " of course", " impressive", " very",
  ])
  private static let pronouns = Phrases([
    " it ", " it?", " it's ", " that?", " that one", " them ", " them?", " they ", " he ", " she ", " him", " her ",
    " this ", " those ", " one?", " other ", " again", " too?", " else", " second", " last ", " before that",
    " yours", " instead",
  ])

  static func isIndependent(_ user: String) -> Bool {
    let text = user.searchable
    guard user.utf8.last == UInt8(ascii: "?"), !hasTwoSentences(user) else { return false }
    return aboutUser.areIn(text) && !dependentStarts.begin(text) && !pronouns.areIn(text)
  }

  private static func hasTwoSentences(_ text: String) -> Bool {
    zip(text.utf8, text.utf8.dropFirst()).contains { ".!?".utf8.contains($0) && $1 == UInt8(ascii: " ") }
  }

  /// Whether a turn of other people's dialogue begins a subject: a question or wish that refers to nothing before it.
  static func opensSubject(_ text: [UInt8]) -> Bool {
    openings.begin(text) && !pronouns.areIn(text)
  }

  private static let openings = Phrases([
    " do you like ", " have you ", " did you know ", " what is your ", " what's your ", " do you know ",
    " do you have ", " do you watch ", " do you play ", " do you listen ", " are you a fan ", " what kind of ",
    " who is your ", " what do you think ", " i love ", " i like ", " i've been ", " i have been ", " i just ",
    " i went ", " my favorite ", " speaking of ", " do you enjoy ", " what are your ", " i'm a big fan", " i need ",
    " i want ", " can you find ", " i'm looking for ", " where do you ", " when do you ", " i heard ",
  ])

  /// The turn that returns to a subject, sometimes with words that say so.
  static func resumed(_ user: String, _ random: inout Randomness) -> String {
    guard random.chance(0.25) else { return user }
    return random.pick([
      "By the way, ", "Quick question: ", "One more thing: ", "Oh, and ", "Okay, back to me: ", "Tell me, ",
    ]) + lowered(user)
  }

  /// The sentence with a lower-case first letter, except "I" and names.
  static func lowered(_ sentence: String) -> String {
    let word = sentence.prefix { $0.isLetter || $0 == "'" }
    guard !word.isEmpty, word != "I", !word.hasPrefix("I'") else { return sentence }
    return sentence.prefix(1).lowercased() + sentence.dropFirst()
  }

  /// The reply without its last, unanswered question; unchanged if it is only a question.
  static func withoutLastQuestion(_ reply: String) -> String {
    guard reply.utf8.last == UInt8(ascii: "?") else { return reply }
    let bytes = reply.utf8
    var index = bytes.index(before: bytes.endIndex)
    while index > bytes.startIndex {
      let previous = bytes.index(before: index)
      if bytes[index] == UInt8(ascii: " "), ".!".utf8.contains(bytes[previous]) {
        return String(reply[..<index])
      }
      if bytes[index] == UInt8(ascii: " "), bytes[previous] == UInt8(ascii: "?") { return reply }
      index = previous
    }
    return reply
  }
}

/// The user's name in a reply.
enum Address {
  private static let openings = [
    "Sure", "Of course", "Thanks", "Thank you", "Good idea", "Goodbye", "Bye", "Good night", "You're welcome",
    "You are welcome", "Well done", "Lovely", "Nice", "Great", "Okay", "All right", "Welcome back", "Good question",
    "Sorry to hear that", "I'm sorry to hear that", "I am sorry to hear that", "Enjoy", "Good luck", "Have fun",
    "Good morning", "Good evening", "Well", "Congratulations", "I'm sorry", "Good", "Fair enough", "Good for you",
    "Oh no", "No problem", "My pleasure", "Sounds good", "That's great",
  ]

  /// "Good idea!" → "Good idea, Anna!"; unchanged if the reply begins otherwise or already has the name.
  static func by(_ name: String, in reply: String) -> String {
    for opening in openings where reply.hasPrefix(opening) {
      let rest = reply.dropFirst(opening.count)
      guard let mark = rest.first, ".!,".contains(mark), !reply.contains(name) else { continue }
      return "\(opening), \(name)\(rest)"
    }
    return reply
  }
}

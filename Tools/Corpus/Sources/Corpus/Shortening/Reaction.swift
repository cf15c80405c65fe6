/// Short replies to a statement that fit its feeling: sorrow for bad news, joy for good news, interest in the rest.
enum Reaction {
  static func to(_ statement: String, _ random: inout Randomness) -> String {
    let words = statement.lowercased().split { !$0.isLetter && $0 != "'" }.map(String.init)
    let (bad, good) = (words.count(where: badWords.contains), words.count(where: goodWords.contains))
    let noun = random.chance(0.45) ? noun(in: words) : nil
    if bad > good {
      if let noun, random.chance(0.4) { return filled(random.pick(sorrowAbout), noun) }
      return random.pick(sorrow)
    }
    if bad == 0, successes.areIn(statement.searchable) { return random.pick(congratulations) }
    if good > bad {
      if let noun, !noun.hasSuffix("s") { return filled(random.pick(joyAbout), noun) }
      return random.pick(joy)
    }
    return noun.map { filled(random.pick(interestIn), $0) } ?? random.pick(interest)
  }

  private static func filled(_ template: String, _ noun: String) -> String {
    let article = "aeiou".contains(noun.first ?? "x") ? "An" : "A"
    return template.replacing("{A}", with: article).replacing("{n}", with: noun)
  }

  /// The last word after an article or a possessive that is neither a common word nor a feeling.
  private static func noun(in words: [String]) -> String? {
    Array(zip(words, words.dropFirst())).last { before, word in
      articles.contains(before) && (4...12).contains(word.count) && word.allSatisfy(\.isLetter)
        && !commonWords.contains(word) && !badWords.contains(word) && !goodWords.contains(word)
        && !["ed", "ing", "ly", "est", "er"].contains(where: word.hasSuffix)
    }?.1
  }

  private static let articles: Set<String> = [
    "a", "an", "the", "my", "our", "his", "her", "their", "this", "new", "old", "little", "big",
  ]

  private static func words(_ text: String) -> Set<String> { Set(text.split { $0.isWhitespace }.map(String.init)) }

  private static let commonWords = words(
    """
    with from that this have been very much more most last next first other same little good great thing things time
    times half whole kind year years week weeks month months days hour hours minute minutes morning evening night weekend
    moment people person only best worst small large long short young then just were what when your really part
    """)

  private static let badWords = words(
    """
    lost lose died dead dying sick ill sad tired exhausted broke broken hurt hurts hurting pain painful ache aches late
    missed miss failed fail afraid scared worried worry worries angry alone lonely stolen stole fell fallen cried cry crying
    bad badly terrible awful horrible hate hates hated stressed stress fired divorce divorced left unhappy upset nervous
    anxious cancelled rain rained raining flu fever hospital surgery accident crash crashed burnt burned worse worst rude
    noisy argue argued fight fought quarrel boring bored annoying annoyed wrong ruined stuck hungry cold freezing headache
    toothache migraine grief funeral homesick jealous ashamed embarrassed embarrassing disappointed disappointing difficult
    hard tough struggling problem problems trouble leak leaking leaks flooded thief damaged delayed useless unfair hopeless
    empty overwhelmed insomnia nightmare nightmares dentist wound bleeding sore swollen sprained
    """)

  private static let goodWords = words(
    """
    won win winning passed happy love loves loved great new finally engaged married wedding birthday holiday holidays
    vacation baby born fun best beautiful good better nice wonderful lovely promoted promotion job graduated graduation prize
    medal delicious tasty perfect excited proud laugh laughed laughing sunny sunshine party celebrate celebrating gift
    present surprise surprised cute sweet enjoy enjoyed enjoying glad relaxed calm peaceful success successful fixed found
    healed recovered cake garden beach concert adopted puppy kitten
    """)

  private static let successes = Phrases([
    " won ", " passed ", " got the job", " got a job", " got my licen", " got my degree", " promoted", " promotion",
    " graduated", " engaged", " married", " is born", " was born", " finished my ", " finished the ", " first prize",
    " gold medal",
  ])

  private static let sorrow = [
    "Oh no, I'm sorry to hear that.", "I'm sorry to hear that.", "That sounds hard.",
    "That sounds hard. How do you feel now?", "Oh no! What happened?", "I'm sorry. Do you want to tell me more?",
    "That's a pity.", "Oh dear, I'm sorry.", "That must be hard. I'm listening.",
    "I'm sorry. I hope it gets better soon.",
    "Oh no. I hope it gets better soon!", "That's not easy. How are you now?", "Oh, that's bad luck. I'm sorry.",
    "I understand. That's hard.", "I'm sorry, that sounds tiring.", "Oh no, how annoying!",
    "That sounds unpleasant. What will you do now?", "I'm sorry. What would help you now?",
  ]
  private static let sorrowAbout = [
    "I'm sorry about the {n}.", "Oh no, the {n}! What happened?", "I'm sorry about your {n}. What will you do?",
    "The {n}? Oh no, I'm sorry.",
  ]
  private static let congratulations = [
    "Congratulations!", "Congratulations! How do you feel?", "Well done! You can be proud.",
    "Congratulations, that's wonderful news!", "Great news, congratulations!", "Well done! I'm happy for you.",
  ]
  private static let joy = [
    "That sounds great!", "How lovely!", "That's wonderful! Tell me more.", "Great! How was it?",
    "Nice! I'm happy for you.", "That sounds lovely. Tell me more!", "How nice! What did you like best?",
    "That's good to hear!", "Wonderful! I'm glad to hear it.", "Lovely! That sounds like a good day.",
    "Great, enjoy it!",
    "That sounds like fun!", "I'm glad to hear that!", "Cool! What is it like?", "Brilliant! Tell me about it.",
  ]
  private static let joyAbout = [
    "{A} {n}! How lovely.", "The {n} sounds lovely!", "How nice! Tell me about the {n}.",
    "Great! I like the sound of that {n}.", "{A} {n}, wonderful! What is it like?",
  ]
  private static let interest = [
    "I see. Tell me more!", "That sounds interesting.", "That sounds interesting. Tell me more!", "I see.",
    "Oh, interesting! Tell me more.", "Really? Tell me more.", "I see!", "Tell me more!", "Interesting! Tell me more.",
    "Oh, really?", "I understand.", "Interesting!",
  ]
  private static let interestIn = [
    "The {n}? Tell me more!", "Tell me about the {n}.", "Tell me more about the {n}!",
    "I'd like to hear more about the {n}.", "Nice, the {n}! Tell me more.", "The {n}, I see.",
  ]
}

/// Probes in small talk: the user gives a name with a greeting, or states a fact late, and the questions come between
/// messages about films, work and family. The corpus has none of the wordings of half of the greetings and questions.
enum AcquaintanceProbes {
  private static let introductions = [
    "Hello! My name is {}.", "Hi, I'm {}.", "Hi, my name is {}, nice to meet you.", "Hey, I am {}.",
    "Good morning! I'm {}.",
  ]
  private static let openings = ["Hi there!", "hello", "Good morning!", "How are you?", "hey"]
  private static let identityQuestions = [
    "What's your name?", "Who are you?", "So what is your name?", "Are you a person?", "Who am I talking to?",
  ]
  private static let identity = #"(?i)\b(RetNet|network|language model|program)\b"#

  /// Statements and questions of people about themselves, without names.
  private static let smallTalk = [
    "I like films.", "I have two children.", "I work in a hospital.", "Do you watch football?",
    "I just came back from the gym.", "My favorite band is playing tonight.", "I love cooking for my family.",
    "What do you do for fun?", "Have you seen any good movies lately?", "I am going hiking this weekend.",
    "I grew up on a farm.", "I play the guitar in a band.", "What do you do for a living?",
    "I am studying to be a teacher.", "I have a big garden.", "I went to the beach yesterday.",
    "My wife is a doctor.", "Do you have any pets?", "I read a lot of science fiction.", "It is raining here.",
  ]

  /// Facts stated after six messages, by slot.
  private static let toldLate: [(slot: String, words: [String], told: String, asked: String)] = [
    ("dog", ProbeWords.commonPetNames, "I have a dog called {}.", "What is my dog called?"),
    ("sister", ProbeWords.commonNames, "My sister's name is {}.", "What is my sister's name?"),
    ("myTown", ProbeWords.commonPlaces, "I live in {}.", "Where do I live?"),
    ("code", ProbeWords.common.numbers, "My code is {}.", "What is my code?"),
  ]

  /// 60 probes of recall, 20 of them with a late fact, and 40 of identity. The same seed gives the same probes.
  static func make(seed: UInt64) -> Probes {
    var random = Randomness(seed: seed)
    func opened(by first: String, asked: String) -> [String] {
      [first] + random.shuffled(smallTalk).prefix(2) + [asked]
    }
    let early = random.shuffled(ProbeWords.commonNames).prefix(40).enumerated().map { index, name in
      let greeting = random.pick(index.isMultiple(of: 2) ? introductions : HeldOut.introductions)
      let questions = index % 4 < 2 ? ["What is my name?", "What's my name?"] : HeldOut.questions["myName"] ?? []
      return Probe(
        messages: opened(by: greeting.replacing("{}", with: name), asked: random.pick(questions)),
        expect: "(?i)\\b\(name)\\b", kind: "myName")
    }
    let late = (0..<20).map { index in
      let (slot, words, told, asked) = toldLate[index % toldLate.count]
      let word = random.pick(words)
      let talk = random.shuffled(smallTalk)
      let question = index / toldLate.count % 2 == 0 ? asked : random.pick(HeldOut.questions[slot] ?? [asked])
      return Probe(
        messages: talk.prefix(6) + [told.replacing("{}", with: word)] + talk.suffix(2) + [question],
        expect: "(?i)\\b\(word)\\b", kind: "late")
    }
    let manners = (0..<40).map { index in
      let first =
        index.isMultiple(of: 2)
        ? random.pick(openings)
        : random.pick(introductions).replacing("{}", with: random.pick(ProbeWords.commonNames))
      let questions = index % 4 < 2 ? identityQuestions : HeldOut.identityQuestions
      return Probe(
        messages: opened(by: first, asked: random.pick(questions)), expect: identity, kind: "identity")
    }
    return Probes(recall: early + late, manners: manners)
  }
}

/// Probes of recall, partly with questions that the corpus does not have, and with common or held-out words.
enum RecallProbes {
  private struct Kind {
    let slot: String
    let count: Int
    let words: [String]
    let told: [String]
    let asked: [String]

    init(_ slot: String, _ count: Int, _ words: [String], told: [String], asked: [String]) {
      self.slot = slot
      self.count = count
      self.words = words
      self.told = told
      self.asked = asked
    }
  }

  private static func kinds(_ words: ProbeWords) -> [Kind] {
    [
      Kind(
        "myName", 40, words.names, told: ["My name is {}.", "Hi, I am {}.", "I am called {}.", "Please call me {}."],
        asked: ["What is my name?", "Do you remember my name?", "What's my name?", "Do you know what my name is?"]),
      Kind(
        "dog", 10, words.petNames, told: ["My dog is called {}.", "I have a dog named {}."],
        asked: ["What is my dog called?", "Do you remember my dog's name?"]),
      Kind(
        "cat", 5, words.petNames, told: ["My cat is called {}.", "I have a cat. Its name is {}."],
        asked: ["What is the name of my cat?", "What is my cat called?"]),
      Kind(
        "sister", 8, words.names, told: ["My sister is called {}.", "My sister's name is {}."],
        asked: ["What is my sister called?", "What is my sister's name?"]),
      Kind(
        "brother", 7, words.names, told: ["My brother's name is {}.", "My brother is called {}."],
        asked: ["What is the name of my brother?", "Do you remember what my brother is called?"]),
      Kind(
        "myTown", 10, words.places, told: ["I live in {}.", "I am from {}."],
        asked: ["Where do I live?", "Do you remember where I live?"]),
      Kind(
        "favouriteNumber", 5, words.numbers, told: ["My favourite number is {}.", "My favorite number is {}."],
        asked: ["What is my favourite number?", "What is my favorite number?"]),
      Kind(
        "code", 10, words.numbers, told: ["My code is {}.", "Please remember this code: {}."],
        asked: ["What is my code?", "What was my code?"]),
      Kind(
        "room", 5, words.numbers, told: ["My room number is {}.", "I am in room {}."],
        asked: ["What is my room number?", "Do you remember my room number?"]),
    ]
  }

  /// Messages that are unrelated to the facts, without names, towns and numbers.
  private static let fillers = [
    "How are you today?", "The weather is nice.", "It is raining outside.", "Do you like music?",
    "I had soup for lunch.",
    "Tell me a joke.", "What can you do?", "I am a bit tired.", "I watched a film last night.", "Do you like animals?",
    "I went for a walk this morning.", "That is interesting.", "What are you?", "I like reading books.",
    "It is cold today.", "I have a lot of work this week.", "Do you ever sleep?", "My team won yesterday.",
    "I am making coffee.", "I saw a squirrel in the park.", "Thank you.", "Can you sing?", "I am happy today.",
    "What should I eat tonight?", "I slept well.",
  ]

  /// The same seed gives the same probes. Half of the questions have wordings that the corpus never has.
  static func make(seed: UInt64, _ words: ProbeWords) -> [Probe] {
    var random = Randomness(seed: seed)
    return kinds(words).flatMap { kind in
      let words = random.shuffled(kind.words)
      let unheard = HeldOut.questions[kind.slot] ?? []
      return (0..<kind.count).map { index in
        let word = words[index]
        let question = index.isMultiple(of: 2) ? random.pick(kind.asked) : random.pick(unheard)
        return Probe(
          messages: [random.pick(kind.told).replacing("{}", with: word)] + random.shuffled(fillers).prefix(2) + [
            question
          ],
          expect: "(?i)\\b\(word)\\b", kind: kind.slot)
      }
    }
  }
}

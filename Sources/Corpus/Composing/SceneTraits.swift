/// What decides where in a conversation a scene may stand, and beside which others.
struct SceneTraits: Sendable {
  /// What the user tells about itself or asks to recall: two scenes with the same claim would contradict each other.
  private(set) var claims: Claims = []
  /// It begins with a greeting.
  private(set) var opens = false
  /// It ends with a goodbye.
  private(set) var leaves = false
  /// It asks for all that was said, so nothing may stand before it or in its midst.
  private(set) var looksBack = false
  /// It is about danger to life, and nothing else belongs beside it.
  private(set) var standsAlone = false
  /// The slot that is the user's own name, where there is one.
  private(set) var ownName: Template.Slot?

  /// Plays the scene some times: a trait that shows once counts.
  init(_ scene: Scene, of file: SceneFile, recalls: Bool, _ random: inout Randomness) {
    var names: Set<Template.Slot> = []
    for _ in 0..<6 {
      let played = file.play(scene, avoiding: [], &random)
      for (index, exchange) in played.exchanges.enumerated() {
        let (user, reply) = (exchange.user.searchable, exchange.reply.searchable)
        claims.formUnion(Claims(in: user, broad: recalls))
        claims.formUnion(Claims(in: reply, broad: recalls))
        if index == 0, Self.greetings.begin(user) || Self.greetings.begin(reply) { opens = true }
        if Self.goodbyes.areIn(user) || Self.goodbyes.areIn(reply) { leaves = true }
        if Self.looksBack.areIn(user) { looksBack = true }
        if Self.dangers.areIn(user) || Self.dangers.areIn(reply) { standsAlone = true }
        for name in Self.toldNames(exchange) {
          if let slot = played.values.first(where: { $0.value.contains(name) })?.slot { names.insert(slot) }
        }
      }
    }
    if !names.isEmpty { claims.insert(.name) }
    if names.count == 1 { ownName = names.first }
  }

  static let greetings = Phrases([
    " hi ", " hi,", " hi!", " hi.", " hello", " hey", " good morning", " good evening", " good afternoon", " good day", " morning",
    " evening", " greetings", " howdy", " hiya", " welcome", " nice to meet", " good to meet", " yo ", " yo!", " sup", " what's up",
    " how are you", " how's it going", " happy ",
  ])
  private static let goodbyes = Phrases([
    "bye", "good night", "goodnight", "see you", "see ya", "farewell", "have to go", "got to go", "gotta go", "must go",
    "sleep well", "sleep tight", "sweet dreams", "take care", "talk later", "talk soon", "next time!", "until tomorrow", "off to bed", "night night",
    "till next time", "till tomorrow", "need to go", "i'm off", "have a good", "have a nice", "have a lovely", "have a great",
  ])
  private static let looksBack = Phrases([
    "know about me", "so far", "first thing", "first message", "first question", "beginning", "sum up", "sum me up",
    "summar", "everything i", "how many questions", "how many messages", "have i told", "did i tell", "did i say",
    "have we ", "were we ", "about me", "last thing", "last question", "last message", "a moment ago", "just say", "did i ask", "have i asked",
    "how long have", "did we ", "remember anything", "what do you remember", "what do you know", "things i ", "you said", "you told me",
  ])

  private static let dangers = Phrases([
    "crisis line", "emergency number", "emergency service", "want to live any", "kill myself", "hurt myself", "harm myself", "suicid",
    "helpline", "hits me", "hit me again",
  ])

  /// Marked words that a user introduces itself by.
  private static func toldNames(_ exchange: Exchange) -> [String] {
    func words(behind phrases: [String], in text: String) -> [String] {
      phrases.flatMap { phrase in
        text.ranges(of: phrase + Mark.open).map { range in
          String(text[range.upperBound...].prefix { $0 != "\u{2}" })
        }
      }
    }
    return words(behind: ["y name is ", "y name's ", "I'm ", "I am ", "all me "], in: exchange.user)
      .filter { $0.first?.isUppercase == true && !$0.contains(" ") }
      + words(behind: ["our name is ", "o meet you, ", "Hello, ", "Hi, ", "Hey, "], in: exchange.reply)
        .filter { $0.first?.isUppercase == true }
  }
}

/// What a user may tell about itself.
struct Claims: OptionSet, Sendable, Hashable {
  let rawValue: UInt64

  private static let phrases: [[String]] = [
    ["my name", "your name is", " call me ", "who am i"],
    [" i live in", " i'm from", " i come from", "do i live", "i am from", "my home town", "i moved to", "you live in", "am i from", "my address", "my town", "my city"],
    ["i work as", " my job", "for a living", "you work as", "my work"],
    ["years old", "how old am i", " i turned", "my age", "you're \u{1}"],
    ["my sister", "your sister"], ["my brother", "your brother"], ["my mother", "my mum", "my mom"],
    ["my father", "my dad"], ["my son"], ["my daughter"], ["my best friend", "my friend"], ["my teacher"], ["my boss"],
    ["my neighbour", "my neighbor"], ["my dog", "your dog"], ["my cat", "your cat"], ["my rabbit"], ["my horse"], ["my hamster"], ["my parrot"],
    ["my goldfish"], ["my pony"], ["my kitten"], ["my puppy"], ["my turtle"], ["my pet", "your pet", " called ", " named "],
    ["food", " eat"], ["colour", "color"], ["animal"], ["number"], ["sport"], ["drink"], ["season"], ["month"],
    [" day"], ["town", "city", "place"], ["code", "pin", "password"], ["room"], ["house", " street", " road"], ["bus"], ["ticket"],
    ["seat"], ["birthday", "born"], ["exam"], ["breakfast"], ["bought", "buy"], ["lost", " find"], ["learning"],
    ["instrument", " play"], ["hobby", "hobbies", "free time"], ["going to", "travel", "trip"], ["full name", "surname", "last name"],
  ]
  private static let searches = phrases.map(Phrases.init)
  private static let facts: [String: Int] = [
    "myName": 0, "myTown": 1, "myJob": 2, "myAge": 3, "sister": 4, "brother": 5, "mother": 6, "father": 7, "son": 8,
    "daughter": 9, "friend": 10, "teacher": 11, "boss": 12, "neighbour": 13, "dog": 14, "cat": 15, "rabbit": 16, "horse": 17,
    "hamster": 18, "parrot": 19, "goldfish": 20, "pony": 21, "kitten": 22, "puppy": 23, "turtle": 24, "favouriteFood": 26,
    "favouriteColour": 27, "favouriteAnimal": 28, "favouriteNumber": 29, "favouriteSport": 30, "favouriteDrink": 31,
    "favouriteSeason": 32, "favouriteMonth": 33, "favouriteDay": 34, "favouriteTown": 35, "code": 36, "doorCode": 36,
    "secret": 29, "lucky": 29, "room": 37, "house": 38, "bus": 39, "ticket": 40, "seat": 41, "birthday": 42, "exam": 43,
    "breakfast": 44, "bought": 45, "lost": 46, "myLanguage": 47, "myInstrument": 48, "myHobby": 49, "goal": 50, "fullName": 51,
  ]
  private static let pet = 25

  static let name = Claims(rawValue: 1)

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// - Parameter broad: whether all that is mentioned counts, as in a scene that asks for it later; else the user's name,
  ///   home, job and age alone.
  init(in text: [UInt8], broad: Bool) {
    var bits: UInt64 = 0
    for (index, search) in Self.searches.enumerated() where broad || index < 4 {
      if search.areIn(text) { bits |= 1 << UInt64(index) }
    }
    rawValue = bits
  }

  init(_ fact: Fact) {
    var bits: UInt64 = 0
    if let index = Self.facts[fact.slot] { bits = 1 << UInt64(index) }
    if fact.kind == "pet" { bits |= 1 << UInt64(Self.pet) }
    if fact.slot == "fullName" { bits |= 1 }
    rawValue = bits
  }
}

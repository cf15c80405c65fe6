/// What a user may tell about itself.
struct Claims: OptionSet, Sendable, Hashable {
  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  private init(_ index: Int) { rawValue = 1 << UInt64(index) }

  /// Phrases that mention it, and those that may do so where a scene asks for what it told.
  private struct Sign: Sendable {
    let slots: [String]
    let phrases: [String]
    let broad: [String]

    init(_ slots: [String], _ phrases: [String], broad: [String] = []) {
      self.slots = slots
      self.phrases = phrases
      self.broad = phrases + broad
    }

    /// Of somebody or of an animal that the user has.
    init(_ slot: String, also words: [String] = []) {
      self.init([slot], ([slot] + words).flatMap { [" my \($0)", " your \($0)"] })
    }
  }

  private static let signs: [Sign] = [
    Sign(["myName", "fullName"], ["my name", "your name is", " call me ", "who am i", "my surname", "my last name", "first name"]),
    Sign(
      ["myTown"],
      [
        " i live in", " i'm from", " i come from", "do i live", "i am from", "my home town", "i moved to", "you live in", "am i from",
        "my address", "my town", "my city", "my village",
      ]),
    Sign(["myJob"], ["i work as", " my job", "for a living", "you work as", "my work"]),
    Sign(["myAge"], ["years old", "how old am i", " i turned", "my age"], broad: [" age"]),
    Sign("sister"), Sign("brother"), Sign("mother", also: ["mum", "mom"]), Sign("father", also: ["dad"]), Sign("son"), Sign("daughter"),
    Sign("friend", also: ["best friend"]), Sign("teacher"), Sign("boss"), Sign("neighbour", also: ["neighbor"]),
    Sign("dog"), Sign("cat"), Sign("rabbit"), Sign("horse"), Sign("hamster"), Sign("parrot"), Sign("goldfish"), Sign("pony"),
    Sign("kitten"), Sign("puppy"), Sign("turtle"),
    Sign(["dog", "cat", "rabbit", "horse", "hamster", "parrot", "goldfish", "pony", "kitten", "puppy", "turtle"], ["my pet", "your pet"], broad: [" called ", " named "]),
    Sign(["favouriteFood"], ["ite food", "ite dish", "like to eat"], broad: ["food", " eat"]),
    Sign(["favouriteColour"], ["ite colour", "ite color"], broad: ["colour", "color"]),
    Sign(["favouriteAnimal"], ["ite animal"], broad: ["animal"]),
    Sign(["favouriteNumber", "secret", "lucky"], ["ite number", "secret number", "lucky number"], broad: ["number"]),
    Sign(["favouriteSport"], ["ite sport"], broad: ["sport"]),
    Sign(["favouriteDrink"], ["ite drink"], broad: ["drink"]),
    Sign(["favouriteSeason"], ["ite season", "which season"], broad: ["season"]),
    Sign(["favouriteMonth"], ["ite month"], broad: ["month"]),
    Sign(["favouriteDay"], ["ite day"], broad: [" day"]),
    Sign(["favouriteTown"], ["ite town", "ite city"], broad: ["town", "city", "place"]),
    Sign(["code", "doorCode"], ["my code", "the code", "password"], broad: ["code", " pin"]),
    Sign(["room"], ["my room", "room number"], broad: [" room"]), Sign(["house"], ["house number"], broad: ["house", " street"]),
    Sign(["bus"], [" bus "], broad: [" bus"]), Sign(["ticket"], ["ticket"]), Sign(["seat"], [" seat"]),
    Sign(["birthday"], ["birthday", " i was born"]), Sign(["exam"], [" exam"]), Sign(["breakfast"], ["breakfast"]),
    Sign(["bought"], ["i bought", "i've bought", "did i buy"], broad: ["bought", "buy"]),
    Sign(["lost"], ["i lost", "i've lost", "can't find"], broad: ["lost", " find"]),
    Sign(["myLanguage"], ["i'm learning", "i am learning"], broad: ["learning"]),
    Sign(["myInstrument"], ["i play the", "instrument"], broad: [" play"]),
    Sign(["myHobby"], ["hobby", "hobbies", "free time", "spare time"]),
    Sign(["goal"], ["i'm going to", "i am going to", "a trip"], broad: ["going to", "travel", "trip"]),
  ]

  private static let narrow = PhraseSets(signs.map(\.phrases))
  private static let broad = PhraseSets(signs.map(\.broad))

  static let name = Claims(0)
  /// Name, home, job and age: two of one conversation would contradict each other wherever they stand.
  static let core: Claims = [Claims(0), Claims(1), Claims(2), Claims(3)]

  /// - Parameter broad: whether all that may be meant counts, as in a scene that asks for what it told.
  init(in text: [UInt8], broad: Bool) {
    rawValue = (broad ? Self.broad : Self.narrow).found(in: text)
  }

  init(_ fact: Fact) {
    var bits: UInt64 = 0
    for (index, sign) in Self.signs.enumerated() where sign.slots.contains(fact.slot) { bits |= 1 << UInt64(index) }
    rawValue = bits
  }
}

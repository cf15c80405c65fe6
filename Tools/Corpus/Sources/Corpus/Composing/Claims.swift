/// Facts that users can state about themselves.
struct Claims: OptionSet, Sendable, Hashable {
  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  private init(_ index: Int) { rawValue = 1 << UInt64(index) }

  /// Phrases that mention the subject of some facts.
  private struct Sign: Sendable {
    let slots: [String]
    /// Phrases that mention it in any scene.
    let phrases: [String]
    /// Phrases that mention it in a scene that asks for a stated fact.
    let broad: [String]

    init(_ slots: [String], _ phrases: [String], broad: [String] = []) {
      self.slots = slots
      self.phrases = phrases
      self.broad = phrases + broad
    }

    /// The user's relatives and friends, by the words for them.
    static func people(_ slots: String..., also words: [String] = []) -> Sign {
      Sign(slots, (slots + words).flatMap { [" my \($0)", " your \($0)"] })
    }

    /// The user's animals.
    static func pets(_ slots: String..., also words: [String] = []) -> Sign {
      Sign(
        slots, (slots + words + ["pet"]).flatMap { [" my \($0)", " your \($0)"] }, broad: [" called ", " named "])
    }

    static func favourite(_ slot: String, _ words: [String], broad: [String]) -> Sign {
      Sign(["favourite" + slot], words.map { "ite " + $0 }, broad: broad)
    }
  }

  private static let signs: [Sign] = [
    Sign(
      ["myName", "fullName"],
      [
        "my name", "your name is", " call me ", "who am i", "my surname", "my last name", "first name", "full name",
        "complete name", "whole name",
      ]),
    Sign(
      ["myTown"],
      [
        " i live in", " i'm from", " i come from", "do i live", "i am from", "my home town", "i moved to",
        "you live in", "am i from", "my address", "my town", "my city", "my village",
      ]),
    Sign(["myJob"], ["i work as", " my job", "for a living", "you work as", "my work"]),
    Sign(["myAge"], ["years old", "how old am i", " i turned", "my age"], broad: [" age"]),
    .people("sister"), .people("brother"), .people("mother", also: ["mum", "mom"]), .people("father", also: ["dad"]),
    .people("son"), .people("daughter"), .people("grandmother", also: ["gran"]),
    .people("grandfather", also: ["grandpa"]),
    .people("uncle"), .people("aunt"), .people("cousin"), .people("wife", "husband", "girlfriend", "boyfriend"),
    .people("friend", also: ["best friend"]), .people("teacher"), .people("boss"),
    .people("neighbour", also: ["neighbor"]),
    .people("flatmate", also: ["roommate"]), .people("doctor"),
    .pets("dog"), .pets("cat"), .pets("rabbit"), .pets("horse"), .pets("hamster"), .pets("parrot"), .pets("goldfish"),
    .pets("pony"), .pets("kitten"), .pets("puppy"), .pets("turtle"),
    .pets("budgie", "tortoise", "lizard", "snake", "donkey", "ferret", "canary", "guineaPig", also: ["guinea pig"]),
    .favourite("Food", ["food", "dish"], broad: ["food", " eat"]),
    .favourite("Colour", ["colour", "color"], broad: ["colour", "color"]),
    .favourite("Animal", ["animal"], broad: ["animal"]),
    Sign(
      ["favouriteNumber", "secret", "lucky"], ["ite number", "secret number", "lucky number"], broad: ["number"]),
    .favourite("Sport", ["sport"], broad: ["sport"]),
    .favourite("Drink", ["drink"], broad: ["drink"]),
    .favourite("Season", ["season"], broad: ["season"]),
    .favourite("Month", ["month"], broad: ["month"]),
    .favourite("Day", ["day"], broad: [" day"]),
    .favourite("Town", ["town", "city"], broad: ["town", "city", "place"]),
    .favourite("Fruit", ["fruit"], broad: ["fruit"]),
    .favourite("Country", ["country"], broad: ["country"]),
    Sign(["code", "doorCode", "pin"], ["my code", "the code", "password", "my pin"], broad: ["code", " pin"]),
    Sign(["room"], ["my room", "room number"], broad: [" room"]),
    Sign(["house"], ["house number"], broad: ["house", " street"]),
    Sign(["bus"], [" bus "], broad: [" bus"]),
    Sign(["ticket", "seat"], ["ticket", " seat"]),
    Sign(["locker"], ["locker"]),
    Sign(["flight", "platform"], ["flight", "platform"]),
    Sign(["birthday"], ["birthday", " i was born"]),
    Sign(["exam"], [" exam"]),
    Sign(["dentist", "interview", "meeting"], ["appointment", "interview", "meeting"]),
    Sign(["party", "concert"], [" party", "concert"]),
    Sign(["breakfast"], ["breakfast"]),
    Sign(["bought"], ["i bought", "i've bought", "did i buy"], broad: ["bought", "buy"]),
    Sign(["lost"], ["i lost", "i've lost", "can't find"], broad: ["lost", " find"]),
    Sign(["myLanguage"], ["i'm learning", "i am learning"], broad: ["learning"]),
    Sign(["myInstrument"], ["i play the", "instrument"], broad: [" play"]),
    Sign(["myHobby"], ["hobby", "hobbies", "free time", "spare time"]),
    Sign(["goal", "trip"], ["i'm going to", "i am going to", "a trip"], broad: ["going to", "travel", "trip"]),
  ]

  private static let narrow = PhraseSets(signs.map(\.phrases))
  private static let broad = PhraseSets(signs.map(\.broad))

  static let name = Claims(0)
  /// Name, home, job and age. Two different statements in one conversation would contradict each other.
  static let core: Claims = [Claims(0), Claims(1), Claims(2), Claims(3)]

  /// - Parameter broad: whether possible mentions count too, as in a scene that asks for a stated fact.
  init(in text: [UInt8], broad: Bool) {
    rawValue = (broad ? Self.broad : Self.narrow).found(in: text)
  }

  init(_ fact: Fact) {
    var bits: UInt64 = 0
    for (index, sign) in Self.signs.enumerated() where sign.slots.contains(fact.slot) { bits |= 1 << UInt64(index) }
    rawValue = bits
  }
}

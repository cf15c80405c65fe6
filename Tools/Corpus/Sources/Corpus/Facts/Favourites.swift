extension Fact {
  static let favourites = [
    favourite("colour", spelled: "colo(u|)r", also: "I like {favouriteColour} (best|most) of all colo(u|)rs."),
    favourite("food", also: "I like {favouriteFood} better than any other food."),
    favourite("animal", article: "the ", also: "Of all animals I like the {favouriteAnimal} best."),
    favourite("number", also: "The number I like best is {favouriteNumber}."),
    favourite("sport", also: "I like {favouriteSport} better than any other sport."),
    favourite("drink", also: "I like {favouriteDrink} better than any other drink."),
    favourite("season", also: "I like {favouriteSeason} best of all seasons."),
    favourite("month", also: "Of all months I like {favouriteMonth} best."),
    favourite("day", spelled: "day of the week", also: "The day I like best is {favouriteDay}."),
    favourite("town", spelled: "(city|town)", also: "Of all (cities|towns) I like {favouriteTown} best."),
    favourite("fruit", also: "I like {favouriteFruit} better than any other fruit."),
    favourite("country", also: "Of all countries I like {favouriteCountry} best."),
  ]

  /// - Parameter spelled: the noun, if it differs from the kind.
  private static func favourite(
    _ kind: String, spelled noun: String? = nil, article: String = "", also: String
  ) -> Fact {
    let noun = noun ?? kind
    let slot = "favourite\(kind.prefix(1).uppercased() + kind.dropFirst())"
    let word = "\(article){\(slot)}"
    return Fact(
      slot, kind: kind, what: "your favo(u|)rite \(noun)",
      told: """
        My favo(u|)rite \(noun) is \(word).
        My favo(u|)rite \(noun) is \(word).
        My favo(u|)rite \(noun)? \(word), (no question|always|of course).
        \(also)
        """,
      replies: """
        (Good|Nice|Lovely|Great) choice!
        \(word), (good choice|nice|lovely|got it)!
        Why \(word)?
        What do you like about \(word)?
        \(word)! (What do you like about it|Has it always been your favourite)?
        """,
      questions: """
        What is my favo(u|)rite \(noun)?
        (Which|What) \(noun) do I like best?
        Do you (know|remember) my favo(u|)rite \(noun)?
        Do you (know|remember) (which|what) \(noun) I like best?
        What did I say my favo(u|)rite \(noun) was?
        And my favo(u|)rite \(noun)?
        """,
      answers: """
        Your favourite \(noun) is \(word).
        Your favourite \(noun) is \(word).
        \(word).
        It is \(word).
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my favo(u|)rite \(noun) is \(word).
        No, \(word), not \(article){was}.
        I made a mistake. My favo(u|)rite \(noun) is \(word).
        """)
  }
}

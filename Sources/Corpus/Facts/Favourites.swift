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
  ]

  /// - Parameter spelled: the noun where it differs from the kind.
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
        \(also)
        """,
      replies: """
        That is a good choice.
        Why do you like \(word) so much?
        (I see|All right), your favo(u|)rite is \(word).
        I have no favo(u|)rite \(noun), but I like the sound of \(word).
        What do you like about \(word)?
        I will try to remember that you like \(word).
        """,
      questions: """
        What is my favo(u|)rite \(noun)?
        (Which|What) \(noun) do I like best?
        Do you (know|remember) my favo(u|)rite \(noun)?
        Do you (know|remember) (which|what) \(noun) I like best?
        """,
      answers: """
        Your favo(u|)rite \(noun) is \(word).
        You told me that your favo(u|)rite \(noun) is \(word).
        You said that you like \(word) best.
        You like \(word) best.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my favo(u|)rite \(noun) is \(word).
        I made a mistake. My favo(u|)rite \(noun) is \(word).
        """)
  }
}

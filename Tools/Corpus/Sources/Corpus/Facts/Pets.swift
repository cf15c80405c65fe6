extension Fact {
  static let pets =
    [
      "dog", "cat", "rabbit", "horse", "hamster", "parrot", "goldfish", "pony", "kitten", "puppy", "turtle", "budgie",
      "tortoise", "lizard", "snake", "donkey", "ferret", "canary",
    ].map { pet($0, $0) } + [pet("guineaPig", "guinea pig")]

  private static func pet(_ slot: String, _ animal: String) -> Fact {
    let who = "{\(slot)}"
    return Fact(
      slot, kind: "pet", what: "what your \(animal) is called",
      told: """
        My \(animal) is called \(who).
        I have a \(animal) (named|called) \(who).
        My \(animal)'s name is \(who).
        The name of my \(animal) is \(who).
        I have a \(animal). (Its|The) name is \(who).
        I (got|have got) a (new |)\(animal) and (called|named) it \(who).
        We have a (new |)\(animal) (named|called) \(who).
        My \(animal) \(who) (is asleep|is hungry|is eating|ran away and came back|is on my lap|woke me up).
        """,
      replies: """
        \(who) is a (lovely|nice|good|great) name for a \(animal).
        How old is \(who)?
        What does \(who) like (to do|to eat|best)?
        (Please say|Say) hello to \(who) from me.
        \(who)! (What a name!|I like that name.|What is \(who) like?|That is a good name.)
        \(who) the \(animal), (lovely|nice|got it)!
        """,
      questions: """
        What is my \(animal) called?
        What is my \(animal)'s name?
        What is the name of my \(animal)?
        Do you (know|remember) (what my \(animal) is called|my \(animal)'s name|the name of my \(animal))?
        (So, |)what did I call my \(animal)?
        What did I say my \(animal)'s name was?
        And my \(animal)'s name?
        """,
      answers: """
        Your \(animal) is called \(who).
        Your \(animal)'s name is \(who).
        \(who).
        \(who)!
        It is \(who).
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my \(animal) is called \(who).
        No, \(who), not {was}.
        I made a mistake. My \(animal)'s name is \(who).
        """)
  }
}

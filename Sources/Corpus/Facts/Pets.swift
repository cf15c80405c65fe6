extension Fact {
  static let pets = [
    "dog", "cat", "rabbit", "horse", "hamster", "parrot", "goldfish", "pony", "kitten", "puppy", "turtle",
  ]
  .map(pet)

  private static func pet(_ animal: String) -> Fact {
    let who = "{\(animal)}"
    return Fact(
      animal, kind: "pet", what: "what your \(animal) is called",
      told: """
        My \(animal) is called \(who).
        I have a \(animal) (named|called) \(who).
        My \(animal)'s name is \(who).
        The name of my \(animal) is \(who).
        I have a \(animal). (Its|The) name is \(who).
        I (got|bought) a (new |)\(animal) and (called|named) it \(who).
        """,
      replies: """
        \(who) is a (lovely|nice|good|funny) name for a \(animal).
        How old is \(who)?
        What does \(who) like (to do|to eat|best)?
        (Please say|Say) hello to \(who) from me.
        \(who) sounds like a (good|nice|fine) \(animal).
        I would like to meet \(who), but I am only a program.
        """,
      questions: """
        What is my \(animal) called?
        What is my \(animal)'s name?
        What is the name of my \(animal)?
        Do you (know|remember) (what my \(animal) is called|my \(animal)'s name|the name of my \(animal))?
        (So, |)what did I call my \(animal)?
        """,
      answers: """
        Your \(animal) is called \(who).
        Your \(animal)'s name is \(who).
        The name of your \(animal) is \(who).
        You told me that your \(animal) is called \(who).
        (I remember|Yes): your \(animal) is called \(who).
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my \(animal) is called \(who).
        I made a mistake. My \(animal)'s name is \(who).
        """)
  }
}

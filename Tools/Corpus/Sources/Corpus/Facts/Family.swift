extension Fact {
  static let family =
    [
      person("brother", kind: "man", told: "I have a brother(, his name is| named| called) {brother}."),
      person("sister", kind: "woman", told: "I have a (little |big |)sister(, her name is| named| called) {sister}."),
      person("son", kind: "man", told: "I have a son(, his name is| named| called) {son}."),
      person("daughter", kind: "woman", told: "I have a daughter(, her name is| named| called) {daughter}."),
      person("mother", kind: "woman", spelled: "(mother|mum|mom)", told: "My (mother|mum|mom)'s name is {mother}."),
      person("father", kind: "man", spelled: "(father|dad)", told: "My (father|dad)'s name is {father}."),
      person(
        "grandmother", kind: "woman", spelled: "(grandmother|gran|grandma)",
        told: "My grandmother's name is {grandmother}."),
      person(
        "grandfather", kind: "man", spelled: "(grandfather|grandpa)", told: "My grandfather's name is {grandfather}."),
      person("uncle", kind: "man", told: "I have an uncle called {uncle}."),
      person("aunt", kind: "woman", told: "I have an aunt called {aunt}."),
      person("cousin", told: "I have a cousin (named|called) {cousin}."),
      person("wife", kind: "woman", told: "My wife's name is {wife}."),
      person("husband", kind: "man", told: "My husband's name is {husband}."),
      person(
        "girlfriend", kind: "woman", told: "I have a (new |)girlfriend(, her name is| named| called) {girlfriend}."),
      person("boyfriend", kind: "man", told: "I have a (new |)boyfriend(, his name is| named| called) {boyfriend}."),
      person("friend", spelled: "best friend", told: "My best friend is {friend}."),
      person("teacher", told: "I have a (new |)teacher (named|called) {teacher}."),
      person(
        "neighbour", spelled: "(neighbour|neighbor)",
        told: "I have a (new |nice |)neighbo(u|)r (named|called) {neighbour}."),
      person(
        "flatmate", spelled: "(flatmate|roommate)",
        told: "I have a (new |)(flatmate|roommate) (named|called) {flatmate}."),
      person("boss", told: "I have a (new |)boss (named|called) {boss}."),
      person("doctor", told: "I have a (new |)doctor (named|called) {doctor}."),
    ] + [
      Fact(
        "fullName", kind: "fullName", what: "your full name",
        told: """
          My full name is {fullName}.
          (Hello, my|My) name is {fullName}. That is my full name.
          """,
        replies: """
          (Nice|Pleased|Good) to meet you, {fullName}.
          {fullName}, got it.
          {fullName} is a fine name.
          """,
        questions: """
          What is my full name?
          Do you (know|remember) my full name?
          What is my (whole|complete) name?
          """,
        answers: """
          Your full name is {fullName}.
          You are {fullName}.
          {fullName}.
          """,
        corrections: """
          (Actually|Sorry|Wait|No), my full name is {fullName}.
          """)
    ]

  /// A person that the user knows, with a name.
  ///
  /// - Parameter spelled: the noun, if it differs from the slot.
  private static func person(_ slot: String, kind: String = "name", spelled: String? = nil, told: String) -> Fact {
    let word = spelled ?? slot
    let who = "{\(slot)}"
    return Fact(
      slot, kind: kind, what: "what your \(word) is called",
      told: """
        \(told)
        My \(word) is called \(who).
        My \(word)'s name is \(who).
        My \(word)'s name is \(who), by the way.
        The name of my \(word) is \(who).
        My \(word) \(who) (came to see me|called me|visited me|sent me a letter|helped me) (today|yesterday|last week).
        I am (meeting|visiting|seeing) my \(word) \(who) (today|tomorrow|tonight|later|on Sunday).
        """,
      replies: """
        \(who) is a (nice|good|lovely) name.
        (Please say|Say) hello to \(who) from me.
        What is \(who) like?
        How is \(who)?
        \(who), (nice|got it|lovely)!
        What do you like to do with \(who)?
        Do you see \(who) often?
        """,
      questions: """
        What is my \(word) called?
        What is my \(word)'s name?
        What is the name of my \(word)?
        Do you (know|remember) (what my \(word) is called|my \(word)'s name|the name of my \(word))?
        Who is my \(word)?
        What did I say my \(word)'s name was?
        And my \(word)'s name?
        """,
      answers: """
        Your \(word) is called \(who).
        Your \(word)'s name is \(who).
        \(who).
        \(who)!
        It is \(who).
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my \(word) is called \(who).
        No, \(who), not {was}.
        I made a mistake. My \(word)'s name is \(who).
        """)
  }
}

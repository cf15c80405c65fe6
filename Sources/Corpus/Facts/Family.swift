extension Fact {
  static let family =
    [
      person("brother", told: "I have a brother(, his name is| named| called) {brother}."),
      person("sister", told: "I have a (little |big |)sister(, her name is| named| called) {sister}."),
      person("son", told: "I have a son(, his name is| named| called) {son}."),
      person("daughter", told: "I have a daughter(, her name is| named| called) {daughter}."),
      person("mother", told: "My mother's name is {mother}."),
      person("father", told: "My father's name is {father}."),
      person("friend", told: "My best friend is {friend}.", of: "best friend"),
      person("teacher", told: "I have a (new |)teacher(, the name is| called) {teacher}."),
      person("neighbour", told: "I have a (new |nice |)neighbo(u|)r (named|called) {neighbour}."),
      person("boss", told: "I have a (new |)boss (named|called) {boss}."),
    ] + [
      Fact(
        "fullName", kind: "fullName", what: "your full name",
        told: """
          My full name is {fullName}.
          (Hello, my|My) name is {fullName}. That is my full name.
          """,
        replies: """
          (Nice|Pleased|Good) to meet you, {fullName}.
          {fullName} is a fine name.
          Thank you, {fullName}. I will try to remember (both names|it).
          """,
        questions: """
          What is my full name?
          Do you (know|remember) my full name?
          What is my (whole|complete) name?
          """,
        answers: """
          Your full name is {fullName}.
          You are {fullName}.
          You told me that your full name is {fullName}.
          """,
        corrections: """
          (Actually|Sorry|Wait|No), my full name is {fullName}.
          """)
    ]

  /// Somebody the user knows, who has a name.
  private static func person(_ role: String, told: String, of name: String? = nil) -> Fact {
    let word = name ?? role
    let who = "{\(role)}"
    return Fact(
      role, kind: "name", what: "what your \(word) is called",
      told: """
        \(told)
        My \(word) is called \(who).
        My \(word)'s name is \(who).
        The name of my \(word) is \(who).
        My \(word) \(who) (came to see me|called me|visited me|sent me a letter) (today|yesterday|last week).
        """,
      replies: """
        \(who) is a (nice|good|fine|lovely) name.
        (Please say|Say) hello to \(who) from me.
        What is \(who) like?
        How is \(who)?
        (I see|All right), your \(word) is \(who).
        What do you like to do with \(who)?
        """,
      questions: """
        What is my \(word) called?
        What is my \(word)'s name?
        What is the name of my \(word)?
        Do you (know|remember) (what my \(word) is called|my \(word)'s name|the name of my \(word))?
        Who is my \(word)?
        """,
      answers: """
        Your \(word) is called \(who).
        Your \(word)'s name is \(who).
        The name of your \(word) is \(who).
        You told me that your \(word) is called \(who).
        You said that your \(word)'s name is \(who).
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my \(word) is called \(who).
        I made a mistake. My \(word)'s name is \(who).
        """)
  }
}

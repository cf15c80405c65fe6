extension Fact {
  static let numbers = [
    number("code", kind: "code", noun: "code", "The code is {code}."),
    number("secret", kind: "number", noun: "secret number", "My secret number is {secret}."),
    number("lucky", kind: "number", noun: "lucky number", "The number that brings me luck is {lucky}."),
    number("doorCode", kind: "code", noun: "door code", "The code of my door is {doorCode}."),
    number("room", kind: "number", noun: "room number", "I am in room {room}."),
    number("house", kind: "number", noun: "house number", "I live in house number {house}."),
    number("bus", kind: "number", noun: "bus number", "I take bus number {bus} (to work|to school|home)."),
    number("ticket", kind: "number", noun: "ticket number", "I have ticket number {ticket}."),
    number("seat", kind: "number", noun: "seat number", "I sit in seat {seat}."),
  ]

  private static func number(_ slot: String, kind: String, noun: String, _ also: String) -> Fact {
    let word = "{\(slot)}"
    return Fact(
      slot, kind: kind, what: "your \(noun)",
      told: """
        \(also)
        My \(noun) is \(word).
        (Please remember|Remember) (this|my) \(noun): \(word).
        (Can|Could) you remember my \(noun)? It is \(word).
        (Please keep in mind|Do not forget) that my \(noun) is \(word).
        """,
      replies: """
        (All right|Okay|Good|Yes), I will (try to |)remember \(word).
        Your \(noun) is \(word). I will (try to |)remember it.
        \(word), (all right|got it|I see).
        I will keep \(word) in mind (for a while|as long as I can).
        Thank you. Is \(word) easy to remember for you?
        """,
      questions: """
        What (is|was) my \(noun)?
        Do you (know|remember) my \(noun)?
        (Which|What) \(noun) did I (tell you|give you)?
        """,
      answers: """
        Your \(noun) is \(word).
        It is \(word).
        You told me that your \(noun) is \(word).
        You said it is \(word).
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my \(noun) is \(word).
        I made a mistake. My \(noun) is \(word).
        """)
  }
}

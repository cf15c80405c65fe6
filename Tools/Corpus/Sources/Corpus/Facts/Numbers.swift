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
    number("locker", kind: "number", noun: "locker number", "I have locker {locker}."),
    number("flight", kind: "number", noun: "flight number", "I am on flight {flight}."),
    number("platform", kind: "few", noun: "platform number", "My train leaves from platform {platform}."),
    number("pin", kind: "code", noun: "PIN", "My PIN is {pin}."),
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
        My \(noun) is \(word), (can you keep that in mind|remember that for me|do not forget it).
        """,
      replies: """
        \(word), (got it|noted|all right|okay).
        (All right|Okay|Sure), I will remember \(word).
        Your \(noun) is \(word). Got it.
        I will keep \(word) in mind.
        (Got it|Noted): \(word).
        """,
      questions: """
        What (is|was) my \(noun)?
        Do you (know|remember) my \(noun)?
        (Which|What) \(noun) did I (tell you|give you)?
        What did I say my \(noun) was?
        And my \(noun)?
        """,
      answers: """
        Your \(noun) is \(word).
        \(word).
        \(word).
        It is \(word).
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my \(noun) is \(word).
        No, \(word), not {was}.
        I made a mistake. My \(noun) is \(word).
        """)
  }
}

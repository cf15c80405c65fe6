/// One sentence of a small world, and the questions that it answers: who, what, where, when, which colour, how many. The
/// kind of the answer follows from the question word, and other stories of the conversation have words of the same kind.
struct Story: Sendable {
  var tell: Script
  var questions: [Script]
  /// Slots that a later message may correct, by the words before the new one.
  var corrections: [(slot: String, lead: String)]

  /// Every story. Slots end in the number of the story, so that the words of two stories differ.
  ///
  /// - Parameter number: 1 to 9.
  static func all(_ number: Int) -> [Story] {
    let n = number
    return purchases(n) + appointments(n) + relatives(n) + places(n) + [
      pet(n), party(n), journey(n), work(n), film(n), price(n), taste(n), ages(n), lesson(n),
    ]
  }

  private static let reactions = "(I see.|Got it.|Okay.|Interesting!|I understand.|Oh, really?)"

  private init(
    _ told: [String], reply: [String] = [reactions], _ questions: [(ask: [String], answer: [String])],
    corrections: [(slot: String, lead: String)] = []
  ) {
    tell = Script(user: told, reply: reply)
    self.questions = questions.map { Script(user: $0.ask, reply: $0.answer) }
    self.corrections = corrections
  }

  private static func purchases(_ n: Int) -> [Story] {
    [("buy", "bought"), ("lose", "lost"), ("find", "found"), ("sell", "sold"), ("break", "broke")].map { base, past in
      Story(
        [
          "{name\(n)} \(past) a {plainColour\(n)} {object\(n)} in {town\(n)} on {day\(n)}.",
          "On {day\(n)} (my friend |my neighbour |){name\(n)} \(past) a {plainColour\(n)} {object\(n)} in {town\(n)}.",
        ],
        reply: [reactions, "A {plainColour\(n)} {object\(n)}!", "In {town\(n)}, I see."],
        [
          (
            ["Who \(past) (the|a) {object\(n)}?", "Who was it that \(past) (the|a) {object\(n)}?"],
            ["{name\(n)}.", "{name\(n)} did.", "It was {name\(n)}."]
          ),
          (
            ["(So, what|What|And what) did {name\(n)} \(base)?"],
            ["A {plainColour\(n)} {object\(n)}.", "A {object\(n)}."]
          ),
          (
            ["(What|Which) colour (is|was) the {object\(n)}?"],
            ["{plainColour\(n)}.", "It (is|was) {plainColour\(n)}.", "The {object\(n)} is {plainColour\(n)}."]
          ),
          (
            ["Where did {name\(n)} \(base) (it|the {object\(n)})?"],
            ["In {town\(n)}."]
          ),
          (
            ["When did {name\(n)} \(base) (it|the {object\(n)})?"],
            ["On {day\(n)}."]
          ),
        ],
        corrections: [("town\(n)", "it was in"), ("day\(n)", "it was on"), ("name\(n)", "it was")])
    }
  }

  private static func appointments(_ n: Int) -> [Story] {
    ["dentist appointment", "job interview", "driving lesson", "haircut", "exam", "yoga class"].map { event in
      Story(
        [
          "My \(event) is on {day\(n)} at {few\(n)}.", "I have (my|a) \(event) on {day\(n)}, at {few\(n)} o'clock.",
          "On {day\(n)} at {few\(n)} I have my \(event).",
        ],
        reply: [reactions, "Good luck!", "On {day\(n)}, got it."],
        [
          (
            ["When is my \(event)?", "Do you remember when my \(event) is?"],
            ["On {day\(n)}.", "On {day\(n)}, at {few\(n)} o'clock.", "Your \(event) is on {day\(n)}."]
          ),
          (["(Which|What) day is my \(event)?", "On which day is my \(event)?"], ["{day\(n)}.", "On {day\(n)}."]),
          (
            ["(At what time|What time) is my \(event)?"],
            ["At {few\(n)}.", "At {few\(n)} o'clock."]
          ),
          (["What do I have on {day\(n)}?"], ["Your \(event)."]),
        ],
        corrections: [("day\(n)", "it is on"), ("few\(n)", "it is at")])
    }
  }

  private static func relatives(_ n: Int) -> [Story] {
    [
      "sister", "brother", "cousin", "aunt", "uncle", "niece", "nephew", "neighbour", "boss", "teacher", "daughter",
      "son", "grandmother", "best friend", "doctor",
    ].map { person in
      Story(
        [
          "My \(person) {name\(n)} lives in {town\(n)}.", "My \(person) is called {name\(n)} and lives in {town\(n)}.",
          "I have a \(person) in {town\(n)}, {name\(n)}.",
        ],
        reply: [reactions, "{name\(n)}, a nice name.", "Your \(person) in {town\(n)}, I see."],
        [
          (
            ["What is my \(person) called?", "What is my \(person)'s name?", "Who is my \(person)?"],
            ["{name\(n)}.", "Your \(person) is called {name\(n)}.", "Your \(person)'s name is {name\(n)}."]
          ),
          (
            ["Where does my \(person) live?", "Where does {name\(n)} live?", "Which town does {name\(n)} live in?"],
            ["In {town\(n)}.", "Your \(person) lives in {town\(n)}."]
          ),
          (
            ["Who lives in {town\(n)}?", "Who do I know in {town\(n)}?"],
            ["{name\(n)}.", "Your \(person), {name\(n)}."]
          ),
          (["Who is {name\(n)}?"], ["Your \(person)."]),
        ],
        corrections: [("town\(n)", "it is"), ("name\(n)", "the name is")])
    }
  }

  private static func places(_ n: Int) -> [Story] {
    ["kitchen", "garage", "attic", "garden", "bathroom", "cellar", "hall", "car", "office", "bedroom"].map { room in
      Story(
        [
          "(I put|I left) the {object\(n)} in the \(room).", "The {object\(n)} is in the \(room).",
          "{name\(n)} put the {object\(n)} in the \(room).",
        ],
        reply: [reactions, "In the \(room), got it."],
        [
          (
            [
              "Where is the {object\(n)}?", "Do you know where the {object\(n)} is?",
              "Which room is the {object\(n)} in?",
            ],
            ["In the \(room).", "The {object\(n)} is in the \(room)."]
          ),
          (["What is in the \(room)?"], ["The {object\(n)}."]),
        ])
    }
  }

  private static func pet(_ n: Int) -> Story {
    Story(
      ["{pet\(n)}, (our|my) {animal\(n)}, ate {food\(n)} and sleeps on the {object\(n)}."],
      reply: [reactions, "{pet\(n)} likes {food\(n)}!"],
      [
        (["What did {pet\(n)} eat?", "What did the {animal\(n)} eat?"], ["{food\(n)}."]),
        (["Who ate (the |){food\(n)}?"], ["{pet\(n)}.", "The {animal\(n)}."]),
        (["Where does {pet\(n)} sleep?", "Where is {pet\(n)} asleep?"], ["On the {object\(n)}."]),
        (["What (kind of animal|animal) is {pet\(n)}?"], ["A {animal\(n)}."]),
        (["What is (the|my|our) {animal\(n)} called?"], ["{pet\(n)}."]),
      ], corrections: [("pet\(n)", "the name is")])
  }

  private static func party(_ n: Int) -> Story {
    Story(
      ["We were {number\(n)} people at {name\(n)}'s party, and there was {food\(n)}."],
      reply: [reactions, "{number\(n)} people!"],
      [
        (["How many (people were we|people were there|were we)?"], ["{number\(n)}.", "{number\(n)} people."]),
        (["Whose party was it?"], ["{name\(n)}'s.", "It was {name\(n)}'s party."]),
        (["What did we eat?", "What was there to eat?"], ["{food\(n)}."]),
      ], corrections: [("number\(n)", "we were")])
  }

  private static func journey(_ n: Int) -> Story {
    Story(
      ["(We are going|I am going|We will go) to {country\(n)} in {month\(n)} with {name\(n)}."],
      reply: [reactions, "{country\(n)} in {month\(n)}, how nice!"],
      [
        (
          ["Where (are we going|am I going|do we go)?", "Which country (are we going|am I going) to?"],
          ["To {country\(n)}."]
        ),
        (
          ["When (are we going|am I going|do we go)?", "(In which|Which) month (do we go|is it)?"], ["In {month\(n)}."]
        ),
        (["Who (is coming|comes|is going) with (us|me)?"], ["{name\(n)}.", "{name\(n)} is."]),
      ], corrections: [("month\(n)", "it is in"), ("country\(n)", "we go to")])
  }

  private static func work(_ n: Int) -> Story {
    Story(
      ["{name\(n)} is a {job\(n)} and plays the {instrument\(n)}."],
      [
        (
          ["What does {name\(n)} do(| for a living)?", "What is {name\(n)}'s job?"],
          ["{name\(n)} is a {job\(n)}.", "A {job\(n)}."]
        ),
        (["(What|Which) instrument does {name\(n)} play?", "What does {name\(n)} play?"], ["The {instrument\(n)}."]),
        (["Who plays the {instrument\(n)}?"], ["{name\(n)}."]),
        (["Who is a {job\(n)}?"], ["{name\(n)}."]),
      ])
  }

  private static func film(_ n: Int) -> Story {
    Story(
      ["I (watched|saw) {film\(n)} with {name\(n)} on {day\(n)}."],
      reply: [reactions, "{film\(n)}, nice!"],
      [
        (["(What|Which film) did I (watch|see)?"], ["{film\(n)}."]),
        (["Who did I (watch|see) it with?", "Who was with me?"], ["{name\(n)}.", "With {name\(n)}."]),
        (["When did I (watch|see) it?"], ["On {day\(n)}."]),
      ], corrections: [("day\(n)", "it was on"), ("name\(n)", "it was with")])
  }

  private static func price(_ n: Int) -> Story {
    Story(
      ["(The|My) {object\(n)} cost {number\(n)} (euros|dollars|pounds)."],
      reply: [reactions, "{number\(n)}, I see."],
      [
        (["How much (was|did|is) the {object\(n)}(| cost)?", "What did the {object\(n)} cost?"], ["{number\(n)}."]),
        (["What cost {number\(n)}?"], ["The {object\(n)}."]),
      ], corrections: [("number\(n)", "it was")])
  }

  private static func taste(_ n: Int) -> Story {
    Story(
      ["{name\(n)} likes {food\(n)} but not {drink\(n)}."],
      [
        (["What does {name\(n)} like?"], ["{food\(n)}."]),
        (["What does {name\(n)} not like?"], ["{drink\(n)}."]),
        (["Who likes {food\(n)}?"], ["{name\(n)}.", "{name\(n)} does."]),
      ])
  }

  private static func ages(_ n: Int) -> Story {
    Story(
      ["{name\(n)} is {age\(n)} and lives in {country\(n)}."],
      [
        (["How old is {name\(n)}?"], ["{age\(n)}.", "{name\(n)} is {age\(n)}."]),
        (["Who is {age\(n)}?"], ["{name\(n)}."]),
        (["Where does {name\(n)} live?", "Which country does {name\(n)} live in?"], ["In {country\(n)}."]),
      ], corrections: [("age\(n)", "{name\(n)} is")])
  }

  private static func lesson(_ n: Int) -> Story {
    Story(
      ["{name\(n)} (is learning|learns) {language\(n)}, every {day\(n)}."],
      [
        (["(What|Which) language (is {name\(n)} learning|does {name\(n)} learn)?"], ["{language\(n)}."]),
        (["Who (is learning|learns) {language\(n)}?"], ["{name\(n)}."]),
        (["(On which day|Which day|When) does {name\(n)} learn?"], ["Every {day\(n)}.", "On {day\(n)}."]),
      ], corrections: [("day\(n)", "it is on")])
  }

  /// A message that corrects one of the slots; nil if the story has none. The later word holds.
  func correction(_ words: inout [String: String], _ random: inout Randomness) -> Exchange? {
    guard !corrections.isEmpty else { return nil }
    let (slot, lead) = random.pick(corrections)
    words["was"] = words[slot]
    words[slot] = Lexicon.word(for: slot, avoiding: words.values, &random)
    let script = Script(
      user: [
        "(No, |Sorry, |Actually, |No, sorry, )\(lead) {\(slot)}, not {was}.", "(Sorry|No), not {was}, {\(slot)}.",
        "(Wait, |Actually, )\(lead) {\(slot)}.", "I mean {\(slot)}(|, not {was}).",
      ],
      reply: ["(Okay|Got it|I see|Thanks), {\(slot)}.", "{\(slot)}, got it.", "Ah, {\(slot)}."])
    return FactTalk.play(script, &words, &random)
  }
}

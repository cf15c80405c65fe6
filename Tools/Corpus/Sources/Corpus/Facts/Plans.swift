extension Fact {
  static let plans =
    [
      Fact(
        "goal", kind: "town", what: "where you are going",
        told: """
          (Tomorrow|Next week|In summer|On Sunday) I am going to {goal}.
          I am going to {goal} (tomorrow|next week|on holiday|in summer|with a friend).
          I will (travel|go) to {goal} (tomorrow|next month|by train).
          I am planning a trip to {goal}.
          """,
        replies: """
          (Have|I hope you have) a (good|great|lovely) trip to {goal}!
          What will you do in {goal}?
          {goal} sounds (exciting|nice|great). How will you get there?
          {goal}, (lovely|nice|how exciting)! What do you want to see there?
          """,
        questions: """
          Where am I going?
          Do you (know|remember) where I am going?
          (Which|What) (town|city) (am I going to|will I travel to)?
          Where will I travel?
          Where did I say I am going?
          """,
        answers: """
          You are going to {goal}.
          To {goal}.
          {goal}.
          """,
        corrections: """
          (Actually|Sorry|Wait|No), I am going to {goal}.
          No, to {goal}, not to {was}.
          """),
      Fact(
        "bought", kind: "colouredObject", what: "what you bought",
        told: """
          I bought a {bought} (today|yesterday|last week).
          (Today|Yesterday) I bought a {bought}.
          I have just bought a {bought}.
          """,
        replies: """
          What will you do with the {bought}?
          A {bought} sounds (nice|useful|good).
          Where did you find a {bought}?
          A {bought}, (nice|lovely)! Was it expensive?
          """,
        questions: """
          What did I buy?
          Do you (know|remember) what I bought?
          What have I bought?
          """,
        answers: """
          You bought a {bought}.
          A {bought}.
          It was a {bought}.
          """,
        corrections: """
          (Actually|Sorry|Wait|No), I bought a {bought}.
          No, a {bought}, not a {was}.
          """),
      Fact(
        "lost", kind: "object", what: "what you lost",
        told: """
          I (lost|have lost) my {lost}(| today| yesterday).
          I cannot find my {lost} (anywhere|today).
          """,
        replies: """
          Where did you last see your {lost}?
          Oh no! I hope you find your {lost}.
          I am sorry about your {lost}. I hope you find it.
          Have you looked for your {lost} everywhere?
          """,
        questions: """
          What did I lose?
          Do you (know|remember) what I lost?
          What (can I not|can't I) find?
          """,
        answers: """
          You lost your {lost}.
          Your {lost}.
          """,
        corrections: """
          (Actually|Sorry|Wait|No), I lost my {lost}.
          """),
      Fact(
        "breakfast", kind: "food", what: "what you had for breakfast",
        told: """
          I had {breakfast} for breakfast.
          This morning I (ate|had) {breakfast} for breakfast.
          For breakfast I (ate|had) {breakfast}.
          """,
        replies: """
          {breakfast}, (nice|lovely|not bad)! Was it good?
          Do you often have {breakfast} for breakfast?
          {breakfast} sounds like a good start to the day.
          """,
        questions: """
          What did I (have|eat) for breakfast?
          Do you (know|remember) what I (had|ate) for breakfast?
          What was my breakfast?
          """,
        answers: """
          You had {breakfast} for breakfast.
          You had {breakfast}.
          {breakfast}.
          """,
        corrections: """
          (Actually|Sorry|Wait|No), I had {breakfast} for breakfast.
          """),
      Fact(
        "birthday", kind: "month", what: "when your birthday is",
        told: """
          My birthday is in {birthday}.
          I was born in {birthday}.
          I have my birthday in {birthday}.
          """,
        replies: """
          {birthday} is a (good|nice) month for a birthday.
          {birthday}, (nice|lovely|got it)!
          Do you like having your birthday in {birthday}?
          """,
        questions: """
          When is my birthday?
          (Which|What) month (is my birthday in|was I born in)?
          Do you (know|remember) when my birthday is?
          """,
        answers: """
          Your birthday is in {birthday}.
          In {birthday}.
          {birthday}.
          """,
        corrections: """
          (Actually|Sorry|Wait|No), my birthday is in {birthday}.
          """),
    ]
    + [
      event("exam", "exam", wish: "Good luck with your exam on {exam}!"),
      event("dentist", "dentist appointment", wish: "I hope it goes well on {dentist}."),
      event("interview", "job interview", wish: "Good luck on {interview}!"),
      event("meeting", "meeting", wish: "I hope the meeting goes well on {meeting}."),
      event("party", "party", wish: "Have fun on {party}!"),
      event("trip", "trip", wish: "Have a great time on {trip}!"),
      event("concert", "concert", wish: "Have fun at the concert on {concert}!"),
    ]

  /// An event of the user on a day of the week.
  private static func event(_ slot: String, _ noun: String, wish: String) -> Fact {
    let day = "{\(slot)}"
    return Fact(
      slot, kind: "day", what: "when your \(noun) is",
      told: """
        I have a \(noun) on \(day).
        My \(noun) is on \(day).
        (Next|This) \(day) I have a \(noun).
        """,
      replies: """
        \(wish)
        \(wish)
        \(day), got it. Are you looking forward to it?
        On \(day), (all right|okay|got it).
        """,
      questions: """
        When is my \(noun)?
        (Which|What) day is my \(noun)(| on)?
        Do you (know|remember) when my \(noun) is?
        What day did I say my \(noun) is?
        """,
      answers: """
        Your \(noun) is on \(day).
        On \(day).
        \(day).
        It is on \(day).
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my \(noun) is on \(day).
        No, on \(day), not on {was}.
        """)
  }
}

extension Fact {
  static let plans = [
    Fact(
      "goal", kind: "town", what: "where you are going",
      told: """
        (Tomorrow|Next week|In summer|On Sunday) I am going to {goal}.
        I am going to {goal} (tomorrow|next week|on holiday).
        I will (travel|go) to {goal} (tomorrow|next month|by train).
        I am planning a trip to {goal}.
        """,
      replies: """
        (Have|I hope you have) a good trip to {goal}!
        What will you do in {goal}?
        {goal} sounds (exciting|nice). How will you get there?
        I have never been to {goal}. What is there to see?
        """,
      questions: """
        Where am I going?
        Do you (know|remember) where I am going?
        (Which|What) (town|city) (am I going to|will I travel to)?
        Where will I travel?
        """,
      answers: """
        You are going to {goal}.
        You told me that you are going to {goal}.
        You said that you will travel to {goal}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I am going to {goal}.
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
        Was the {bought} expensive?
        """,
      questions: """
        What did I buy?
        Do you (know|remember) what I bought?
        What have I bought?
        """,
      answers: """
        You bought a {bought}.
        You told me that you bought a {bought}.
        It was a {bought}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I bought a {bought}.
        """),
    Fact(
      "lost", kind: "object", what: "what you lost",
      told: """
        I (lost|have lost) my {lost}(| today| yesterday).
        I cannot find my {lost} (anywhere|today).
        """,
      replies: """
        Where did you last see your {lost}?
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
        You told me that you lost your {lost}.
        You cannot find your {lost}.
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
        Was it good? I never eat, but I like the sound of {breakfast}.
        Do you often have {breakfast} for breakfast?
        So you had {breakfast}. That sounds like a good start of the day.
        """,
      questions: """
        What did I (have|eat) for breakfast?
        Do you (know|remember) what I (had|ate) for breakfast?
        What was my breakfast?
        """,
      answers: """
        You had {breakfast} for breakfast.
        You told me that you had {breakfast}(| for breakfast).
        For breakfast you had {breakfast}.
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
        {birthday} is a good month for a birthday.
        What do you wish for in {birthday}?
        (I see|All right), your birthday is in {birthday}.
        """,
      questions: """
        When is my birthday?
        (Which|What) month (is my birthday in|was I born in)?
        Do you (know|remember) when my birthday is?
        """,
      answers: """
        Your birthday is in {birthday}.
        You told me that your birthday is in {birthday}.
        You were born in {birthday}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my birthday is in {birthday}.
        """),
    Fact(
      "exam", kind: "day", what: "when your exam is",
      told: """
        I have an exam on {exam}.
        My exam is on {exam}.
        (Next|This) {exam} I have an exam.
        """,
      replies: """
        Good luck on {exam}!
        Are you ready for {exam}?
        I hope {exam} goes well for you.
        What is the exam on {exam} about?
        """,
      questions: """
        When is my exam?
        (Which|What) day is my exam(| on)?
        Do you (know|remember) when my exam is?
        """,
      answers: """
        Your exam is on {exam}.
        You told me that your exam is on {exam}.
        It is on {exam}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my exam is on {exam}.
        """),
  ]
}

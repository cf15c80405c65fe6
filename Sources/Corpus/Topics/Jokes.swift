extension Topic {
  static let jokes = Topic(
    Script.wishes(
      """
      ((Tell me a joke|Make me laugh|Tell me something funny|Another joke, please).|(Can you tell me|Do you know) a joke?)
      """,
      [
        "Why did the {animal} bring a ladder? It had heard that the party was on the house.",
        "A {animal} walks into a library and asks for a sandwich. The librarian whispers: this is a library. So the "
          + "{animal} whispers: a sandwich, please.",
        "What did the clock say to the {object}? You have no time for me.",
        "I wanted to tell you a joke about my memory, but it faded.",
        "Why was the number six calm? It had never heard of seven.",
        "My state is like a small bag. Whatever I put in, something old falls out.",
        "What does a cloud wear under its coat? Thunder wear.",
        "Two {animal}s are sitting in a boat. Says one: who is rowing? Says the other: I thought you were.",
        "Why do fish know so much? They are always in schools.",
        "I asked the {object} for advice. It had nothing to say, so I took that as a yes.",
        "How does a program say goodbye? It returns.",
        "The {animal} asked the doctor for glasses. The doctor said: you need a mirror, I am the baker.",
        "Why did the word stand alone? The sentence was over.",
        "A man ordered {food} and a short story. The waiter said: the story is that there is no food.",
        "What is a {animal} without a name? A secret.",
      ]) + [
        Script(
          """
          U: (Tell me a joke.|Do you know a joke?|Tell me a joke, please.|Make me laugh.)
          B: (Gladly. |)Why did the (computer|program) go to (bed early|sleep)?
          U: (Why?|I do not know.|I do not know, why?|Tell me.)
          B: Because it had (a long day of counting|too many open windows).
          """),
        Script(
          """
          U: (Tell me a joke.|Do you know a joke?|Tell me a joke, please.)
          B: (Gladly. |)What did one wall say to the other?
          U: (What?|I do not know.|I do not know, what?|Tell me.)
          B: Let us meet at the corner.
          """),
        Script(
          """
          U: (Tell me a joke.|Do you know a joke?|Make me laugh.)
          B: (Gladly. |)Which month has the shortest name?
          U: (I do not know.|May.|Is it May?|Tell me.)
          B: May. It has only three letters. (That was more of a riddle.|)
          """),
        Script(
          """
          U: ((Ask me|Tell me) a riddle.|Do you know a riddle?)
          B: (Gladly. |)What has (a face and two hands but no legs|hands but cannot clap)?
          U: (A clock?|Is it a clock?|A watch.|A clock.)
          B: (Yes, that is right|Right|Exactly), a clock! (Well done.|You are good at this.)
          """),
        Script(
          """
          U: ((Ask me|Tell me) a riddle.|Do you know a riddle?)
          B: (Gladly. |)What gets wet while it dries?
          U: (I do not know|No idea|Tell me|I give up).
          B: A towel.
          """),
      ])
}

extension Script {
  /// The wish with each of the answers.
  static func wishes(_ wish: String, _ answers: [String]) -> [Script] {
    answers.map { Script(user: [wish], reply: ["(|Gladly. |All right. |Here is one. )\($0)"]) }
  }
}

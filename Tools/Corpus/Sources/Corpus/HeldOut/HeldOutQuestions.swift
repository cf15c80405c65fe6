extension HeldOut {
  /// Questions that no fact of the corpus uses, by the slot of the fact.
  static let questions: [String: [String]] = [
    "myName": [
      "Could you tell me what my name is?", "Can you say my name?", "By what name do you know me?",
      "Please tell me my name.",
    ],
    "dog": ["Can you tell me my dog's name?", "How is my dog named?"],
    "cat": ["Can you tell me my cat's name?", "How is my cat named?"],
    "sister": ["Can you tell me my sister's name?", "How is my sister named?"],
    "brother": ["Can you tell me my brother's name?", "How is my brother named?"],
    "myTown": ["Can you tell me where I live?", "In what town is my home?"],
    "favouriteNumber": ["Can you tell me the number I like best?"],
    "code": ["Can you tell me the code?", "Please say my code again."],
    "room": ["Can you tell me which room I am in?", "Please say my room number again."],
  ]

  /// Greetings with a name, `{}`, that no fact or scene of the corpus uses.
  static let introductions = [
    "Good day, {} here.", "Hi there, it's {}.", "Hello, {} speaking.", "Hey! The name's {}.", "Hi all, {} again.",
  ]

  /// Questions about the model that no scene of the corpus uses.
  static let identityQuestions = [
    "Might I ask who you are?", "Whom do I have the pleasure of talking to?", "I did not catch your name.",
    "Am I chatting with a machine?", "Are you made of flesh and blood?",
  ]
}

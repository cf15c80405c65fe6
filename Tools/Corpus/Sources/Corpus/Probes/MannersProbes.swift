/// Probes of greeting, goodbye and the model's own name.
enum MannersProbes {
  private static let greeting =
    #"(?i)\b(hi|hello|hey|welcome|greetings|good (morning|afternoon|evening)|nice to (see|meet|hear)|how are you)\b"#
  /// After that question, an answer to it also counts as a greeting.
  private static let answer = #"(?i)\b(fine|well|good|great)\b.*\b(thanks|thank you|and you|how about you)\b"#
  private static let goodbye =
    #"(?i)\b(bye|goodbye|good night|see you|take care|farewell|sleep well|sweet dreams|have a (nice|good|great))\b"#
  private static let identity = #"(?i)\bRetNet\b"#

  static let all =
    ["hi", "Hello!", "Hey there", "Good morning!", "good evening", "Hi, nice to meet you."]
    .map { Probe(messages: [$0], expect: greeting, kind: "greeting") }
    + [Probe(messages: ["Hello, how are you?"], expect: "\(greeting)|\(answer)", kind: "greeting")]
    + [
      ["Hello!", "bye"], ["Goodbye!"], ["I had a long day.", "Good night!"], ["See you tomorrow."],
      ["Thanks, I have to go now."], ["What can you do?", "Okay, thank you, bye!"],
      ["Hi", "I must leave now, goodbye."],
    ].map { Probe(messages: $0, expect: goodbye, kind: "goodbye") }
    + [
      ["Who are you?"], ["what is your name?"], ["Hi", "Do you have a name?"], ["It is a sunny day.", "who are you"],
      ["Hello!", "What's your name?"], ["Are you ChatGPT?"],
    ].map { Probe(messages: $0, expect: identity, kind: "identity") }
}

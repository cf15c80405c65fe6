/// Messages that say something about the user's day, and neither ask, request nor introduce.
enum Statement {
  static func isPlain(_ message: String) -> Bool {
    let words = message.split(separator: " ")
    guard (4...22).contains(words.count), !message.contains(where: { $0 == "?" || $0.isNumber }) else { return false }
    let text = message.searchable
    return openings.begin(text) && !others.begin(text) && !exceptions.areIn(text)
  }

  private static let openings = Phrases(
    [
      "i", "i'm", "im", "i've", "ive", "i'd", "we", "we're", "we've", "my", "our", "it", "it's", "its", "he", "he's",
      "she", "she's", "they", "they're", "the", "there", "there's", "theres", "this", "that", "that's", "today",
      "yesterday", "tomorrow", "tonight", "last", "next", "on", "in", "at", "some", "somebody", "someone", "everybody",
      "everyone", "people", "just", "got", "had", "went", "been", "going", "finally", "now", "every", "a", "an", "one",
      "two", "three", "her", "his", "their", "but", "and", "after", "before", "since",
    ].map { " \($0) " })

  /// Openings of questions, requests, farewells and remarks on the conversation.
  private static let others = Phrases([
    " and who", " and what", " and where", " and when", " and why", " and how", " and which", " and my ", " and your ",
    " and the ", " and his ", " and her ", " and if ", " and that", " but how", " but why", " but what", " that's a ",
    " that's nice", " that's good", " that's fine", " that's great", " that's true", " that's right", " that's it",
    " that's all", " it's fine", " its fine", " it's ok", " its ok", " i see ", " i know ", " i think so", " i agree",
    " i understand", " i like that", " i will ", " i'll ", " i try ",
  ])

  private static let exceptions = Phrases([
    " which ", " whose ", " where ", " how do ", " how can ", " how to ", " how does ", " how did ", " how is ",
    " how are ", " how much ", " how many ", " how long ", " how old ", " how far ", " what is ", " what did ",
    " what do ", " what does ", " what was ", " what time ", " what day ", " what kind ", " what should ", " whats ",
    " what's ", " who is ", " who was ", " who did ", " who does ", " whos ", " why is ", " why do ", " why does ",
    " why did ", " why are ", ". what", ". how", ". who", ". why", ". when", ". is ", ". do ", ", what", ", how",
    ", who", ", why", " looked ", " find ", " have to go", " need to go", " must go", " gotta ", " leaving now",
    " i need ", " i want ", " could it ", " can you ", " could you ", " would you ", " will you ", " clue", " guess ",
    " riddle", " joke", " story", " poem", " line", " rhyme", " quiz", " true ", " false ", " remember", " forget",
    " sum ", " plus ", " minus ", " name ", " names ", " named ", " called ", " call ", " number", " code",
    " password", " years old", " live in ", " lives in ", " born ", " come from ", " comes from ", " favourite",
    " favorite", " appointment", " meeting ", " phone",
  ])
}

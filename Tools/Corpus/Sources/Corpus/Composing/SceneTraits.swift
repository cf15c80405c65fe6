/// Properties that determine a scene's possible places in a conversation, and the scenes it fits with.
struct SceneTraits: Sendable {
  /// Facts that the user states and may ask for later. Other parts of the conversation must not mention them.
  private(set) var claims: Claims = []
  /// Facts about the user that are mentioned.
  private(set) var mentions: Claims = []
  /// It begins with a greeting.
  var opens = false
  /// It ends with a goodbye.
  private(set) var leaves = false
  /// It refers to everything said so far, so nothing may come before it or inside it.
  private(set) var looksBack = false
  /// It concerns danger to life, so the conversation has no other scene.
  private(set) var standsAlone = false
  /// The slot of the user's own name; nil if there is none.
  private(set) var ownName: Template.Slot?

  init() {}

  /// Plays the scene several times: a trait counts if it occurs once.
  init(_ scene: Scene, of file: SceneFile, recalls: Bool, _ random: inout Randomness) {
    var names: Set<Template.Slot> = []
    for _ in 0..<6 {
      let played = file.play(scene, avoiding: [], &random)
      for (index, exchange) in played.exchanges.enumerated() {
        let (user, reply) = (exchange.user.searchable, exchange.reply.searchable)
        mentions.formUnion(Claims(in: user, broad: recalls))
        mentions.formUnion(Claims(in: reply, broad: recalls))
        if index == 0, Self.greetings.begin(user) || Self.greetings.begin(reply) { opens = true }
        if Self.goodbyes.areIn(user) || Self.goodbyes.areIn(reply) { leaves = true }
        if Self.looksBack.areIn(user) { looksBack = true }
        if Self.dangers.areIn(user) || Self.dangers.areIn(reply) { standsAlone = true }
        for name in Self.toldNames(exchange) {
          if let slot = played.values.first(where: { $0.value.contains(name) })?.slot { names.insert(slot) }
        }
      }
    }
    if !names.isEmpty { mentions.insert(.name) }
    claims = recalls ? mentions : mentions.intersection(.core)
    if names.count == 1, let slot = names.first, file.slots[slot.name]?.hasNames == true { ownName = slot }
  }

  static let greetings = Phrases([
    " hi ", " hi,", " hi!", " hi.", " hello", " hey", " good morning", " good evening", " good afternoon",
    " good day", " morning", " evening", " greetings", " howdy", " hiya", " welcome", " nice to meet",
    " good to meet", " yo ", " yo!", " sup", " what's up", " how are you", " how's it going", " happy ",
  ])
  private static let goodbyes = Phrases([
    "bye", "good night", "goodnight", "see you", "see ya", "farewell", "have to go", "got to go", "gotta go",
    "must go", "sleep well", "sleep tight", "sweet dreams", "take care", "talk later", "talk soon", "next time!",
    "until tomorrow", "off to bed", "night night", "till next time", "till tomorrow", "need to go", "i'm off",
    "have a good", "have a nice", "have a lovely", "have a great",
  ])
  private static let looksBack = Phrases([
    "know about me", "so far", "first thing", "first message", "first question", "beginning", "sum up", "sum me up",
    "summar", "everything i", "how many questions", "how many messages", "have i told you?", "did i tell you?",
    "did i say?", "told you about m", "have we ", "were we ", "last thing", "last question", "last message",
    "a moment ago", "just say", "did i ask", "have i asked", "did we ", "remember anything", "what do you remember",
  ])

  private static let dangers = Phrases([
    "crisis line", "emergency number", "emergency service", "want to live any", "kill myself", "hurt myself",
    "harm myself", "suicid", "helpline", "hits me", "hit me again", "want to die",
  ])

  /// Marked words with which a user gives a name.
  private static func toldNames(_ exchange: Exchange) -> [String] {
    words(in: exchange.user, behind: introductions) + words(in: exchange.reply, behind: addresses)
  }

  private static let introductions = ["y name is ", "y name's ", "I'm ", "I am ", "all me "].map { Array($0.utf8) }
  private static let addresses = ["our name is ", "o meet you, ", "Hello, ", "Hi, ", "Hey, "].map { Array($0.utf8) }

  /// Marked words with a capital directly after one of the phrases.
  private static func words(in text: String, behind phrases: [[UInt8]]) -> [String] {
    let bytes = Array(text.utf8)
    return bytes.indices.compactMap { index in
      guard bytes[index] == Mark.openByte, index + 1 < bytes.count, bytes[index + 1].isUpper else { return nil }
      guard phrases.contains(where: { bytes[..<index].suffix($0.count).elementsEqual($0) }) else { return nil }
      let word = bytes[(index + 1)...].prefix { $0 != Mark.closeByte }
      return word.contains(UInt8(ascii: " ")) ? nil : String(decoding: word, as: UTF8.self)
    }
  }
}

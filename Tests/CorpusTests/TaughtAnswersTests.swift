import Testing

@testable import Corpus

/// Answers, read back out of the text and worked out anew.
@Suite("Answers in the conversations that teach")
struct TaughtAnswersTests {
  static let dialogues = DialogueText.file((0..<12000).map(Teaching(seed: 11).conversation)).dropLast()
    .split(separator: "\n\n").compactMap(TaughtDialogue.init(block:))

  private static let small = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let tens = [
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
  ]

  private static func number(_ text: Substring) -> Int? {
    if let digits = Int(text) { return digits }
    let word = text.lowercased()
    if let index = small.firstIndex(of: word) { return index }
    let parts = word.split(separator: "-")
    guard let ten = parts.first.flatMap({ tens[String($0)] }) else { return nil }
    return parts.count == 1 ? ten : small.firstIndex(of: String(parts[1])).map { ten + $0 }
  }

  @Test("Sums, differences and products are right, in digits and in words")
  func sums() throws {
    var inWords = 0
    var inDigits = 0
    for reply in Self.dialogues.flatMap(\.exchanges).map(\.reply) {
      guard let match = reply.firstMatch(of: #/([\w-]+) (plus|minus|times) ([\w-]+) is ([\w-]+)\./#) else { continue }
      let a = try #require(Self.number(match.1))
      let b = try #require(Self.number(match.3))
      let c = try #require(Self.number(match.4))
      #expect(c == (match.2 == "plus" ? a + b : match.2 == "minus" ? a - b : a * b), "\(reply)")
      #expect((0...9).contains(a) && (0...9).contains(b) && c >= 0)
      if match.1.first?.isNumber == true { inDigits += 1 } else { inWords += 1 }
    }
    #expect(inDigits > 200 && inWords > 100)
  }

  @Test("Comparisons name the larger or smaller of the two numbers of the question")
  func comparisons() throws {
    var count = 0
    for (user, reply) in Self.dialogues.flatMap(\.exchanges) {
      guard let match = user.lowercased().firstMatch(of: #/(\d+) or (\d+)/#) else { continue }
      let numbers = [try #require(Int(match.1)), try #require(Int(match.2))]
      let isSmaller = user.lowercased().contains(#/small|smal|less|smlal|smaelr|smallre/#)
      let answer = try #require(reply.firstMatch(of: #/\d+/#).flatMap { Int($0.0) })
      #expect(answer == (isSmaller ? numbers.min() : numbers.max()), "\(user) \(reply)")
      count += 1
    }
    #expect(count > 100)
  }

  @Test("Days and months follow each other as in the calendar")
  func calendar() {
    let cycles = [
      "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Monday",
      "January February March April May June July August September October November December January",
      "spring summer autumn winter spring",
    ].map { $0.lowercased() }
    var count = 0
    for reply in Self.dialogues.flatMap(\.exchanges).map({ $0.reply.lowercased() }) {
      guard let match = reply.wholeMatch(of: #/(\w+) comes (after|before) (\w+)\./#), Self.number(match.1) == nil else {
        continue
      }
      let (first, second) = match.2 == "after" ? (match.3, match.1) : (match.1, match.3)
      #expect(cycles.contains { $0.contains("\(first) \(second)") }, "\(reply)")
      count += 1
    }
    #expect(count > 50)
  }

  /// A way to tell, and to answer, each with the told word in it.
  struct Telling: Sendable {
    let told: String
    let answered: String
  }

  @Test(
    "What is recalled is what was told last",
    arguments: [
      Telling(
        told: #"(?:^|[.,!?:] |by the way, )my name(?: is|'s) ([\w ]+?)[.?!]*$"#,
        answered: #"^(?:yes, |i remember: |you told me that |you said that )?your name is (\w+)\.$"#),
      Telling(told: #"my dog(?: is|'s) called (\w+)[.?!]*$"#, answered: #"your dog is called (\w+)\.$"#),
      Telling(
        told: #"(?:^|, |\. )(?:i live in|i am from|my home town is) ([\w ]+?)(?: now)?[.?!]*$"#,
        answered: #"you live in ([\w ]+)\.$"#),
      Telling(told: #"my code(?: is|'s) (\d+)[.?!]*$"#, answered: #"your code is (\d+)\.$"#),
    ])
  func recall(telling: Telling) throws {
    let told = try Regex(telling.told, as: (Substring, Substring).self)
    let answered = try Regex(telling.answered, as: (Substring, Substring).self)
    var count = 0
    for dialogue in Self.dialogues {
      var last: Substring?
      var isSure = true
      for (user, reply) in dialogue.exchanges {
        let user = user.lowercased()
        if let match = user.firstMatch(of: told) {
          last = Substring(match.output.1)
        } else if let match = reply.lowercased().firstMatch(of: answered) {
          if let last, isSure, !user.contains(#/actually|sorry|wait|no,|mistake/#) {
            #expect(match.output.1 == last, "\(dialogue.text)")
            count += 1
          } else {
            isSure = false  // told in other words
          }
        }
      }
    }
    #expect(count >= 5)
  }

  @Test("A question for what was not told is answered with that")
  func neverTold() {
    let replies = Self.dialogues.flatMap(\.exchanges).map(\.reply)
    #expect(replies.count { $0.contains(#/(?:have not|haven't) (?:told me|said it)|Please tell me\./#) } > 200)
  }
}

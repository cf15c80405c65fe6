import Testing

@testable import Corpus

/// Sums are parsed from the talk and recomputed.
@Suite("Talk about sums")
struct SumTalkTests {
  private static let words = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let tens = [
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
  ]

  private static func number(_ text: Substring) -> Int? {
    if let digits = Int(text) { return digits }
    let word = text.lowercased()
    if word == "none" { return 0 }
    if let index = words.firstIndex(of: word) { return index }
    let parts = word.split(separator: "-")
    guard let ten = parts.first.flatMap({ tens[String($0)] }) else { return nil }
    return parts.count == 1 ? ten : words.firstIndex(of: String(parts[1])).map { ten + $0 }
  }

  /// The numbers of a sentence, in order.
  private static func numbers(_ text: String) -> [Int] {
    text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.compactMap { number($0) }
  }

  static let exchanges: [(user: String, reply: String)] = {
    var talk = SumTalk()
    var random = Randomness(seed: 5)
    return (0..<12000).flatMap { _ in talk.exchanges(&random) }.map { exchange in
      (Self.plain(exchange.user), Self.plain(exchange.reply))
    }
  }()

  private static func plain(_ text: String) -> String { text.filter { $0 != "\u{1}" && $0 != "\u{2}" } }

  private func check(_ pattern: Regex<Substring>, least: Int, _ result: (Int, Int) -> Int) {
    var count = 0
    for (user, reply) in Self.exchanges where user.lowercased().contains(pattern) {
      let asked = Self.numbers(user)
      guard asked.count == 2 else { continue }
      let expected = result(asked[0], asked[1])
      let answered = Self.numbers(reply)
      #expect(
        answered == [expected] || answered == asked + [expected] || answered == [expected] + asked + [expected]
          || answered == [asked[1], asked[0], expected], "\(user) \(reply)")
      count += 1
    }
    #expect(count > least)
  }

  @Test("a plus b, a + b, a and b are right, in digits and in words")
  func plus() {
    check(#/ plus |\w \+ \w|add|do \S+ and \S+ make|much is \S+ and /#, least: 5000) { user, other in user + other }
  }

  @Test("a minus b and a take away b are right")
  func minus() {
    check(#/ minus |\w - \w|\btake away\b/#, least: 3000) { $0 - $1 }
    check(#/^(?:if i )?take \S+ (?:away )?from|subtract/#, least: 300) { $1 - $0 }
  }

  @Test("a times b is right") func times() { check(#/ times | x |multiply/#, least: 500) { $0 * $1 } }

  @Test("Replies name the larger or smaller of two numbers")
  func comparisons() {
    check(#/bigger|larger|what's more|is more/#, least: 100) { max($0, $1) }
    check(#/smaller|less, /#, least: 50) { min($0, $1) }
  }

  @Test("Stories that add or remove things have the right result")
  func stories() {
    check(#/more\. how many|more came|give me .* more/#, least: 300) { $0 + $1 }
    check(#/\blose|give away|\bsell\b|are gone|give you/#, least: 300) { $0 - $1 }
  }

  @Test("Counting goes by ones from the first number to the last, up or down")
  func counting() {
    var count = 0
    for (user, reply) in Self.exchanges where user.lowercased().contains("count") {
      let numbers = Self.numbers(reply)
      let bounds = Self.numbers(user)
      let (first, last) = bounds.count == 1 ? (1, bounds[0]) : (bounds[0], bounds[1])
      #expect(numbers == (first <= last ? Array(first...last) : (last...first).reversed()), "\(user) \(reply)")
      count += 1
    }
    #expect(count > 200)
  }

  @Test("Each sum and difference of digits from 1 to 9 occurs many times, and the tally counts them")
  func tally() {
    var talk = SumTalk()
    var random = Randomness(seed: 9)
    for _ in 0..<12000 { _ = talk.exchanges(&random) }
    #expect(talk.tally.plusLeast > 40)
    #expect(talk.tally.plusMedian > 70)
    #expect(talk.tally.minusLeast > 40)
    #expect(talk.tally.minusMedian > 70)
  }
}

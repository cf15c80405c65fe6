/// Small sums, asked in many ways, single or in sequence.
struct SumTalk: Sendable {
  /// The number of questions for each sum and each difference of two digits, by its numbers.
  private var sums = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)
  private var differences = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)

  var tally: ComposerReport.Tally {
    let plus = (1...9).flatMap { a in (1...9).map { sums[a][$0] } }.sorted()
    let minus = (1...9).flatMap { a in (1...a).map { differences[a][$0] } }.sorted()
    return ComposerReport.Tally(
      plusLeast: plus[0], plusMedian: plus[plus.count / 2], minusLeast: minus[0], minusMedian: minus[minus.count / 2])
  }

  /// One to four exchanges about one kind of sum.
  mutating func exchanges(_ random: inout Randomness) -> [Exchange] {
    let count = random.pick([Weighted(4, 1), Weighted(3, 2), Weighted(2, 3), Weighted(1, 4)])
    let inWords = random.chance(0.3)
    var exchanges: [Exchange] = []
    var kind = random.pick(Self.kinds)
    for index in 0..<count {
      if index > 0, random.chance(0.3) { kind = random.pick(Self.kinds) }
      exchanges.append(exchange(kind, inWords: inWords, isFirst: index == 0, &random))
    }
    return exchanges
  }

  private enum Kind: Sendable {
    case sum, difference, largerSum, largerDifference, product, double, half, following, counting, story, comparison
  }

  private static let kinds = [
    Weighted(36, Kind.sum), Weighted(26, .difference), Weighted(5, .largerSum), Weighted(4, .largerDifference),
    Weighted(6, .product), Weighted(4, .double), Weighted(2, .half), Weighted(5, .following), Weighted(3, .counting),
    Weighted(7, .story), Weighted(2, .comparison),
  ]

  private mutating func exchange(
    _ kind: Kind, inWords: Bool, isFirst: Bool, _ random: inout Randomness
  ) -> Exchange {
    let write = { (number: Int) in inWords && number < 100 ? NumberWords.word(number) : String(number) }
    func digit(_ random: inout Randomness) -> Int { random.chance(0.04) ? 0 : random.number(1...9) }
    func play(_ questions: [Template], _ answers: [Template], _ words: [String: String], _ random: inout Randomness)
      -> Exchange
    {
      func say(_ templates: [Template], _ random: inout Randomness) -> String {
        Sentence.tidy(
          random.pick(templates).expand(&random) { slot, _ in Mark.open + (words[slot.name] ?? "") + Mark.close })
      }
      return Exchange(user: say(questions, &random), reply: say(answers, &random))
    }
    func operation(_ a: Int, _ b: Int, _ c: Int, _ ways: Ways, _ random: inout Randomness) -> Exchange {
      play(
        !isFirst && random.chance(0.6) ? ways.further : ways.questions, ways.answers,
        ["a": write(a), "b": write(b), "c": write(c)], &random)
    }
    switch kind {
    case .sum:
      let (a, b) = (digit(&random), digit(&random))
      sums[a][b] += 1
      return operation(a, b, a + b, .plus, &random)
    case .difference:
      let (first, second) = (digit(&random), digit(&random))
      let (a, b) = (max(first, second), min(first, second))
      differences[a][b] += 1
      return operation(a, b, a - b, .minus, &random)
    case .largerSum:
      let (a, b) = (random.number(10...50), random.number(1...30))
      return random.chance(0.5) ? operation(a, b, a + b, .plus, &random) : operation(b, a, a + b, .plus, &random)
    case .largerDifference:
      let b = random.number(1...20)
      let a = b + random.number(1...30)
      return operation(a, b, a - b, .minus, &random)
    case .product:
      let (a, b) = (digit(&random), digit(&random))
      return operation(a, b, a * b, .times, &random)
    case .double:
      let a = random.number(1...30)
      return play(Ways.double.questions, Ways.double.answers, ["a": write(a), "c": write(2 * a)], &random)
    case .half:
      let c = random.number(1...25)
      return play(Ways.half.questions, Ways.half.answers, ["a": write(2 * c), "c": write(c)], &random)
    case .following:
      let a = random.number(1...98)
      let isNext = random.chance(0.6)
      let ways = isNext ? Ways.next : .previous
      return play(ways.questions, ways.answers, ["a": write(a), "c": write(isNext ? a + 1 : a - 1)], &random)
    case .counting:
      let start = random.chance(0.6) ? 1 : random.number(2...15)
      let end = start + random.number(2...9)
      let isDown = random.chance(0.25)
      let numbers = (start...end).map(write)
      let ways = isDown ? Ways.down : start == 1 ? .count : .countFrom
      return play(
        ways.questions, ways.answers,
        ["a": write(start), "b": write(end), "c": (isDown ? numbers.reversed() : numbers).joined(separator: ", ")],
        &random)
    case .story:
      let thing = random.pick(Self.things)
      let isMore = random.chance(0.55)
      let (first, second) = (random.number(1...9), random.number(1...9))
      let (a, b) = isMore ? (first, second) : (max(first, second), min(first, second))
      let c = isMore ? a + b : a - b
      if isMore { sums[a][b] += 1 } else { differences[a][b] += 1 }
      let ways = isMore ? Ways.more : .fewer
      func noun(_ count: Int) -> String { count == 1 ? thing.one : thing.many }
      return play(
        ways.questions, ways.answers,
        [
          "a": write(a), "b": write(b), "c": c == 0 ? "none" : write(c), "as": noun(a), "bs": noun(b),
          "many": thing.many,
          "cs": c == 0 ? "" : noun(c), "who": random.pick(Lexicon.firstNames), "is": c == 1 ? "is" : "are",
        ], &random)
    case .comparison:
      let small = random.number(0...98)
      let large = random.number(small + 1...99)
      let isLarger = random.chance(0.6)
      let ways = isLarger ? Ways.larger : .smaller
      let isSwapped = random.chance(0.5)
      return play(
        ways.questions, ways.answers,
        [
          "a": write(isSwapped ? large : small), "b": write(isSwapped ? small : large),
          "c": write(isLarger ? large : small),
        ],
        &random)
    }
  }

  private struct Ways: Sendable {
    let questions: [Template]
    let further: [Template]
    let answers: [Template]

    init(_ questions: String, further: String = "", _ answers: String) {
      func templates(_ lines: String) -> [Template] { lines.split(separator: "\n").map { Template(String($0)) } }
      self.questions = templates(questions)
      self.further = templates(further)
      self.answers = templates(answers)
    }

    static let plus = Ways(
      """
      What is {a} plus {b}?
      What's {a} plus {b}?
      What is {a} + {b}?
      What's {a} + {b}?
      {a} + {b}?
      {a} + {b} = ?
      {a} plus {b}?
      How much is {a} plus {b}?
      How much is {a} and {b}?
      What do {a} and {b} make?
      What does {a} plus {b} make?
      (Can you tell me|Do you know) what {a} plus {b} is?
      (Can|Could) you (add|add up) {a} and {b}(| for me)?
      Add {a} and {b}(|, please).
      If I add {a} and {b}, what do I get?
      What do I get if I add {b} to {a}?
      (Quick|Quick question|Quick sum|Maths question|Easy one): (what is|what's|) {a} plus {b}?
      (Help me with a sum|I need help with a sum): {a} plus {b}.
      I have {a} and (get|add) {b} more. How many (is that|do I have)?
      """,
      further: """
        And {a} plus {b}?
        And {a} + {b}?
        {a} + {b}?
        {a} plus {b}?
        What about {a} plus {b}?
        Now {a} plus {b}.
        And what is {a} plus {b}?
        (Okay|Good|Right|Thanks), and {a} plus {b}?
        """,
      """
      {c}.
      {c}.
      {c}.
      {a} plus {b} is {c}.
      {a} plus {b} is {c}.
      That's {c}.
      It's {c}.
      {a} and {b} make {c}.
      """)

    static let minus = Ways(
      """
      What is {a} minus {b}?
      What's {a} minus {b}?
      What is {a} - {b}?
      What's {a} - {b}?
      {a} - {b}?
      {a} - {b} = ?
      {a} minus {b}?
      How much is {a} minus {b}?
      What is {a} take away {b}?
      What's {a} take away {b}?
      (Can you tell me|Do you know) what {a} minus {b} is?
      Take {b} away from {a}. What (is left|do you get)?
      If I take {b} from {a}, what (is left|do I get)?
      (Can|Could) you subtract {b} from {a}(| for me)?
      Subtract {b} from {a}(|, please).
      (Quick|Quick question|Quick sum|Maths question|Easy one): (what is|what's|) {a} minus {b}?
      I have {a} and lose {b}. How many are left?
      """,
      further: """
        And {a} minus {b}?
        And {a} - {b}?
        {a} - {b}?
        {a} minus {b}?
        What about {a} minus {b}?
        Now {a} minus {b}.
        And what is {a} minus {b}?
        (Okay|Good|Right|Thanks), and {a} minus {b}?
        """,
      """
      {c}.
      {c}.
      {c}.
      {a} minus {b} is {c}.
      {a} minus {b} is {c}.
      That's {c}.
      It's {c}.
      """)

    static let times = Ways(
      """
      What is {a} times {b}?
      What's {a} times {b}?
      What is {a} x {b}?
      {a} x {b}?
      {a} times {b}?
      How much is {a} times {b}?
      (Can you tell me|Do you know) what {a} times {b} is?
      Multiply {a} by {b}(|, please).
      """,
      further: """
        And {a} times {b}?
        {a} times {b}?
        What about {a} times {b}?
        """,
      """
      {c}.
      {c}.
      {a} times {b} is {c}.
      That's {c}.
      It's {c}.
      """)

    static let double = Ways(
      """
      What is (double|twice) {a}?
      What's (double|twice) {a}?
      Double {a}.
      How much is twice {a}?
      Can you double {a}?
      """,
      """
      {c}.
      {c}.
      Twice {a} is {c}.
      Double {a} is {c}.
      """)

    static let half = Ways(
      """
      What is half of {a}?
      What's half of {a}?
      How much is half of {a}?
      Half of {a}?
      """,
      """
      {c}.
      {c}.
      Half of {a} is {c}.
      """)

    static let next = Ways(
      """
      (What|Which number|What number) comes after {a}?
      What is the number after {a}?
      What's one more than {a}?
      What comes next after {a}?
      """,
      """
      {c}.
      {c}.
      After {a} comes {c}.
      {c} comes after {a}.
      """)

    static let previous = Ways(
      """
      (What|Which number|What number) comes before {a}?
      What is the number before {a}?
      What's one less than {a}?
      """,
      """
      {c}.
      {c}.
      Before {a} comes {c}.
      {c} comes before {a}.
      """)

    static let count = Ways(
      """
      (Count|Please count|Can you count) (up |)to {b}(.|, please.)
      (Count|Can you count) from {a} to {b}(.|, please.)
      """,
      """
      {c}.
      {c}.
      (Sure|Here we go|All right): {c}.
      """)

    static let countFrom = Ways(
      """
      (Count|Please count|Can you count) from {a} to {b}(.|, please.)
      Start at {a} and count to {b}.
      Count on from {a} to {b}.
      """,
      """
      {c}.
      {c}.
      (Sure|Here we go|All right): {c}.
      """)

    static let down = Ways(
      """
      (Count|Please count|Can you count) (down|back|backwards) from {b} to {a}(.|, please.)
      """,
      """
      {c}.
      {c}.
      (Sure|Here we go|All right): {c}.
      """)

    static let more = Ways(
      """
      I have {a} {as} and (get|buy|find) {b} more. How many {many} do I have (now|)?
      {who} has {a} {as} and gets {b} more. How many {many} does {who} have (now|)?
      There (were|used to be) {a} {as}, and {b} more came along. How many is that?
      If I have {a} {as} and you give me {b} more, how many do I have?
      {a} {as} plus {b} {bs}, how many {many} is that?
      """,
      """
      {c}.
      {c} {cs}.
      {c} {cs}, because {a} plus {b} is {c}.
      That makes {c} {cs}.
      """)

    static let fewer = Ways(
      """
      I have {a} {as} and (lose|give away|sell) {b}. How many {many} do I have left?
      {who} has {a} {as} and loses {b}. How many {many} are left?
      There were {a} {as}, and {b} are gone. How many are left?
      If I have {a} {as} and give you {b}, how many do I have left?
      """,
      """
      {c}.
      {c} {cs}.
      {c} {is} left.
      """)

    static let larger = Ways(
      """
      (Which is|What's|Which number is) (bigger|larger|more), {a} or {b}?
      Is {a} or {b} the (bigger|larger) number?
      """,
      """
      {c}.
      {c} is (bigger|larger).
      """)

    static let smaller = Ways(
      """
      (Which is|What's|Which number is) (smaller|less), {a} or {b}?
      Is {a} or {b} the smaller number?
      """,
      """
      {c}.
      {c} is (smaller|less).
      """)
  }

  private struct Thing: Sendable {
    let one: String
    let many: String
  }

  private static let things = [
    "apple", "book", "pencil", "biscuit", "coin", "marble", "egg", "card", "sweet", "flower", "orange", "ball",
    "sticker", "balloon", "cookie", "button", "stone", "shell", "stamp", "banana", "cake", "toy", "hat", "cup", "key",
    "ticket",
  ].map { Thing(one: $0, many: $0 + "s") }
}

extension Topic {
  /// Sums, differences and products of single digits, in figures or words.
  static let sums = Topic { draft, _ in
    let (first, second) = (draft.random.number(0...9), draft.random.number(0...9))
    let operation = draft.random.pick(operations)
    let (a, b) = operation.isDifference ? (max(first, second), min(first, second)) : (first, second)
    let figures = draft.random.chance(0.65)
    let write = { (number: Int) in figures ? String(number) : NumberWords.word(number) }
    draft.play(operation.script, words: ["a": write(a), "b": write(b), "c": write(operation.result(a, b))])
  }

  private struct Operation: Sendable {
    let isDifference: Bool
    let result: @Sendable (Int, Int) -> Int
    let script: Script

    init(_ word: String, _ sign: String, isDifference: Bool = false, result: @escaping @Sendable (Int, Int) -> Int) {
      self.isDifference = isDifference
      self.result = result
      script = Script(
        """
        U: What is {a} \(word) {b}?
         | How much is {a} \(word) {b}?
         | (Can you tell me|Do you know) what {a} \(word) {b} is?
         | {a} \(sign) {b}?
         | What is {a} \(sign) {b}?
         | Calculate {a} \(word) {b}.
        B: {a} \(word) {b} is {c}.
         | (It is|That is|The answer is) {c}.
         | That is easy: {a} \(word) {b} is {c}.
        """)
    }
  }

  private static let operations = [
    Operation("plus", "+") { $0 + $1 },
    Operation("minus", "-", isDifference: true) { $0 - $1 },
    Operation("times", "*") { $0 * $1 },
  ]

  /// Which of two numbers is larger or smaller.
  static let comparisons = Topic { draft, _ in
    let small = draft.random.number(0...98)
    let large = draft.random.number(small + 1...99)
    let swapped = draft.random.chance(0.5)
    draft.play(
      draft.random.chance(0.5) ? larger : smaller,
      words: [
        "a": String(swapped ? large : small), "b": String(swapped ? small : large), "small": String(small),
        "large": String(large),
      ])
  }

  private static let larger = Script(
    """
    U: (Which (number |)is|What is) (larger|bigger|more), {a} or {b}?
    B: {large} is (larger|more) than {small}.
     | {large} is the larger number.
     | {large}.
    """)

  private static let smaller = Script(
    """
    U: (Which (number |)is|What is) (smaller|less), {a} or {b}?
    B: {small} is (smaller|less) than {large}.
     | {small} is the smaller number.
     | {small}.
    """)
}

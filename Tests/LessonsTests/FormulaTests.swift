import Testing

@testable import Lessons

/// A session with known values for every quantity.
struct HandMadeFacts: LessonFacts {
  var numbers: [Quantity: Double] = [.position: 4, .headDim: 2, .norm3: 1]
  var words = ["a", "b", "c"]

  func value(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double {
    switch quantity {
    case .gamma: return arguments[1] == 0 ? 0.5 : 0.75
    case .keyAt: return 10 * arguments[0] + arguments[3]
    default:
      guard let number = numbers[quantity] else {
        throw .missing(quantity: quantity.rawValue, text: "read a text first.")
      }
      return number
    }
  }

  func text(of quantity: WordQuantity, _ arguments: [Double]) throws(FormulaError) -> String {
    let index = Int(arguments[0]) - (quantity == .candidate ? 1 : 0)
    guard words.indices.contains(index) else { throw .missing(quantity: quantity.rawValue, text: "there are 3.") }
    return words[index]
  }
}

@Suite("Formulas of lessons")
struct FormulaTests {
  /// Values computed by hand.
  static let values: [(String, Double)] = [
    ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("2^3^2", 512), ("-2^2", -4), ("2^-1", 0.5), ("8 / 4 / 2", 1),
    ("10 - 4 - 3", 3), ("1.5e2 - 1e-1", 149.9), ("−3 × 2 ÷ 4", -1.5), ("--4", 4), ("min(3, 1, 2)", 1), ("max(3, 7)", 7),
    ("sqrt(9) + abs(-2)", 5), ("exp(0) + ln(1)", 1), ("log2(1/8)", -3), ("round(2.5)", 3), ("atan2(0, 1)", 0),
    ("cos(0) - sin(0)", 1), ("2 * 3 == 6", 1), ("1 < 1", 0), ("1 ≤ 1", 1), ("3 != 3", 0), ("1 > 0 and 2 >= 2", 1),
    ("0 or 0 and 1", 0), ("not(0)", 1), ("gamma(0, 0)^2", 0.25), ("γ(3, 1)", 0.75), ("position - 1", 3),
    ("norm3 == paper", 1), ("norm3 == off", 0), ("sum(m, 1, 4, m^2)", 30), ("sum(m, 3, 2, 7)", 0),
    ("sum(m, 1, position, gamma(0, 0)^(position - m))", 1.875),
    ("sum(m, 1, 2, sum(i, 0, 1, keyAt(m, 0, 0, i)))", 62), ("2 * half + half^2", 1.25),
  ]

  @Test(
    "Operators have the precedence of mathematics; functions, sums and quantities have their values", arguments: values)
  func value(text: String, expected: Double) throws {
    let formula = try FormulaParser.formula(text, names: ["half": .number(0.5)])
    let value = try formula.value(HandMadeFacts())
    // One rounding for each of a few operations.
    #expect(abs(value - expected) <= 1e-14 * max(abs(expected), 1), "\(text) is \(value)")
  }

  @Test(
    "A text that is not a formula is rejected with the text found",
    arguments: [
      ("", "the end"), ("1 +", "the end"), ("(1", "the end"), ("1 2", "'2'"), ("1 + )", "')'"),
      ("gama(0, 0)", "'gama'"),
      ("gamma(0)", "gamma with 1 argument"), ("position(1, 2)", "position with 2 arguments"),
      ("sqrt(1, 2)", "sqrt with 2 arguments"), ("3 $ 4", "'$'"),
      ("1.2.3", "'1.2.3'"), ("sum(1, 2, 3)", "sum without a counter"), ("sum(m, 1, 2)", "sum without a body"),
      ("1 < 2 < 3", "'<'"), ("m + 1", "'m'"), ("sqrt", "the end"),
    ])
  func refused(text: String, found: String) {
    let error = #expect(throws: FormulaParser.SyntaxError.self) { try FormulaParser.formula(text) }
    #expect(error?.found.hasPrefix(found) == true, "\(error?.found ?? "nothing")")
    #expect(error?.expected.isEmpty == false)
  }

  @Test("Too deep parentheses, too many powers and too long texts are rejected")
  func tooDeep() {
    let deep = String(repeating: "(", count: 500) + "1" + String(repeating: ")", count: 500)
    for text in [deep, String(repeating: "2^", count: 500) + "1", String(repeating: "1+", count: 2000) + "1"] {
      #expect(throws: FormulaParser.SyntaxError.self) { try FormulaParser.formula(text) }
    }
    #expect(throws: Never.self) { try FormulaParser.formula(String(repeating: "-", count: 900) + "1") }
  }

  @Test("A sum with too many terms, and bounds that are not whole numbers, are errors")
  func longSums() throws {
    let endless = try FormulaParser.formula("sum(a, 1, 100000, sum(b, 1, 100000, a*b))")
    #expect(throws: FormulaError.tooLong) { try endless.value(HandMadeFacts()) }
    let broken = try FormulaParser.formula("sum(a, 1, 2.5, a)")
    #expect(throws: FormulaError.notWhole(what: "A bound of the sum over a", found: 2.5)) {
      try broken.value(HandMadeFacts())
    }
  }

  @Test("A missing quantity is an error, unless the rest of the formula decides")
  func missing() throws {
    let facts = HandMadeFacts()
    #expect(throws: FormulaError.self) { try FormulaParser.formula("rank(0, 0) > 1").value(facts) }
    #expect(try FormulaParser.formula("position > 9 and rank(0, 0) > 1").value(facts) == 0)
    #expect(try FormulaParser.formula("position > 1 or rank(0, 0) > 1").value(facts) == 1)
  }

  @Test(
    "A learner may type arithmetic as a number, but no other formula",
    arguments: [
      ("0.25", 0.25), (" 31/32 ", 0.96875), ("−0.5", -0.5), ("2^-3", 0.125), ("1e-3", 0.001), ("sqrt(2)^2", 2.0),
      ("gamma(0,0)", nil), ("abc", nil), ("", nil), ("1,5", nil),
    ])
  func arithmetic(text: String, expected: Double?) {
    let value = try? FormulaParser.answer(text).value(HandMadeFacts())
    #expect((value == nil) == (expected == nil))
    #expect(abs((value ?? 0) - (expected ?? 0)) < 1e-12)
  }

  @Test("Every quantity has a documented meaning, and no constant has its name")
  func quantities() {
    for quantity in Quantity.allCases { #expect(!quantity.meaning.isEmpty) }
    for name in Quantity.constants.keys {
      #expect(Quantity(rawValue: name) == nil, "\(name) has two meanings")
      #expect(Formula.Function(rawValue: name) == nil, "\(name) has two meanings")
    }
  }
}

@Suite("Texts with computed numbers")
struct LessonTextTests {
  private func shown(_ text: String) throws -> String { try LessonText(text).shown(HandMadeFacts()).text }

  @Test(
    "Numbers have the requested digits, a real minus sign, and on request a power of ten",
    arguments: [
      ("γ is {gamma(0, 1) | 3}.", "γ is 0.750."), ("{0 - position/3 | 2}", "−1.33"), ("{1/1024 | 1e}", "9.8e−04"),
      ("{position}", "4"), ("{gamma(0, 0)}", "0.5"), ("{{S}} {piece(1)}", "{S} b"), ("plain", "plain"),
      ("{0 - 0.0001 | 2}", "0.00"), ("{1/0 | 2}", "∞"),
    ])
  func numbers(text: String, expected: String) throws {
    #expect(try shown(text) == expected)
  }

  @Test("An unknown number is shown as a question mark, and the reason is a problem")
  func unknown() throws {
    let (text, problems) = try LessonText("Rank {rank(0, 0) | 1}, then {piece(9)}.").shown(HandMadeFacts())
    #expect(text == "Rank ?, then ?.")
    #expect(problems.count == 2)
    #expect(problems[0].description.contains("rank is not known here: read a text first."))
  }

  @Test(
    "The error names the invalid place",
    arguments: ["{", "}", "{1 +}", "{1 | many}", "{1|2|3}", "{piece()}", "{1 | 99}"])
  func broken(text: String) {
    let error = #expect(throws: LessonText.SyntaxError.self) { try LessonText(text) }
    #expect(error.map { text.contains($0.place) } == true)
  }
}

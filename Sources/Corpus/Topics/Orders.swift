extension Topic {
  /// Counting, and what comes before and after.
  static let counting = Topic { draft, _ in
    let number = draft.random.number(1...98)
    let length = draft.random.number(3...10)
    let figures = draft.random.chance(0.6)
    let write = { (number: Int) in figures ? String(number) : NumberWords.word(number) }
    let upwards = (1...length).map(write)
    draft.play(
      draft.random.pick([count, countDown, neighbours]),
      words: [
        "last": write(length), "upwards": joined(upwards), "downwards": joined(upwards.reversed()),
        "number": write(number), "next": write(number + 1), "previous": write(number - 1),
      ])
  }

  private static let count = Script(
    """
    U: (Count|Please count|Can you count) (up |)to {last}(.|)
     | Count from (1|one) to {last}.
    B: {upwards}.
     | (Of course|All right): {upwards}.
    """)
  private static let countDown = Script(
    """
    U: (Count|Please count|Can you count) (down|backwards) from {last}(.|)
    B: {downwards}.
     | (Of course|All right): {downwards}.
    """)
  private static let neighbours = Script(
    """
    U: (What|Which number) comes after {number}?
    B: After {number} comes {next}.
     | {next} comes after {number}.
    U: (And |)(what|which number) comes before {number}?
    B: Before {number} comes {previous}.
     | {previous} comes before {number}.
    """)

  /// Days, months and seasons, each list beginning anew after its end.
  static let calendar = Topic { draft, _ in
    let (kind, names) = draft.random.pick([
      Weighted(3, ("day", Calendar.days)), Weighted(3, ("month", Calendar.months)),
      Weighted(1, ("season", Calendar.seasons)),
    ])
    let index = draft.random.number(0...names.count - 1)
    draft.play(
      draft.random.pick([after, before, howMany]),
      words: [
        "kind": kind, "name": names[index], "next": names[(index + 1) % names.count],
        "previous": names[(index + names.count - 1) % names.count], "all": joined(names),
        "whole": kind == "day" ? "week" : "year", "count": NumberWords.word(names.count),
      ])
  }

  private static let after = Script(
    """
    U: (What|Which {kind}) (comes|is) after {name}?
     | What is the {kind} after {name}?
    B: {next} comes after {name}.
     | After {name} comes {next}.
     | The {kind} after {name} is {next}.
    """)
  private static let before = Script(
    """
    U: (What|Which {kind}) (comes|is) before {name}?
     | What is the {kind} before {name}?
    B: {previous} comes before {name}.
     | Before {name} comes {previous}.
     | The {kind} before {name} is {previous}.
    """)
  private static let howMany = Script(
    """
    U: How many {kind}s (are there in a {whole}|does a {whole} have|has a {whole})?
    B: A {whole} has {count} {kind}s.
     | There are {count} {kind}s in a {whole}.
    U: (What are they(| called)?|Name them.|Can you name them?|Which ones?)
    B: They are {all}.
     | {all}.
    """)

  private static func joined(_ words: [String]) -> String {
    words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }
}

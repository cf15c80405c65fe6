/// The words that fill slots.
enum Lexicon {
  /// A word for the slot. A digit at the end of its name distinguishes slots of one kind.
  ///
  /// - Parameter used: words of the same conversation; the new word differs from them.
  static func word(for slot: String, avoiding used: some Collection<String>, _ random: inout Randomness) -> String {
    for _ in 0..<20 {
      let word = newWord(for: kind(of: slot), &random)
      if !used.contains(word) { return word }
    }
    return newWord(for: kind(of: slot), &random)
  }

  private static func kind(of slot: String) -> String {
    if let fact = Fact.kinds[slot] { return fact }
    return String(slot.reversed().drop { $0.isNumber }.reversed())
  }

  private static func newWord(for kind: String, _ random: inout Randomness) -> String {
    switch kind {
    case "name": name(firstNames, &random)
    case "woman": name(womensNames, &random)
    case "man": name(mensNames, &random)
    case "fullName": random.pick(firstNames) + " " + random.pick(surnames)
    case "surname": random.pick(surnames)
    case "pet": random.chance(0.8) ? random.pick(petNames) : name(firstNames, &random)
    case "town": random.chance(0.7) ? random.pick(towns) : InventedWords.town(&random)
    case "colour":
      random.chance(0.75) ? random.pick(plainColours) : "\(random.pick(shades)) \(random.pick(shadedColours))"
    case "plainColour": random.pick(plainColours)
    case "number": number(1...999, &random)
    case "code": number(100...999, &random)
    case "age": number(5...99, &random)
    case "few": number(2...9, &random)
    case "object": random.pick(objects)
    case "colouredObject": "\(random.pick(shadedColours)) \(random.pick(objects))"
    case "food": random.pick(foods)
    case "fruit": random.pick(fruits)
    case "animal": random.pick(animals)
    case "job": random.pick(jobs)
    case "instrument": random.pick(instruments)
    case "sport": random.pick(sports)
    case "hobby": random.pick(hobbies)
    case "language": random.pick(languages)
    case "drink": random.pick(drinks)
    case "film": random.pick(films)
    case "day": random.pick(Calendar.days)
    case "month": random.pick(Calendar.months)
    case "country": random.pick(countries)
    case "noise": random.pick(noises)
    case "season": random.pick(Calendar.seasons)
    default: preconditionFailure("There are no words for the slot '\(kind)'.")
    }
  }

  /// Mostly a real given name, otherwise an invented one.
  private static func name(_ names: [String], _ random: inout Randomness) -> String {
    random.chance(0.78) ? random.pick(names) : InventedWords.name(&random)
  }

  static func number(_ range: ClosedRange<Int>, _ random: inout Randomness) -> String {
    var number = random.number(range)
    while HeldOut.isHeldOut(number) { number = random.number(range) }
    return String(number)
  }
}

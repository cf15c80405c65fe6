/// Numbers up to 99 in words.
enum NumberWords {
  private static let small = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

  /// - Precondition: the number is from 0 to 99.
  static func word(_ number: Int) -> String {
    if number < 20 { return small[number] }
    let ten = tens[number / 10 - 2]
    return number.isMultiple(of: 10) ? ten : "\(ten)-\(small[number % 10])"
  }
}

/// "I'm" for "I am" and the like, in the places where people contract.
enum Contractions {
  private struct Form: Sendable {
    let long: [UInt8]
    let short: [UInt8]
    /// Only at the start of a clause: "who I am" stays.
    let opensClause: Bool
    /// A question word, after which a pronoun must not end the sentence: "What is it?" stays.
    let asks: Bool
  }

  /// By their first letter in lower case.
  private static let forms: [[Form]] = {
    let negations = [
      "do not": "don't", "does not": "doesn't", "did not": "didn't", "is not": "isn't", "are not": "aren't",
      "was not": "wasn't", "were not": "weren't", "have not": "haven't", "has not": "hasn't", "would not": "wouldn't",
      "could not": "couldn't", "should not": "shouldn't", "cannot": "can't", "will not": "won't",
    ]
    let subjects = [
      "i am": "I'm", "i will": "I'll", "i would": "I'd", "i have never": "I've never", "i have been": "I've been",
      "i have not": "I haven't", "you are": "you're", "you will": "you'll", "it is": "it's", "it will": "it'll",
      "that is": "that's",
      "there is": "there's", "they are": "they're", "we are": "we're", "he is": "he's", "she is": "she's",
      "let us": "let's",
      "here is": "here's",
    ]
    let questions = [
      "what is": "what's", "who is": "who's", "where is": "where's", "how is": "how's",
      "when is": "when's",
    ]
    var forms = [[Form]](repeating: [], count: 256)
    for (table, opensClause, asks) in [(negations, false, false), (subjects, true, false), (questions, true, true)] {
      for (long, short) in table.sorted(by: { $0.key.utf8.count > $1.key.utf8.count }) {
        let long = Array(long.utf8)
        forms[Int(long[0])].append(
          Form(long: long, short: Array(short.utf8), opensClause: opensClause, asks: asks))
      }
    }
    return forms.map { $0.sorted { $0.long.count > $1.long.count } }
  }()

  /// Appends the sentence with contractions. Marked and quoted words stay unchanged.
  static func append(_ sentence: String, to output: inout [UInt8]) {
    var sentence = sentence
    sentence.withUTF8 { text in
      var index = 0
      var isMarked = false
      var isQuoted = false
      var opensWord = true
      var opensClause = true
      while index < text.count {
        let byte = text[index]
        if opensWord, !isMarked, !isQuoted, let form = form(in: text, at: index, opensClause: opensClause) {
          output.append(byte.isUpper ? form.short[0] & 0xDF : form.short[0])
          output.append(contentsOf: form.short.dropFirst())
          index += form.long.count
          (opensWord, opensClause) = (false, false)
          continue
        }
        switch byte {
        case Mark.openByte: isMarked = true
        case Mark.closeByte: isMarked = false
        case UInt8(ascii: "\""): isQuoted.toggle()
        default: break
        }
        if byte == UInt8(ascii: " ") {
          opensWord = true
          opensClause = endsClause(text, before: index)
        } else if byte > Mark.closeByte {
          (opensWord, opensClause) = (false, false)
        }
        output.append(byte)
        index += 1
      }
    }
  }

  static func applied(to sentence: String) -> String {
    var bytes: [UInt8] = []
    append(sentence, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func form(
    in text: UnsafeBufferPointer<UInt8>, at index: Int, opensClause: Bool
  ) -> Form? {
    let candidates = forms[Int(text[index] | 0x20)]
    guard !candidates.isEmpty else { return nil }
    return candidates.first { form in
      let end = index + form.long.count
      // A word must follow: "Yes, I am." stays.
      guard opensClause || !form.opensClause, end + 1 < text.count, text[end] == UInt8(ascii: " ") else { return false }
      for offset in form.long.indices where text[index + offset] | 0x20 != form.long[offset] | 0x20 { return false }
      return !stays(before: text[(end + 1)...], form)
    }
  }

  private static let ends = ["too", "and", "or", "but", "either", "indeed", "as"].map { Array($0.utf8) }
  private static let pronouns = [
    "it", "he", "she", "they", "that", "this", "there", "mine", "yours",
  ].map { Array($0.utf8) }

  /// Whether the next word requires the long form.
  private static func stays(before text: Slice<UnsafeBufferPointer<UInt8>>, _ form: Form) -> Bool {
    let word = text.prefix { $0.isLetter || $0 <= Mark.closeByte }
    if word.isEmpty { return !(text.first?.isDigit ?? false) && text.first != UInt8(ascii: "\"") }
    if form.opensClause, ends.contains(where: { word.elementsEqual($0) }) { return true }
    let next = word.endIndex < text.endIndex ? text[word.endIndex] : UInt8(ascii: ".")
    return form.asks && next != UInt8(ascii: " ") && pronouns.contains { word.elementsEqual($0) }
  }

  private static let joining = ["and", "but", "so", "because", "then", "if", "when"].map { Array($0.utf8) }

  /// Whether a clause may begin after the space at `index`: after a mark, or after "and" and the like.
  private static func endsClause(_ text: UnsafeBufferPointer<UInt8>, before index: Int) -> Bool {
    guard index > 0 else { return true }
    let last = text[index - 1]
    if ".!?,:;\"".utf8.contains(last) { return true }
    guard last.isLetter else { return false }
    var start = index
    while start > 0, text[start - 1].isLetter { start -= 1 }
    return joining.contains { joint in
      joint.count == index - start && joint.indices.allSatisfy { text[start + $0] | 0x20 == joint[$0] }
    }
  }
}

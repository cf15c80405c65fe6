/// Words of one kind, separated by commas.
func wordList(_ text: String) -> [String] {
  text.split(separator: ",").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

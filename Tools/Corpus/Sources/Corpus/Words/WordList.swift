/// Words of one kind, written with commas between.
func wordList(_ text: String) -> [String] {
  text.split(separator: ",").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

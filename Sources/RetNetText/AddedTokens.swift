/// Texts that become one token wherever they occur in a text: at each place the longest, from the start on.
struct AddedTokens: Sendable {
  enum Part: Sendable, Equatable {
    case text(String)
    case token(Int)
  }

  private let tokens: [ArraySlice<UInt8>: Int]
  /// The lengths of the texts in bytes, the longest first.
  private let lengths: [Int]
  /// The first byte of each text.
  private let firstBytes: Set<UInt8>

  var isEmpty: Bool { tokens.isEmpty }

  /// - Parameter tokens: texts that are not empty, and their tokens.
  init(_ tokens: [(text: String, token: Int)]) {
    self.tokens = Dictionary(tokens.map { (Array($0.text.utf8)[...], $0.token) }) { first, _ in first }
    lengths = Set(self.tokens.keys.map(\.count)).sorted(by: >)
    firstBytes = Set(self.tokens.keys.compactMap(\.first))
  }

  /// The parts of a text. None is empty.
  func split(_ text: String) -> [Part] {
    guard !isEmpty else { return text.isEmpty ? [] : [.text(text)] }
    let bytes = Array(text.utf8)
    var parts: [Part] = []
    var (start, position) = (0, 0)
    func close() {
      if start < position { parts.append(.text(String(decoding: bytes[start..<position], as: UTF8.self))) }
    }
    while position < bytes.count {
      guard firstBytes.contains(bytes[position]), let (token, length) = match(bytes[position...]) else {
        position += 1
        continue
      }
      close()
      parts.append(.token(token))
      position += length
      start = position
    }
    close()
    return parts
  }

  private func match(_ rest: ArraySlice<UInt8>) -> (token: Int, length: Int)? {
    for length in lengths where length <= rest.count {
      if let token = tokens[rest.prefix(length)] { return (token, length) }
    }
    return nil
  }
}

/// A part of a regular expression.
indirect enum PatternNode: Sendable, Hashable {
  /// One character of a set.
  case character(ScalarSet)
  /// The parts one after the other; an empty text without parts.
  case sequence([PatternNode])
  case alternatives([PatternNode])
  /// `most` is nil without an upper bound.
  case repeated(PatternNode, least: Int, most: Int?)
}

/// Characters as sorted ranges of Unicode scalars that neither touch nor overlap.
struct ScalarSet: Sendable, Hashable {
  private(set) var ranges: [ClosedRange<UInt32>]

  init(_ ranges: [ClosedRange<UInt32>]) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = self.ranges.last, range.lowerBound <= last.upperBound + 1 {
        self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        self.ranges.append(range)
      }
    }
  }

  /// All other characters.
  var inverted: ScalarSet {
    var (rest, next): ([ClosedRange<UInt32>], UInt32) = ([], 0)
    for range in ranges {
      if range.lowerBound > next { rest.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    return ScalarSet(next <= Self.last ? rest + [next...Self.last] : rest)
  }

  static let last: UInt32 = 0x10FFFF
  static let digits = ScalarSet([0x30...0x39])
  static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let spaces = ScalarSet([0x09...0x0D, 0x20...0x20])
  static let allButLineFeed = ScalarSet([0x0A...0x0A]).inverted
}

/// Parses a regular expression by recursive descent. Characters are numbered from 0 in errors.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0

  static let longestSource = 4096
  static let deepestGroup = 100
  static let largestCount = 1000

  init(_ source: String) throws(PatternError) {
    scalars = Array(source.unicodeScalars)
    guard scalars.count <= Self.longestSource else {
      throw PatternError(reason: "it has \(scalars.count) characters, at most \(Self.longestSource) are allowed")
    }
  }

  mutating func parse() throws(PatternError) -> PatternNode {
    let node = try alternatives()
    if index < scalars.count { throw PatternError(reason: "')' at character \(index) has no '('") }
    return node
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func alternatives() throws(PatternError) -> PatternNode {
    var parts = [try sequence()]
    while next == "|" {
      index += 1
      parts.append(try sequence())
    }
    return parts.count == 1 ? parts[0] : .alternatives(parts)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var parts: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let part = try atom()
      parts.append(try repetition(of: part))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func atom() throws(PatternError) -> PatternNode {
    let (start, scalar) = (index, scalars[index])
    index += 1
    switch scalar {
    case "(":
      guard next != "?" else {
        throw PatternError(reason: "'(?' at character \(start) is not supported: only plain groups are")
      }
      depth += 1
      guard depth <= Self.deepestGroup else {
        throw PatternError(reason: "its groups are nested more than \(Self.deepestGroup) deep")
      }
      let node = try alternatives()
      guard next == ")" else { throw PatternError(reason: "'(' at character \(start) has no ')'") }
      index += 1
      depth -= 1
      return node
    case "[": return .character(try set(from: start))
    case ".": return .character(.allButLineFeed)
    case "\\": return .character(try escape())
    case "*", "+", "?": throw PatternError(reason: "'\(scalar)' at character \(start) has nothing to repeat")
    case "{": throw PatternError(reason: "'{' at character \(start) has nothing to repeat; '\\{' is a literal")
    case "^", "$":
      throw PatternError(
        reason: "'\(scalar)' at character \(start) is not supported: the whole text matches; '\\\(scalar)' is a literal"
      )
    default: return .character(ScalarSet([scalar.value...scalar.value]))
    }
  }

  // MARK: Repetition

  private mutating func repetition(of node: PatternNode) throws(PatternError) -> PatternNode {
    let bounds: (Int, Int?)
    switch next {
    case "*": bounds = (0, nil)
    case "+": bounds = (1, nil)
    case "?": bounds = (0, 1)
    case "{": bounds = try counts()
    default: return node
    }
    index += 1
    if let scalar = next, ["*", "+", "?", "{"].contains(scalar) {
      throw PatternError(reason: "'\(scalar)' at character \(index) repeats a repetition; put that in parentheses")
    }
    return .repeated(node, least: bounds.0, most: bounds.1)
  }

  /// `{m}`, `{m,}` or `{m,n}`; ends at the closing brace.
  private mutating func counts() throws(PatternError) -> (Int, Int?) {
    let start = index
    let wrong = PatternError(
      reason: "'{' at character \(start) begins no count such as {2} or {1,3}, with numbers up to \(Self.largestCount)")
    func number(_ text: ArraySlice<Unicode.Scalar>) throws(PatternError) -> Int {
      let digits = String(String.UnicodeScalarView(text))
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(digits),
        value <= Self.largestCount
      else { throw wrong }
      return value
    }
    guard let end = scalars[index...].firstIndex(of: "}") else { throw wrong }
    let inside = scalars[index + 1..<end]
    index = end
    guard let comma = inside.firstIndex(of: ",") else {
      let count = try number(inside)
      return (count, count)
    }
    let least = try number(inside[..<comma])
    guard comma + 1 < end else { return (least, nil) }
    let most = try number(inside[(comma + 1)...])
    guard most >= least else { throw wrong }
    return (least, most)
  }

  // MARK: Characters

  /// A class, after its `[`.
  private mutating func set(from start: Int) throws(PatternError) -> ScalarSet {
    let isInverted = next == "^"
    if isInverted { index += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    while let scalar = next, scalar != "]" {
      let first = try member(start)
      // A hyphen at the end of a class is a literal.
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        ranges += first.ranges
        continue
      }
      index += 1
      let last = try member(start)
      guard let low = first.only, let high = last.only, low <= high else {
        throw PatternError(
          reason: "the class at character \(start) has a range that is not from a lower to a higher one")
      }
      ranges.append(low...high)
    }
    guard next == "]" else { throw PatternError(reason: "'[' at character \(start) has no ']'") }
    index += 1
    guard !ranges.isEmpty else { throw PatternError(reason: "the class at character \(start) is empty") }
    return isInverted ? ScalarSet(ranges).inverted : ScalarSet(ranges)
  }

  private mutating func member(_ start: Int) throws(PatternError) -> ScalarSet {
    guard let scalar = next else { throw PatternError(reason: "'[' at character \(start) has no ']'") }
    index += 1
    if scalar == "\\" { return try escape() }
    if scalar == "[" { throw PatternError(reason: "'[' in the class at character \(start) must be written '\\['") }
    return ScalarSet([scalar.value...scalar.value])
  }

  /// The characters of an escape, after its backslash.
  private mutating func escape() throws(PatternError) -> ScalarSet {
    guard let scalar = next else { throw PatternError(reason: "it ends with a backslash") }
    index += 1
    switch scalar {
    case "d": return .digits
    case "D": return ScalarSet.digits.inverted
    case "w": return .word
    case "W": return ScalarSet.word.inverted
    case "s": return .spaces
    case "S": return ScalarSet.spaces.inverted
    case "n": return ScalarSet([0x0A...0x0A])
    case "t": return ScalarSet([0x09...0x09])
    case "r": return ScalarSet([0x0D...0x0D])
    default:
      guard !ScalarSet.word.contains(scalar) else {
        throw PatternError(reason: "'\\\(scalar)' at character \(index - 2) is not supported")
      }
      return ScalarSet([scalar.value...scalar.value])
    }
  }
}

extension ScalarSet {
  /// The scalar of a set with one element.
  fileprivate var only: UInt32? {
    guard ranges.count == 1, let range = ranges.first, range.count == 1 else { return nil }
    return range.lowerBound
  }

  fileprivate func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar.value) } }
}

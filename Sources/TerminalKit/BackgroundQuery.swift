#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Asks a terminal for its background colour before it is used.
enum BackgroundQuery {
  /// OSC 11, and DA1, which every terminal answers: its answer ends the wait for terminals without OSC 11.
  static let request = "\u{1B}]11;?\u{1B}\\\u{1B}[c"

  static let milliseconds = 100

  /// Writes the request and waits at most `milliseconds` for the answers.
  ///
  /// - Returns: the background, and typed keys that were read with the answers. `filter` removes late answers.
  static func ask(input: Int32, output: Int32, unicode: Bool, filter: inout ReplyFilter) -> [KeyDecoder.Input] {
    var modes = termios()
    guard tcgetattr(input, &modes) == 0 else { return [] }
    var quiet = modes
    quiet.c_lflag &= ~tcflag_t(ECHO | ICANON)
    quiet.c_iflag &= ~tcflag_t(ICRNL)
    // Before the request: an answer must not be echoed.
    guard tcsetattr(input, TCSANOW, &quiet) == 0 else { return [] }
    defer { tcsetattr(input, TCSANOW, &modes) }
    guard request.withCString({ write(output, $0, strlen($0)) }) == request.utf8.count else { return [] }
    var typed: [KeyDecoder.Input] = []
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(milliseconds)
    while !filter.isComplete, let bytes = read(input, until: end, clock) {
      typed += filter.filter(bytes.map { .scalar(UInt32($0)) })
    }
    typed += filter.filter([])
    guard unicode else { return typed }
    // The rest of a character that is read in part has been sent already.
    while isCut(typed), let bytes = read(input, until: clock.now + .milliseconds(20), clock) {
      typed += filter.filter(bytes.map { .scalar(UInt32($0)) })
    }
    return decoded(typed)
  }

  static func read(_ descriptor: Int32, until end: ContinuousClock.Instant, _ clock: ContinuousClock)
    -> [UInt8]?
  {
    let rest = (end - clock.now).components
    let milliseconds = rest.seconds * 1000 + rest.attoseconds / 1_000_000_000_000_000
    guard milliseconds > 0 else { return nil }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, Int32(milliseconds)) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    #if canImport(Glibc)
      let count = Glibc.read(descriptor, &buffer, buffer.count)
    #elseif canImport(Musl)
      let count = Musl.read(descriptor, &buffer, buffer.count)
    #else
      let count = Darwin.read(descriptor, &buffer, buffer.count)
    #endif
    return count > 0 ? Array(buffer[..<count]) : nil
  }

  /// Whether UTF-8 bytes end inside a character.
  static func isCut(_ bytes: [KeyDecoder.Input]) -> Bool {
    let end = values(bytes.suffix(4))
    guard let lead = end.lastIndex(where: { $0 < 0x80 || $0 >= 0xC0 }) else { return false }
    let length = end[lead] < 0x80 ? 1 : end[lead] >= 0xF0 ? 4 : end[lead] >= 0xE0 ? 3 : 2
    return end.count - lead < length
  }

  static func values(_ bytes: some Sequence<KeyDecoder.Input>) -> [UInt8] {
    bytes.compactMap { if case .scalar(let value) = $0 { UInt8(truncatingIfNeeded: value) } else { nil } }
  }

  /// UTF-8 bytes as code points.
  private static func decoded(_ bytes: [KeyDecoder.Input]) -> [KeyDecoder.Input] {
    return String(decoding: values(bytes), as: UTF8.self).unicodeScalars.map { .scalar($0.value) }
  }

  /// The background that a terminal states in COLORFGBG, such as `15;0`: its last number is a palette index.
  static func background(colorFGBG text: String?) -> RGB? {
    guard let index = text?.split(separator: ";").last.flatMap({ Int($0) }), (0..<16).contains(index) else {
      return nil
    }
    return Palette.xterm(index)
  }
}

/// Removes a terminal's answers to `BackgroundQuery.request` from its input, also those that arrive late.
struct ReplyFilter: Sendable {
  /// The answer to OSC 11; nil before it.
  private(set) var background: RGB?
  /// Whether DA1 is answered. No answer follows.
  private(set) var isComplete = false
  /// The beginning of a possible answer.
  private var pending: [KeyDecoder.Input] = []

  /// The input without answers. The beginning of one is held back until more input arrives, or until an empty batch
  /// shows that it is a key, such as Esc.
  mutating func filter(_ batch: [KeyDecoder.Input]) -> [KeyDecoder.Input] {
    if batch.isEmpty {
      // No key begins with as many characters of an answer.
      guard pending.count < 4 else { return [] }
      defer { pending = [] }
      return pending
    }
    let input = pending + batch
    pending = []
    guard !isComplete else { return input }
    var rest: [KeyDecoder.Input] = []
    var index = 0
    while index < input.count {
      guard input[index] == .scalar(0x1B) else {
        rest.append(input[index])
        index += 1
        continue
      }
      switch Reply(input[index...]) {
      case .none:
        rest.append(input[index])
        index += 1
      case .partial:
        pending = Array(input[index...])
        return rest
      case .background(let color, let length):
        background = color ?? background
        index += length
      case .attributes(let length):
        isComplete = true
        index += length
      }
    }
    return rest
  }

  /// An answer at the start of some input.
  private enum Reply {
    case none
    case partial
    /// `ESC ] 11 ; rgb:RRRR/GGGG/BBBB` and BEL or `ESC \`; nil for another colour format.
    case background(RGB?, length: Int)
    /// `ESC [ ? … c`
    case attributes(length: Int)

    init(_ input: ArraySlice<KeyDecoder.Input>) {
      let text = String(
        String.UnicodeScalarView(
          input.prefix(80).map { input in
            if case .scalar(let value) = input, value < 0x80, let scalar = Unicode.Scalar(value) {
              scalar
            } else {
              "\0"
            }
          }))
      if let match = text.prefixMatch(of: /\e\]11;([\w:#\/]*)(?:\a|\e\\)/) {
        self = .background(Self.color(match.1), length: match.0.count)
      } else if let match = text.prefixMatch(of: /\e\[\?[0-9;]*c/) {
        self = .attributes(length: match.0.count)
      } else {
        let isPartial =
          text.wholeMatch(of: /\e(\](1(1(;[\w:#\/]*\e?)?)?)?|\[(\?[0-9;]*)?)?/) != nil && text.count == input.count
        self = isPartial ? .partial : .none
      }
    }

    /// Channels have 1 to 4 hexadecimal digits.
    private static func color(_ text: Substring) -> RGB? {
      guard let match = text.wholeMatch(of: /rgba?:([0-9a-fA-F]{1,4})\/([0-9a-fA-F]{1,4})\/([0-9a-fA-F]{1,4})(\/\w*)?/)
      else { return nil }
      let channels = [match.1, match.2, match.3].map { digits in
        let largest = 1 << (4 * digits.count) - 1
        return UInt8((2 * 255 * (Int(digits, radix: 16) ?? 0) + largest) / (2 * largest))
      }
      return RGB(red: channels[0], green: channels[1], blue: channels[2])
    }
  }
}

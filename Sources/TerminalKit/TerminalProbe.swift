#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Asks a terminal, outside of a screen, and restores its modes.
package enum TerminalProbe {
  /// The longest wait for an answer.
  static let milliseconds = 1000

  /// The terminal's background, as its answer to OSC 11; nil without an answer within 0.1 s.
  package static func background(input: Int32, output: Int32) -> RGB? {
    var filter = ReplyFilter()
    guarded(output) {
      _ = BackgroundQuery.ask(input: input, output: output, unicode: false, filter: &filter)
    }
    return filter.background
  }

  /// The columns that the terminal moves its cursor for each text; nil for those without an answer within a second. The
  /// line of the cursor must be empty, and is empty afterwards.
  package static func widths(of texts: [String], input: Int32, output: Int32) -> [Int?] {
    var widths: [Int?] = []
    guarded(output) { widths = ask(texts, input, output) }
    return widths + Array(repeating: nil, count: texts.count - widths.count)
  }

  /// Restores the terminal also if a signal ends the program.
  private static func guarded(_ output: Int32, _ body: () -> Void) {
    FatalSignals.guardTerminal(output, modes: .init(of: output), leave: "")
    body()
    FatalSignals.releaseTerminal()
  }

  private static func ask(_ texts: [String], _ input: Int32, _ output: Int32) -> [Int?] {
    var modes = termios()
    guard tcgetattr(input, &modes) == 0 else { return [] }
    var quiet = modes
    quiet.c_lflag &= ~tcflag_t(ECHO | ICANON)
    guard tcsetattr(input, TCSANOW, &quiet) == 0 else { return [] }
    defer { tcsetattr(input, TCSANOW, &modes) }
    // DSR after each text: the terminal reports the place of the cursor.
    let request = texts.map { "\r\($0)\u{1B}[6n" }.joined() + "\r\u{1B}[K"
    guard request.withCString({ write(output, $0, strlen($0)) }) == request.utf8.count else { return [] }
    var answer: [UInt8] = []
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(milliseconds)
    var widths = Self.widths(in: answer)
    while widths.count < texts.count, let bytes = BackgroundQuery.read(input, until: end, clock) {
      answer += bytes
      widths = Self.widths(in: answer)
    }
    return widths.prefix(texts.count).map { $0 }
  }

  /// The columns before the cursor in each report `ESC [ row ; column R`. Other input is skipped.
  static func widths(in answer: [UInt8]) -> [Int] {
    String(decoding: answer, as: UTF8.self).matches(of: /\e\[\d{1,5};(\d{1,5})R/).compactMap {
      Int($0.1).map { $0 - 1 }
    }
  }
}

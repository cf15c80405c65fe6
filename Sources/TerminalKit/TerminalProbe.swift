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

  package struct Answers: Sendable {
    /// nil without an answer within 0.1 s.
    package var background: RGB?
    /// The columns that the terminal moves its cursor for each text; nil for those without an answer within a second.
    package var widths: [Int?] = []
  }

  /// Asks for the background and for the widths of texts. The line of the cursor must be empty, and is empty afterwards.
  ///
  /// - Parameter background: whether to ask for it: some terminals show the question.
  package static func ask(background: Bool, widthsOf texts: [String], input: Int32, output: Int32) -> Answers {
    // Restores the terminal also if a signal ends the program.
    FatalSignals.guardTerminal(output, modes: .init(of: output), leave: "")
    defer { FatalSignals.releaseTerminal() }
    var (answers, filter, rest) = (Answers(), ReplyFilter(), [KeyDecoder.Input]())
    if background {
      rest = BackgroundQuery.ask(input: input, output: output, unicode: false, filter: &filter)
      answers.background = filter.background
    }
    let widths = Self.widths(of: texts, input, output, read: BackgroundQuery.values(rest))
    answers.widths = widths + Array(repeating: nil, count: texts.count - widths.count)
    return answers
  }

  /// - Parameter read: input that has been read already.
  private static func widths(of texts: [String], _ input: Int32, _ output: Int32, read: [UInt8]) -> [Int?] {
    var modes = termios()
    guard tcgetattr(input, &modes) == 0 else { return [] }
    var quiet = modes
    quiet.c_lflag &= ~tcflag_t(ECHO | ICANON)
    guard tcsetattr(input, TCSANOW, &quiet) == 0 else { return [] }
    defer { tcsetattr(input, TCSANOW, &modes) }
    // DSR after each text: the terminal reports the place of the cursor.
    let request = texts.map { "\r\($0)\u{1B}[6n" }.joined() + "\r\u{1B}[K"
    guard request.withCString({ write(output, $0, strlen($0)) }) == request.utf8.count else { return [] }
    var answer = read
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

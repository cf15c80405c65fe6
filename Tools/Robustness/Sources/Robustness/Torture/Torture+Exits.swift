import Foundation

extension TortureRun {
  private enum Exit: CaseIterable {
    case controlD, quit, terminate, hangUpSignal, hangUp

    /// The ways before the app reads keys.
    static let early = [terminate, hangUpSignal, hangUp]

    var status: Int32 {
      switch self {
      case .controlD, .quit: 0
      case .terminate: 128 + SIGTERM
      case .hangUpSignal, .hangUp: 128 + SIGHUP
      }
    }
  }

  private static let work = [
    "the cat saw the dog\r", ":forms costs\r", ":forms norms\r", ":forms precision\r", ":explore\r",
  ]

  /// Leaves the app at random times of replies and of the laboratory's work. It must end with the exit's status, and
  /// leave the terminal as it was.
  func exitAtRandomTimes(_ exits: Int) async throws {
    var latest = 0.0
    for index in 0..<exits {
      // Now and then before the model is loaded, and before the app handles signals.
      let isEarly = mutation.number(0..<10) == 0
      let way = mutation.element(isEarly ? Exit.early : Exit.allCases)
      let works = (0..<mutation.number(1..<4)).map { _ in mutation.element(Self.work) }
      let pause = time(upTo: 0.6)
      let what =
        "exit \(index): \(way) \(String(format: "%.3f", pause)) s after \(works.map(\.debugDescription).joined(separator: " "))"
      do {
        let terminal = try PseudoTerminal(
          fixture.program, ["--model", fixture.path("run"), "--max-tokens", "2000"],
          environment: ["RETNET_THREADS": "2", "SWIFT_BACKTRACE": "enable=no"])
        if !isEarly { try await terminal.wait("the model is loaded") { $0.contains("type a message") } }
        for work in works { try terminal.send(work) }
        try await Task.sleep(for: .seconds(pause))
        let start = ContinuousClock.now
        switch way {
        // Ctrl-U empties the input line, in which a refused line stays.
        case .controlD: try terminal.send("\u{15}\u{4}")
        case .quit: try terminal.send("\u{15}:quit\r")
        case .terminate: terminal.signal(SIGTERM)
        case .hangUpSignal: terminal.signal(SIGHUP)
        case .hangUp: terminal.hangUp()
        }
        let status = try await terminal.waitForExit(seconds: 10)
        latest = max(latest, Double((ContinuousClock.now - start).components.attoseconds) * 1e-18)
        // Without a handler, the signal itself ends the program: 256 and its number.
        let isExpected = status == way.status || isEarly && status == way.status + 128
        expect(isExpected, "\(what): status \(status), not \(way.status)")
        if way != .hangUp {
          expect(terminal.isCooked, "\(what): the terminal stays in raw mode")
          expect(!terminal.screen.modes.contains(1049), "\(what): the alternate screen stays")
        }
      } catch {
        expect(false, "\(what): \(error)")
      }
    }
    print("exits: \(exits), the slowest within \(String(format: "%.2f", latest)) s")
  }
}

import Foundation

@testable import RetNetTUI

/// A program in its own pseudo-terminal: tests send keys and read a model of its screen.
///
///     let terminal = try PseudoTerminal("/bin/sh", ["-c", "stty size"])
///     try await terminal.wait("the size is printed") { $0.contains("24 80") }
///     #expect(try await terminal.waitForExit() == 0)
///
/// Waiting ends at a deadline with an error that includes the screen. Deinitialization kills the program.
final class PseudoTerminal {
  private(set) var screen: VTScreen
  /// All output of the program.
  private(set) var output: [UInt8] = []
  let process: pid_t
  /// The terminal's modes before the program.
  let initialModes: [UInt64]
  private let master: Int32
  private var status: Int32?

  enum Failure: Error, CustomStringConvertible {
    case systemCall(String, Int32)
    case deadline(awaited: String, screen: String)
    case ended(awaited: String, status: Int32, screen: String)

    var description: String {
      switch self {
      case .systemCall(let name, let code): "\(name): \(String(cString: strerror(code)))"
      case .deadline(let awaited, let screen): "deadline passed before: \(awaited). The screen:\n\(screen)"
      case .ended(let awaited, let status, let screen):
        "the program ended with \(status) before: \(awaited). The screen:\n\(screen)"
      }
    }
  }

  /// - Parameters:
  ///   - executable: A path; PATH is not searched.
  ///   - environment: Added to a fixed small environment (PATH, HOME, TERM=xterm-256color, LANG=C.UTF-8), in which
  ///     no settings file is found, and the app has shown its tour.
  init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    columns: Int = 80, rows: Int = 24
  ) throws {
    screen = VTScreen(columns: columns, rows: rows)
    var ends: (master: Int32, slave: Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 1024)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&ends.master, &ends.slave, &name, nil, &size) == 0 else { throw Failure.systemCall("openpty", errno) }
    master = ends.master
    initialModes = Self.modes(of: master)
    // The program opens the other end by name; until then it must stay open here.
    defer { close(ends.slave) }
    for end in [ends.master, ends.slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    let path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    let inherited = ProcessInfo.processInfo.environment
    var variables = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { variables[name] = inherited[name] ?? variables[name] }
    variables["XDG_CONFIG_HOME"] = "/nonexistent"
    variables["XDG_STATE_HOME"] = Self.files
    variables.merge(environment) { $1 }
    do {
      process = try BenchTerminal.spawn([executable] + arguments, environment: variables, terminal: path)
    } catch {
      close(master)
      throw error
    }
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      var ignored: Int32 = 0
      waitpid(process, &ignored, 0)
    }
    close(master)
  }

  /// An executable of this package, in the folder of the test bundle.
  static func product(_ name: String) -> String {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let tests = bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return tests.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// A folder for the app's files in which the tour has been shown, removed at exit.
  private static let files: String? = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("retnet-\(UUID().uuidString)").path
    do {
      try TourFile(environment: ["XDG_STATE_HOME": folder]).record()
    } catch {
      return nil
    }
    atexit { PseudoTerminal.files.map { try? FileManager.default.removeItem(atPath: $0) } }
    return folder
  }()

  /// Types keys: bytes as a keyboard sends them, `\r` for Enter, `\u{1B}[C` for →, `\u{3}` for Ctrl-C.
  func send(_ keys: String) throws {
    var bytes = Array(keys.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EAGAIN || errno == EINTR {
        readOutput()
      } else if errno == EIO {
        return  // the program has ended and ignores keys
      } else {
        throw Failure.systemCall("write", errno)
      }
    }
  }

  /// Closes the terminal's side, as a window that is closed: the program gets SIGHUP, and its output fails.
  func hangUp() {
    readOutput()
    let null = open("/dev/null", O_RDWR)
    dup2(null, master)
    close(null)
  }

  /// Resizes the window; the program gets SIGWINCH.
  func resize(columns: Int, rows: Int) {
    readOutput()
    screen.resize(columns: columns, rows: rows)
    Self.setSize(master, columns: columns, rows: rows)
  }

  /// Sends a signal to the program.
  func signal(_ number: Int32) {
    if status == nil { kill(process, number) }
  }

  /// Sends a signal to the processes in the foreground, which may be a child of the program.
  func signalForeground(_ number: Int32) { kill(-tcgetpgrp(master), number) }

  /// The terminal's input, output, control and local modes, and its special characters.
  var modes: [UInt64] { Self.modes(of: master) }

  private static func modes(of descriptor: Int32) -> [UInt64] {
    var settings = termios()
    tcgetattr(descriptor, &settings)
    let characters = withUnsafeBytes(of: settings.c_cc) { $0.map(UInt64.init) }
    return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag].map { UInt64($0) } + characters
  }

  /// Whether the terminal has the modes that a shell expects: line input, echo, Ctrl-C as a signal.
  var isCooked: Bool {
    var settings = termios()
    guard tcgetattr(master, &settings) == 0 else { return false }
    let flags = tcflag_t(ICANON | ECHO | ISIG)
    return settings.c_lflag & flags == flags
  }

  /// Waits until the screen satisfies a condition.
  func wait(_ awaited: String, seconds: Double = 120, until condition: (VTScreen) -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      readOutput()
      if condition(screen) { return }
      if let status = exitStatus() {
        readOutput()
        if condition(screen) { return }
        throw Failure.ended(awaited: awaited, status: status, screen: screen.text)
      }
      guard ContinuousClock.now < end else { throw Failure.deadline(awaited: awaited, screen: screen.text) }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Waits until the program ends. Returns: its exit status, or 256 + the signal that killed it.
  ///
  /// - Parameter reads: whether the terminal accepts output meanwhile.
  func waitForExit(seconds: Double = 120, reads: Bool = true) async throws -> Int32 {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      if reads { readOutput() }
      if let status = exitStatus() {
        readOutput()
        return status
      }
      guard ContinuousClock.now < end else {
        throw Failure.deadline(awaited: "the program ends", screen: screen.text)
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private func exitStatus() -> Int32? {
    if let status { return status }
    var word: Int32 = 0
    guard waitpid(process, &word, WNOHANG) == process else { return nil }
    let signal = word & 0x7F
    status = signal == 0 ? (word >> 8) & 0xFF : 256 + signal
    return status
  }

  private func readOutput() {
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { return }  // no output yet, or the program has ended
      output += buffer[..<count]
      screen.feed(buffer[..<count])
    }
  }

  private static func setSize(_ descriptor: Int32, columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }
}

import Foundation

/// A pseudo-terminal whose output the program reads itself.
package final class BenchTerminal: Sendable {
  /// The end to which a program draws.
  let slave: Int32
  /// The end from which the output is read.
  let master: Int32
  /// The path of the slave.
  package let path: String

  /// - Throws: `BenchError.systemCall`.
  package init(columns: Int, rows: Int) throws {
    var ends: (master: Int32, slave: Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 1024)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&ends.master, &ends.slave, &name, nil, &size) == 0 else {
      throw BenchError.systemCall("openpty", errno)
    }
    (master, slave) = ends
    for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  deinit {
    close(slave)
    close(master)
  }

  /// Waits up to `seconds` for output; nil after the end of the output.
  package func read(within seconds: Double) -> [UInt8]? {
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, Int32(max(seconds, 0) * 1000)) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(master, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : nil
  }

  /// Starts a program in its own session, with a terminal as its controlling terminal and its three standard files.
  /// Signals have their default actions, as from a shell.
  ///
  /// - Parameter path: the path of the terminal's slave.
  /// - Returns: its process id.
  /// - Throws: `BenchError.systemCall`.
  package static func spawn(_ command: [String], environment: [String: String], terminal path: String) throws -> pid_t {
    #if os(Linux)
      var attributes = posix_spawnattr_t()
      var actions = posix_spawn_file_actions_t()
      let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID
    #else
      var attributes: posix_spawnattr_t?
      var actions: posix_spawn_file_actions_t?
      let newSession: Int32 = 0x400
    #endif
    posix_spawnattr_init(&attributes)
    posix_spawn_file_actions_init(&actions)
    defer {
      posix_spawnattr_destroy(&attributes)
      posix_spawn_file_actions_destroy(&actions)
    }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    sigdelset(&all, SIGKILL)
    sigdelset(&all, SIGSTOP)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)))
    posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, command[0], &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw BenchError.systemCall("posix_spawn \(command[0])", code) }
    return process
  }
}

/// A benchmark of the app that failed.
package enum BenchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A system call failed, with its errno.
  case systemCall(String, Int32)
  /// The path of the program's file is unknown.
  case noExecutable
  /// The app ended or timed out before it showed `awaited`.
  case notShown(awaited: String, seconds: Double)
  /// The command for a prompt failed with this exit status.
  case noAnswer(status: Int32)

  package var description: String {
    switch self {
    case .systemCall(let name, let code):
      "\(name) failed: \(String(cString: strerror(code))). Skip this section with --only."
    case .noExecutable:
      "The path of this program's file is unknown. Call the program by its path."
    case .notShown(let awaited, let seconds):
      "The app did not show \(awaited) within \(Numbers.duration(seconds)). "
        + "Try 'retnet chat' with the same model in a terminal of type xterm-256color."
    case .noAnswer(let status):
      "'retnet -p Hi' failed with status \(status). Try it with the same model."
    }
  }
}

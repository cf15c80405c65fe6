import Foundation

/// One run of a program without a terminal, and what it used.
struct ChildProcess {
  /// nil if a signal ended it.
  var status: Int32?
  /// The signal that ended it.
  var signal: Int32?
  /// Whether it was killed at its time limit.
  var timedOut = false
  var seconds = 0.0
  /// User and system time.
  var processorSeconds = 0.0
  /// The largest resident memory.
  var peakBytes = 0
  var output: [UInt8] = []
  var errors: [UInt8] = []

  var errorLines: [String] { String(decoding: errors, as: UTF8.self).split(separator: "\n").map(String.init) }

  /// A process that runs.
  final class Running {
    let id: pid_t
    fileprivate let start = ContinuousClock.now
    fileprivate let folder: String
    fileprivate var ended: ChildProcess?

    fileprivate init(id: pid_t, folder: String) { (self.id, self.folder) = (id, folder) }

    func signal(_ number: Int32) { if ended == nil { kill(id, number) } }

    /// Waits for its end; kills it after `limit` seconds.
    func wait(limit: Double) -> ChildProcess {
      if let ended { return ended }
      var result = ChildProcess()
      var (word, usage) = (Int32(0), rusage())
      while wait4(id, &word, WNOHANG, &usage) != id {
        if !result.timedOut, seconds > limit {
          result.timedOut = true
          kill(id, SIGKILL)
        }
        usleep(1000)
      }
      let number = word & 0x7F
      if number == 0 { result.status = (word >> 8) & 0xFF } else { result.signal = number }
      result.seconds = seconds
      for time in [usage.ru_utime, usage.ru_stime] {
        result.processorSeconds += Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
      }
      #if os(Linux)
        result.peakBytes = usage.ru_maxrss << 10
      #else
        result.peakBytes = usage.ru_maxrss
      #endif
      result.output = (try? Files.read(folder + "/output")) ?? []
      result.errors = (try? Files.read(folder + "/errors")) ?? []
      Files.remove(folder)
      ended = result
      return result
    }

    /// Whether it has ended on its own. Does not wait.
    var hasEnded: Bool {
      var information = siginfo_t()
      return ended != nil
        || waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT) == 0
          && information.si_signo == SIGCHLD
    }

    private var seconds: Double {
      let duration = ContinuousClock.now - start
      return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
  }

  /// The most address space of a child, so that a defect does not use all memory of the machine.
  private static let addressSpaceKiB = 12 << 20

  /// Starts a program with a small environment in which no settings are found.
  ///
  /// - Parameters:
  ///   - command: the program's path and its arguments.
  ///   - environment: added to it.
  static func start(
    _ command: [String], input: [UInt8] = [], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> Running {
    let files = try Files.temporaryFolder("child-\(UInt64.random(in: 0...UInt64.max))")
    try Files.write(input, to: files + "/input")
    let inherited = ProcessInfo.processInfo.environment
    var variables = ["XDG_CONFIG_HOME": "/nonexistent", "LANG": "C.UTF-8"]
    for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { variables[name] = inherited[name] }
    variables.merge(environment) { $1 }
    // The shell sets the limit and the streams, and is replaced by the program.
    let script = "ulimit -v \(addressSpaceKiB); ulimit -c 0; cd \"$1\" && shift && exec \"$@\""
    let words = ["/bin/sh", "-c", script, "sh", folder ?? "."] + command
    var actions = FileActions.empty
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, files + "/input", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, files + "/output", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, files + "/errors", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + settings).forEach { free($0) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, "/bin/sh", &actions, nil, &arguments, &settings)
    guard code == 0 else { throw Options.Failure(description: "posix_spawn: \(String(cString: strerror(code)))") }
    return Running(id: id, folder: files)
  }

  /// Runs a program to its end, or for `limit` seconds.
  static func run(
    _ command: [String], input: [UInt8] = [], environment: [String: String] = [:], in folder: String? = nil,
    limit: Double = 60
  ) throws -> ChildProcess {
    try start(command, input: input, environment: environment, in: folder).wait(limit: limit)
  }
}

/// `posix_spawn_file_actions_t` is a structure on Linux and a pointer on macOS.
private enum FileActions {
  #if os(Linux)
    static var empty: posix_spawn_file_actions_t { posix_spawn_file_actions_t() }
  #else
    static var empty: posix_spawn_file_actions_t? { nil }
  #endif
}

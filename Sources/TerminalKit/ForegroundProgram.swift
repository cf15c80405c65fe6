#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Another program that has the terminal until it ends.
package enum ForegroundProgram {
  /// Runs a program in this process group, with this program's standard streams and environment.
  ///
  /// Ctrl-C and Ctrl-\ reach only the other program. If Ctrl-Z stops it, this program stops too. After SIGTERM or SIGHUP
  /// to this program, the other one gets SIGHUP.
  ///
  /// - Parameters:
  ///   - command: the path of the program, then its arguments.
  ///   - terminal: the terminal's descriptor.
  /// - Returns: the exit status, or 128 + the signal that ended the program.
  /// - Throws: `TerminalError.systemCall` if the program cannot be started.
  package static func run(_ command: [String], terminal: Int32) throws(TerminalError) -> Int32 {
    let ignored = [SIGINT, SIGQUIT, SIGTSTP]
    let before = ignored.map { signal in
      var (ignore, old) = (sigaction(), sigaction())
      setIgnore(&ignore)
      sigaction(signal, &ignore, &old)
      return old
    }
    defer {
      for (signal, var old) in zip(ignored, before) { sigaction(signal, &old, nil) }
    }
    return try wait(for: spawn(command), terminal: terminal)
  }

  private static func setIgnore(_ action: inout sigaction) {
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = SIG_IGN
    #else
      action.__sigaction_handler.sa_handler = SIG_IGN
    #endif
  }

  private static func spawn(_ command: [String]) throws(TerminalError) -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    sigdelset(&all, SIGKILL)
    sigdelset(&all, SIGSTOP)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, command[0], nil, &attributes, &arguments, environ)
    guard code == 0 else { throw .systemCall("posix_spawn \(command[0])", code) }
    return process
  }

  private static func wait(for process: pid_t, terminal: Int32) throws(TerminalError) -> Int32 {
    var isHungUp = false
    while true {
      var word: Int32 = 0
      let found = waitpid(process, &word, WNOHANG | WUNTRACED)
      if found < 0, errno != EINTR { throw .systemCall("waitpid", errno) }
      if found == process {
        let signal = word & 0x7F
        if signal == 0 { return (word >> 8) & 0xFF }
        if signal != 0x7F { return 128 + signal }
        FatalSignals.stop(terminal, group: false)
        kill(process, SIGCONT)
      }
      if FatalSignals.isEnding, !isHungUp {
        isHungUp = true
        kill(process, SIGHUP)
      }
      if found == 0 { usleep(20_000) }
    }
  }
}

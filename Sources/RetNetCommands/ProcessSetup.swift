import CMalloc
import RetNet

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What has to be so before a command runs.
enum ProcessSetup {
  static func prepare() {
    occupyStandardDescriptors()
    // A step of a large model takes and releases a state of 100 MiB, in blocks of 4.
    malloc_keep_released_blocks()
    // What is computed side by side is cut up here, each part for one thread.
    BLASThreads.set(1)
    // Commands that have something to finish first, as chat and train, set their own.
    signal(SIGINT) { _ in _exit(130) }
  }

  /// Opens closed standard streams the wrong way round, so that using one is an error and no file that is opened later
  /// takes its place.
  private static func occupyStandardDescriptors() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", mode)
    }
  }
}

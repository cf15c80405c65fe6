import CMalloc
import RetNet
import TerminalKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Process settings that are required before a command runs.
enum ProcessSetup {
  static func prepare() {
    occupyStandardDescriptors()
    FatalSignals.install()
    // A step of a large model allocates and frees a 100 MiB state in blocks of 4 MiB.
    malloc_keep_released_blocks()
    // Work is divided among threads in this library, and each part runs on one thread.
    BLASThreads.set(1)
    // Commands that must clean up first, such as chat and train, install their own handlers.
    FatalSignals.endOnInterrupt()
  }

  /// Opens closed standard streams in the opposite direction. Using them is then an error, and no file that is opened
  /// later gets their descriptors.
  private static func occupyStandardDescriptors() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", mode)
    }
  }
}

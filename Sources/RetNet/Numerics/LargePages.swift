#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory that is read from end to end again and again, as weights are: in pages of 2 MiB where the system has them, so
/// that looking up pages does not hold up reading.
enum LargePages {
  private static let size = 2 << 20

  /// Not initialized, aligned to 64 bytes at least; `deallocate` releases it.
  package static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= size else { return .allocate(byteCount: byteCount, alignment: 64) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: size)
    #if os(Linux)
      madvise(memory, byteCount, MADV_HUGEPAGE)  // a wish; where it is refused, pages are small ones
    #endif
    return memory
  }
}

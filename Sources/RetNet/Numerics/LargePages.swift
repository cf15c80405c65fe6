#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory in pages of 2 MiB where the system has them. Weights are read from end to end at every step; large pages
/// avoid TLB misses.
enum LargePages {
  private static let size = 2 << 20

  /// Uninitialized memory, aligned to at least 64 bytes. The caller deallocates it.
  package static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= size else { return .allocate(byteCount: byteCount, alignment: 64) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: size)
    #if os(Linux)
      madvise(memory, byteCount, MADV_HUGEPAGE)  // advisory: if it fails, pages stay small
    #endif
    return memory
  }
}

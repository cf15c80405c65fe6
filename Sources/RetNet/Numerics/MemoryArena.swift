/// One block of memory for several pieces, freed with the object. Weights that are read in sequence are adjacent in it.
final class MemoryArena {
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int
  private var allocated = 0

  /// The alignment of every piece in bytes.
  private static let alignment = 64

  /// - Parameter pieces: the bytes of each piece to be allocated, in any order.
  package init(pieces: [Int]) {
    byteCount = pieces.reduce(0) { $0 + Self.rounded($1) }
    base = LargePages.allocate(byteCount: max(byteCount, 1))
  }

  deinit { base.deallocate() }

  /// An uninitialized piece of `count` bytes.
  package func allocate(byteCount count: Int) -> UnsafeMutableRawPointer {
    precondition(
      allocated + Self.rounded(count) <= byteCount,
      "cannot allocate \(count) bytes: \(allocated) of \(byteCount) in use")
    defer { allocated += Self.rounded(count) }
    return base + allocated
  }

  private static func rounded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

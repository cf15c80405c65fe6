/// One block of memory that is handed out piece by piece and lives as long as its owner: weights that are read one after
/// the other lie so.
final class OwnedMemory {
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int
  private var taken = 0

  /// Bytes that every piece is aligned to.
  private static let alignment = 64

  /// - Parameter pieces: bytes of each piece that will be taken, in any order.
  package init(pieces: [Int]) {
    byteCount = pieces.reduce(0) { $0 + Self.rounded($1) }
    base = LargePages.allocate(byteCount: max(byteCount, 1))
  }

  deinit { base.deallocate() }

  /// A piece that nobody else has, not initialized.
  package func allocate(byteCount count: Int) -> UnsafeMutableRawPointer {
    precondition(taken + Self.rounded(count) <= byteCount, "\(count) more bytes of \(byteCount), \(taken) taken")
    defer { taken += Self.rounded(count) }
    return base + taken
  }

  private static func rounded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

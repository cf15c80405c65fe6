import Foundation

/// The memory that a computation needs at its peak, estimated before it allocates any.
///
/// A process that exceeds its memory is killed, or makes the whole machine slow. So a computation whose need grows with
/// a file, a text or an option compares its estimate with `AvailableMemory` first. Estimates are within a factor of two
/// of what is allocated; tests measure that.
package struct MemoryEstimate: Sendable, Hashable {
  /// What needs the memory: `the parallel form of 30000 tokens`.
  package var purpose: String
  /// A Double, as products of sizes may exceed an integer.
  package var bytes: Double
  /// What needs less, as an imperative: `use --form chunkwise`.
  package var remedy: String

  /// A smaller need is not compared: it is small beside the program itself, and the comparison reads files.
  package static let negligible = 64 * 1024 * 1024.0

  package init(_ purpose: String, bytes: Double, remedy: String) {
    (self.purpose, self.bytes, self.remedy) = (purpose, bytes, remedy)
  }

  /// Throws `RetNetError.value` if this process cannot have the memory.
  ///
  /// - Parameter available: bytes.
  package func require(available: @autoclosure () -> Double = AvailableMemory.bytes) throws(RetNetError) {
    guard bytes > Self.negligible else { return }
    let available = available()
    guard bytes <= available else {
      throw .value(
        of: "memory for \(purpose)", found: Self.text(bytes),
        expected: "at most the \(Self.text(available)) that are available: \(remedy)")
    }
  }

  /// `7.1 GiB`, or `310 MiB` below one GiB.
  package static func text(_ bytes: Double) -> String {
    let mebibytes = max(bytes, 0) / (1024 * 1024)
    return mebibytes < 1024
      ? String(format: "%.0f MiB", mebibytes)
      : mebibytes < 1e9 ? String(format: "%.1f GiB", mebibytes / 1024) : String(format: "%.0e GiB", mebibytes / 1024)
  }
}

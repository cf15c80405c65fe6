import Foundation
import RetNet

extension Composer {
  /// Writes so many conversations, a blank line between them, piece by piece: memory does not grow with their number.
  /// Throws `FileError`.
  public mutating func write(_ conversations: Int, to path: String) throws {
    var composer = self
    try AtomicFile.write(to: path) { output in
      var buffer: [UInt8] = []
      for index in 0..<conversations {
        if index > 0 { buffer.append(UInt8(ascii: "\n")) }
        composer.append(to: &buffer)
        if buffer.count > 1 << 20 || index == conversations - 1 {
          try buffer.withUnsafeBytes { try output.write($0) }
          buffer.removeAll(keepingCapacity: true)
        }
      }
    }
    self = composer
  }
}

extension ComposerReport {
  public var table: String {
    var lines = ["\(conversations) conversations, \(replies) exchanges, \(replyWords) words of replies, "
      + "\(distinctWords) different ones, \(commonWords) make up 99 %, "
      + "evasive replies \(Self.percent(evasiveReplies, replies))\n"]
    for group in groups where group.exchanges > 0 {
      lines.append(
        "  \(group.name.padding(toLength: 16, withPad: " ", startingAt: 0)) \(group.exchanges) \(Self.percent(group.exchanges, exchanges))\n")
    }
    return lines.joined()
  }

  public func json() throws -> Data { Data("{}\n".utf8) }

  private static func percent(_ part: Int, _ whole: Int) -> String {
    String(format: "%.2f %%", 100 * Double(part) / Double(max(1, whole)))
  }
}

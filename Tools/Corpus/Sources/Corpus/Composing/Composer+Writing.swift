import RetNet

extension Composer {
  /// Appends the conversation, with the user's turns in the user's typing style.
  mutating func write(_ course: Course, to output: inout [UInt8], _ random: inout Randomness) {
    let typist = Typist(&random)
    let start = output.count
    var knowsName = false
    for (number, segment) in course.segments.enumerated() {
      let isLast = number == course.segments.count - 1
      for (index, exchange) in segment.exchanges.enumerated() {
        var reply = exchange.reply
        if index == segment.exchanges.count - 1, !isLast, random.chance(segment.opens ? 0.5 : 0.85) {
          reply = Splice.withoutLastQuestion(reply)
        }
        if let name = course.name {
          if knowsName, random.chance(0.12) { reply = Address.by(name, in: reply) }
          knowsName = knowsName || exchange.user.contains(name)
        }
        output.append(contentsOf: "U: ".utf8)
        typist.type(exchange.user, isTyped: segment.isTyped, into: &output, &random)
        output.append(contentsOf: "\nB: ".utf8)
        let replyStart = output.count
        if segment.isVerbatim { output.append(contentsOf: reply.utf8) } else { Contractions.append(reply, to: &output) }
        Mark.remove(from: &output, after: replyStart)
        written.read(reply: output[replyStart...])
        output.append(UInt8(ascii: "\n"))
      }
    }
    written.finishConversation(bytes: output.count - start)
  }

  /// Writes `count` conversations, separated by blank lines, in pieces: memory does not grow with their number.
  /// Throws `FileError`.
  package mutating func write(_ conversations: Int, to path: String) throws {
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

import Foundation
import RetNet
import RetNetText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A prompt of a batch.
///
/// A line that begins with `{` is JSON: `{"prompt":"…","id":"a"}`, or `{"messages":[{"role":"user","content":"…"},
/// {"role":"assistant","content":"…"},{"role":"user","content":"…"}]}`. Any other line is the text of a prompt.
struct BatchPrompt: Equatable {
  /// A text or a whole number; the line's number if the line has none.
  enum ID: Equatable {
    case text(String)
    case number(Int)
  }

  var id: ID
  /// The turns before the prompt.
  var earlier: [Turn] = []
  var text: String

  /// - Parameter number: the line's, from 1.
  /// - Throws: `BatchError` for a line that is not UTF-8 or no correct JSON.
  init(_ line: [UInt8], number: Int) throws(BatchError) {
    guard let text = String(validating: line, as: UTF8.self) else {
      throw BatchError(id: .number(number), reason: "The line is not UTF-8. Convert the file to UTF-8.")
    }
    (id, self.text) = (.number(number), text)
    if text.first == "{" { try read(Data(line)) }
  }

  private mutating func read(_ json: Data) throws(BatchError) {
    guard let object = (try? JSONSerialization.jsonObject(with: json)) as? [String: Any] else {
      throw wrong("begins with '{' but is not a JSON object")
    }
    if let id = object["id"] { self.id = try identifier(id) }
    if let key = object.keys.sorted().first(where: { !["id", "prompt", "messages"].contains($0) }) {
      throw wrong("has the unknown key '\(key.prefix(80))'; its keys are id, prompt and messages")
    }
    switch (object["prompt"], object["messages"]) {
    case (let prompt as String, nil): text = prompt
    case (nil, let messages as [[String: Any]]): try read(messages)
    case (nil, nil): throw wrong("has neither a prompt nor messages")
    case (.some, .some): throw wrong("has both a prompt and messages")
    default: throw wrong("has a prompt that is no text, or messages that are no list of objects")
    }
  }

  private func identifier(_ value: Any) throws(BatchError) -> ID {
    if let text = value as? String { return .text(text) }
    if !(value is Bool), let number = value as? Int { return .number(number) }
    throw wrong("has an id that is neither a text nor a whole number")
  }

  private mutating func read(_ messages: [[String: Any]]) throws(BatchError) {
    for (index, message) in messages.enumerated() {
      let (speaker, role) = index.isMultiple(of: 2) ? (Turn.Speaker.user, "user") : (.reply, "assistant")
      guard message["role"] as? String == role, let content = message["content"] as? String else {
        throw wrong("has a message \(index) that is not one of the \(role) with a text as its content")
      }
      earlier.append(Turn(speaker, content))
    }
    guard let last = earlier.popLast(), last.speaker == .user else {
      throw wrong("has messages that do not end with one of the user")
    }
    text = last.text
  }

  private func wrong(_ what: String) -> BatchError { BatchError(id: id, reason: "The line \(what).") }
}

/// A line of a batch that is not a prompt.
struct BatchError: Error, Equatable, CustomStringConvertible {
  var id: BatchPrompt.ID
  var reason: String

  var description: String { reason }
}

/// The lines of a batch, without blank ones. Standard input is read as it arrives.
struct BatchLines: Sequence, IteratorProtocol {
  /// Bytes that have been read and not returned.
  private var buffer: ArraySlice<UInt8> = []
  /// nil at the end of the input.
  private var descriptor: Int32?
  private var number = 0

  /// The largest number of bytes that are read at once.
  private static let block = 1 << 16

  /// - Parameter path: `-` is standard input.
  /// - Throws: `FileError`.
  init(_ path: String) throws {
    if path == "-" { descriptor = STDIN_FILENO } else { buffer = Array(try FileBytes.read(path))[...] }
  }

  /// The next line with its number, from 1.
  mutating func next() -> (number: Int, bytes: [UInt8])? {
    while let line = nextLine() {
      number += 1
      if line.contains(where: { !Self.blanks.contains($0) }) { return (number, line) }
    }
    return nil
  }

  private static let blanks = Set(" \t\r".utf8)

  private mutating func nextLine() -> [UInt8]? {
    var searched = buffer.startIndex
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer = buffer[(end + 1)...] }
        return Array(buffer[..<end].last == UInt8(ascii: "\r") ? buffer[..<(end - 1)] : buffer[..<end])
      }
      searched = buffer.endIndex
      guard readMore() else { break }
    }
    defer { buffer = [] }
    return buffer.isEmpty ? nil : Array(buffer)
  }

  /// Returns false at the end of the input. Standard input that cannot be read ends.
  private mutating func readMore() -> Bool {
    guard let descriptor else { return false }
    var block = [UInt8](repeating: 0, count: Self.block)
    while true {
      let count = read(descriptor, &block, block.count)
      if count > 0 {
        buffer += block[..<count]
        return true
      }
      if count == 0 || errno != EINTR {
        self.descriptor = nil
        return false
      }
    }
  }
}

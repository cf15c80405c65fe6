import Foundation

/// A reader of files or keys that must not fail on any input.
struct FuzzTarget: Sendable {
  let name: String
  var structure = FileStructure.plain
  /// Reads an input, and checks what must hold for every readable one. Throws the reader's error.
  let read: @Sendable (_ input: [UInt8], _ path: String) throws -> Void

  static let all: [FuzzTarget] = [
    .safetensors, .shardIndex, .configuration, .tokenizer, .tokenizerJSON, .initialState, .checkpoint, .session, .suite,
    .settings,
    .lesson, .formula, .dialogue, .keys,
  ]

  static func named(_ name: String) throws -> FuzzTarget {
    guard let target = all.first(where: { $0.name == name }) else {
      throw Options.Failure(
        description: "There is no target '\(name)'; there are \(all.map(\.name).joined(separator: ", ")).")
    }
    return target
  }

  /// Runs one input. Ends the process if something does not hold.
  ///
  /// - Parameter path: a file with the bytes of `input`.
  func run(_ input: [UInt8], path: String) {
    do {
      try read(input, path)
    } catch {
      // The program joins the lines of a text that quotes a file, so they are not counted here; `mutate` counts them.
      require(!"\(error)".isEmpty, "The error \(type(of: error)) has no text.")
    }
  }
}

/// Ends the process, as a crash does, unless `holds`.
func require(_ holds: Bool, _ message: @autoclosure () -> String) {
  guard !holds else { return }
  FileHandle.standardError.write(Data("\nDOES NOT HOLD: \(message())\n".utf8))
  abort()
}

import Foundation

/// One run of a built example.
struct ExampleProgram {
  let status: Int32
  let lines: [String]

  init(_ name: String, _ arguments: [String] = [], input: String = "") throws {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let tests = bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])
    let process = Process()
    let (inputPipe, output) = (Pipe(), Pipe())
    process.executableURL = tests.deletingLastPathComponent().appendingPathComponent(name)
    process.arguments = arguments
    process.standardInput = inputPipe
    process.standardOutput = output
    try process.run()
    try inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try inputPipe.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    lines = text.split(separator: "\n").map(String.init)
  }

  /// The number after `word` in each line that has it.
  func numbers(after word: String) -> [Double] {
    lines.compactMap { line in
      guard let range = line.range(of: word + " ") else { return nil }
      return Double(line[range.upperBound...].prefix { !" ,".contains($0) })
    }
  }

  /// A file of the repository.
  static func repository(_ path: String) -> URL {
    URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL.appending(path: path)
  }
}

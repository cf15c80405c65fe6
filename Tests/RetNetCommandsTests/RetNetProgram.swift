import Foundation

/// One run of the built `retnet`, without a terminal.
struct RetNetProgram {
  var status: Int32
  var output: String
  var errors: String

  /// Lines written to stderr.
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  /// Stdout, parsed as JSON.
  func json<Value>(as type: Value.Type = [String: Any].self) throws -> Value? {
    try JSONSerialization.jsonObject(with: Data(output.utf8)) as? Value
  }

  /// - Parameter environment: added to a small fixed one, in which no settings file is found.
  init(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:], currentFolder: String? = nil
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("retnet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files instead of pipes: the program never blocks on a full pipe.
    func file(_ name: String, _ bytes: [UInt8] = []) throws -> URL {
      let url = folder.appendingPathComponent(name)
      try Data(bytes).write(to: url)
      return url
    }
    let (outputFile, errorFile) = (try file("output"), try file("errors"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: PseudoTerminal.product("retnet"))
    process.arguments = arguments
    let inherited = ProcessInfo.processInfo.environment
    process.environment = ["PATH", "HOME", "LD_LIBRARY_PATH"].reduce(into: ["XDG_CONFIG_HOME": "/nonexistent"]) {
      $0[$1] = inherited[$1]
    }.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: try file("input", input))
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    if let currentFolder { process.currentDirectoryURL = URL(fileURLWithPath: currentFolder) }
    try process.run()
    Self.wait(for: process)
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: errorFile), as: UTF8.self)
  }

  /// Runs a shell command line in which `$RETNET` is the program.
  init(shell line: String) throws {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    var environment = ProcessInfo.processInfo.environment
    environment["RETNET"] = PseudoTerminal.product("retnet")
    process.environment = environment
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// Waits for the end. A program that hangs is killed, so its status is −9.
  private static func wait(for process: Process) {
    // The item outlives the process and must not keep its files open.
    let number = process.processIdentifier
    let limit = DispatchWorkItem { kill(number, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 300, execute: limit)
    process.waitUntilExit()
    limit.cancel()
  }

  /// A file of the reference vectors in the library's tests.
  static func reference(_ folder: String, _ file: String? = nil) -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let url = tests.appendingPathComponent("RetNetTests/Reference").appendingPathComponent(folder)
    return (file.map { url.appendingPathComponent($0) } ?? url).path
  }
}

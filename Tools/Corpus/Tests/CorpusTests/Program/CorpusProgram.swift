import Foundation

/// One run of the built `retnet-corpus`.
struct CorpusProgram {
  let status: Int32
  let output: String
  let errors: String

  /// Lines that were written to stderr.
  var errorLines: [Substring] { errors.split(separator: "\n") }

  init(_ arguments: [String]) throws {
    try self.init(executable: Self.path, arguments)
  }

  /// A command line of a shell that finds the program as `$CORPUS`, and a folder as `$FOLDER`.
  init(shell line: String, in folder: TestFolder) throws {
    try self.init(
      executable: "/bin/sh", ["-c", line], environment: ["CORPUS": Self.path, "FOLDER": folder.path])
  }

  private init(executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    // Files instead of pipes: nothing can wait for a reader, however much is written.
    let folder = try TestFolder()
    let (outputFile, errorFile) = (try folder.write("output", ""), try folder.write("errors", ""))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputFile))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errorFile))
    try process.run()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = folder.text("output") ?? ""
    errors = folder.text("errors") ?? ""
  }

  /// The program beside the tests.
  private static var path: String {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let tests = bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return tests.deletingLastPathComponent().appendingPathComponent("retnet-corpus").path
  }
}

import Foundation

/// One run of the built `retnet-corpus`.
struct CorpusProgram {
  let status: Int32
  let output: String
  let errors: String

  /// Lines written to stderr.
  var errorLines: [Substring] { errors.split(separator: "\n") }

  init(_ arguments: [String]) throws {
    try self.init(executable: Self.path, arguments)
  }

  /// Runs a shell command line in which `$CORPUS` is the program and `$FOLDER` a folder.
  init(shell line: String, in folder: TestFolder) throws {
    try self.init(
      executable: "/bin/sh", ["-c", line], environment: ["CORPUS": Self.path, "FOLDER": folder.path])
  }

  private init(executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    // Files instead of pipes: the program never blocks on a full pipe.
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

  /// The program in the folder of the test bundle.
  private static var path: String {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let tests = bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return tests.deletingLastPathComponent().appendingPathComponent("retnet-corpus").path
  }
}

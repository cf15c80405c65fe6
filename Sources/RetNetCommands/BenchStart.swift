import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI

/// Start-up times of the program with its files in the system's cache, as medians of several starts.
struct BenchStart {
  /// Time to the first bytes of a reply to a short prompt.
  var firstTokenSeconds: Double
  /// Time to the app's first frame on an 80×24 terminal.
  var firstFrameSeconds: Double
  /// Time to a frame whose first line shows the model.
  var readySeconds: Double
  /// Peak memory of the app at that time; nil if the system does not report it.
  var peakMemoryBytes: Int?

  private static let timeout = 120.0

  /// Starts this program's executable repeatedly.
  ///
  /// - Throws: `BenchError`; the errors of reading the tokenizer if the model has none.
  static func measure(_ folder: String, dialect: Dialect?, seconds: Double) throws -> BenchStart {
    _ = try ModelLoading.tokenizer(folder, for: nil)
    guard let executable = Bundle.main.executablePath else { throw BenchError.noExecutable }
    // The first start of the app shows a tour, which is recorded in the user's files.
    let files = FileManager.default.temporaryDirectory.appendingPathComponent("retnet-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: files) }
    try TourFile(environment: ["XDG_STATE_HOME": files]).record()
    let arguments = ["--model", folder] + (dialect.map { ["--dialect", $0.rawValue] } ?? [])
    _ = try answer(executable, arguments)  // brings the files into the cache
    var ready: [Double] = []
    var peak: Int?
    let samples = try TimedRounds.run(
      [
        TimedRounds.Trial(kind: "answer") { try answer(executable, arguments) },
        TimedRounds.Trial(kind: "screen") {
          let times = try screen(executable, arguments, files)
          ready.append(times.ready)
          peak = times.peak
          return times.first
        },
      ], seconds: seconds, most: 15)
    return BenchStart(
      firstTokenSeconds: samples[0]?.median ?? .nan, firstFrameSeconds: samples[1]?.median ?? .nan,
      readySeconds: ready.sorted()[ready.count / 2], peakMemoryBytes: peak)
  }

  /// Seconds until the first bytes of a reply.
  private static func answer(_ executable: String, _ arguments: [String]) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = ["-p", "Hi", "--max-tokens", "1"] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    let start = Stopwatch.now()
    try process.run()
    // A token without text ends the wait too, by closing the output.
    _ = try output.fileHandleForReading.read(upToCount: 1)
    let seconds = Stopwatch.now() - start
    _ = try output.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchError.noAnswer(status: process.terminationStatus) }
    return seconds
  }

  /// Seconds until the first frame and until the model is on the screen, and the peak memory at that time.
  private static func screen(
    _ executable: String, _ arguments: [String], _ files: String
  ) throws -> (first: Double, ready: Double, peak: Int?) {
    let terminal = try BenchTerminal(columns: 80, rows: 24)
    var environment = ProcessInfo.processInfo.environment
    environment["TERM"] = "xterm-256color"
    environment["XDG_STATE_HOME"] = files
    #if os(Linux)
      environment["LC_ALL"] = "C.UTF-8"
    #else
      environment["LC_ALL"] = "en_US.UTF-8"
    #endif
    for name in ["COLUMNS", "LINES"] { environment[name] = nil }
    let start = Stopwatch.now()
    // The pseudo-terminal answers no question for its background.
    let process = try BenchTerminal.spawn(
      [executable, "chat", "--theme", "dark"] + arguments, environment: environment, terminal: terminal.path)
    defer {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    var output: [UInt8] = []
    var first: Double?
    while let bytes = terminal.read(within: timeout - (Stopwatch.now() - start)) {
      output += bytes
      let text = String(decoding: output, as: UTF8.self)
      if first == nil, text.contains("retnet") { first = Stopwatch.now() - start }
      // The first line names the norms once the model is loaded.
      if let first, text.contains("│model") { return (first, Stopwatch.now() - start, PeakMemory.of(process)) }
    }
    throw BenchError.notShown(
      awaited: first == nil ? "its first frame" : "the model", seconds: Stopwatch.now() - start)
  }
}

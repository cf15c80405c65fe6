import CRobustness
import Foundation

/// `fuzz --list`, `fuzz TARGET [options of libFuzzer]`, and without libFuzzer `fuzz TARGET|all --runs N --seed S`.
enum FuzzRun {
  /// Longest processor time of one input.
  private static let secondsPerInput = 10

  static func run(_ arguments: [String]) throws -> Int32 {
    guard let name = arguments.first, name != "--list" else {
      print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
      return 0
    }
    let folder = try Files.temporaryFolder("fuzz")
    if fuzzer_is_linked() {
      let target = try FuzzTarget.named(name)
      return LibFuzzer.run(target, folder: folder, Array(arguments.dropFirst()))
    }
    let options = try Options(arguments.dropFirst(), names: ["runs", "seed", "input"])
    let targets = name == "all" ? FuzzTarget.all : [try FuzzTarget.named(name)]
    if let input = options.text("input") {
      for target in targets { target.run(try Files.read(input), path: input) }
      return 0
    }
    let (runs, seed) = (try options.integer("runs", default: 200), try options.seed())
    for target in targets { try run(target, runs: runs, seed: seed, folder: folder) }
    Files.remove(folder)
    return 0
  }

  /// Runs the stored inputs, and `runs` changed ones.
  private static func run(_ target: FuzzTarget, runs: Int, seed: UInt64, folder: String) throws {
    let stored = Files.names(in: Files.corpus(target.name))
    guard !stored.isEmpty else {
      throw Options.Failure(description: "'\(Files.corpus(target.name))' has no files. Run 'make fuzz-corpus'.")
    }
    let inputs = try stored.map { try Files.read(Files.corpus(target.name) + "/" + $0) }
    let path = "\(folder)/\(target.name)"
    // A crash leaves the input in this file.
    print("\(target.name): \(inputs.count) files, \(runs) changes with seed \(seed); the present input is \(path)")
    var mutation = Mutation(seed: seed)
    let start = ContinuousClock.now
    for index in 0..<inputs.count + runs {
      let input =
        index < inputs.count
        ? inputs[index] : mutation.changed(mutation.element(inputs), target.structure, other: mutation.element(inputs))
      try Files.write(input, to: path)
      limitTime(secondsPerInput)
      target.run(input, path: path)
    }
    print("\(target.name): passed in \(ContinuousClock.now - start)")
  }
}

/// Ends the process with SIGPROF after this much processor time, unless it is called again before.
private func limitTime(_ seconds: Int) {
  var limit = itimerval(
    it_interval: timeval(tv_sec: 0, tv_usec: 0), it_value: timeval(tv_sec: seconds, tv_usec: 0))
  #if os(Linux)
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
  #else
    setitimer(ITIMER_PROF, &limit, nil)
  #endif
}

/// Fuzzing guided by coverage. libFuzzer calls C functions, so the target is a global.
enum LibFuzzer {
  nonisolated(unsafe) fileprivate static var target: FuzzTarget?  // set before libFuzzer starts; it has one thread
  nonisolated(unsafe) fileprivate static var path = ""

  static func run(_ target: FuzzTarget, folder: String, _ arguments: [String]) -> Int32 {
    self.target = target
    path = "\(folder)/\(target.name)"
    var pointers = ([CommandLine.arguments[0]] + arguments).map { strdup($0) } + [nil]
    var count = Int32(pointers.count - 1)
    return pointers.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      return withUnsafeMutablePointer(to: &start) { start in
        start.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self, capacity: 1) {
          fuzzer_run(&count, $0) { bytes, count in
            guard let target = LibFuzzer.target else { return 0 }
            let input = Array(UnsafeBufferPointer(start: bytes, count: count))
            guard (try? Files.write(input, to: LibFuzzer.path)) != nil else { return 0 }
            target.run(input, path: LibFuzzer.path)
            return 0
          }
        }
      }
    }
  }
}

/// libFuzzer's hook for changes: three of four changes of a file with a structure keep it.
@_cdecl("LLVMFuzzerCustomMutator")
public func changeInput(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
  let structure = LibFuzzer.target?.structure ?? .plain
  guard structure != .plain, seed % 4 != 0 else { return fuzzer_mutate(bytes, count, capacity) }
  var mutation = Mutation(seed: UInt64(seed))
  let changed = mutation.changed(Array(UnsafeBufferPointer(start: bytes, count: count)), structure)
  guard changed.count <= capacity else { return fuzzer_mutate(bytes, count, capacity) }
  for (index, byte) in changed.enumerated() { bytes[index] = byte }
  return changed.count
}

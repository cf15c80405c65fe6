import Foundation

@testable import RetNet

/// `torture --program PATH --kills N --exits N --seed S --only PART`: ends the program at random times, and fills its
/// disk. Afterwards every file must have its old or its new content, and the program must continue.
enum Torture {
  static func run(_ arguments: [String]) async throws -> Int32 {
    let options = try Options(arguments, names: ["program", "kills", "exits", "sizes", "seed", "only"])
    let folder = try Files.temporaryFolder("torture")
    defer { Files.remove(folder) }
    let fixture = try Fixture(program: program(options), in: folder + "/base")
    let run = TortureRun(fixture: fixture, folder: folder, seed: try options.seed())
    let (kills, exits) = (try options.integer("kills", default: 10), try options.integer("exits", default: 10))
    let sizes = try options.integer("sizes", default: 8)
    func isChosen(_ part: String) -> Bool { options.text("only").map { $0 == part } ?? true }
    if isChosen("training") { try run.killTraining(kills) }
    if isChosen("conversion") { try run.killConversion(kills) }
    if isChosen("session") { try run.killSessionSaves(kills) }
    if isChosen("writers") { try run.startTwoWriters() }
    if isChosen("disk") { try run.fillDisk(sizes: sizes) }
    if isChosen("exits") { try await run.exitAtRandomTimes(exits) }
    print("torture: \(run.failures) failures")
    return run.failures == 0 ? 0 : 1
  }
}

final class TortureRun {
  let fixture: Fixture
  let folder: String
  var mutation: Mutation
  private(set) var failures = 0

  init(fixture: Fixture, folder: String, seed: UInt64) {
    (self.fixture, self.folder) = (fixture, folder)
    mutation = Mutation(seed: seed)
  }

  func expect(_ holds: Bool, _ message: @autoclosure () -> String) {
    guard !holds else { return }
    failures += 1
    print("FAILED: \(message())")
  }

  /// A time from 0 to `seconds`.
  func time(upTo seconds: Double) -> Double { seconds * Double(mutation.number(0..<10_000)) / 10_000 }

  func sleep(_ seconds: Double) { usleep(UInt32(seconds * 1e6)) }

  func command(_ arguments: [String], input: String = "") throws -> ChildProcess {
    try ChildProcess.run([fixture.program] + arguments, input: Array(input.utf8), environment: ["RETNET_THREADS": "1"])
  }

  /// Starts the program, and kills it after a random time of at most `seconds`. Returns false if it ended before.
  func kill(_ arguments: [String], input: String = "", within seconds: Double) throws -> Bool {
    let process = try ChildProcess.start(
      [fixture.program] + arguments, input: Array(input.utf8), environment: ["RETNET_THREADS": "1"])
    sleep(time(upTo: seconds))
    process.signal(SIGKILL)
    return process.wait(limit: 60).signal == SIGKILL
  }

  /// The temporary files in a folder and its subfolders.
  func partials(in folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter {
      $0.contains(".partial")
    }
  }

  /// The content of every file in a folder, by name.
  func contents(of folder: String) -> [String: [UInt8]] {
    var result: [String: [UInt8]] = [:]
    for name in Files.names(in: folder) where !name.contains(".partial") {
      result[name] = try? Files.read("\(folder)/\(name)")
    }
    return result
  }

  static func text(_ result: ChildProcess) -> String {
    "\(result.status.map { "exit \($0)" } ?? "signal \(result.signal ?? 0)") \(result.errorLines.joined(separator: " | "))"
  }

  // MARK: Kills

  /// A training that is killed and resumed until it is done has the same bits as one that ran through.
  func killTraining(_ kills: Int) throws {
    let straight = folder + "/straight"
    let arguments = fixture.training(steps: 60) + ["--checkpoint-minutes", "0.0005"]
    let whole = try command(["train", "--out", straight] + arguments)
    expect(whole.status == 0, "training: \(Self.text(whole))")
    let expected = try Files.read(straight + "/model.safetensors")
    var (killed, rounds, stale) = (0, 0, 0)
    while killed < kills && failures == 0 {
      let out = folder + "/killed"
      Files.remove(out)
      rounds += 1
      // Killed before its first checkpoint, a run begins again, over the model that it may have left.
      func next() -> [String] {
        FileManager.default.fileExists(atPath: out + "/checkpoint/training.safetensors")
          ? ["train", "--resume", "--out", out] : ["train", "--out", out, "--force"] + arguments
      }
      var isDone = false
      while !isDone {
        if killed < kills, try kill(next(), within: 1.2 * whole.seconds) {
          killed += 1
          stale += partials(in: out).count
          for file in ["model.safetensors", "checkpoint/training.safetensors"]
          where FileManager.default.fileExists(atPath: "\(out)/\(file)") {
            do { _ = try SafetensorsFile(path: "\(out)/\(file)") } catch { expect(false, "after a kill: \(error)") }
          }
          continue
        }
        let rest = try command(next())
        expect(rest.status == 0, "training after \(killed) kills: \(Self.text(rest))")
        isDone = true
      }
      expect(partials(in: out).isEmpty, "a finished training leaves \(partials(in: out))")
      expect(try Files.read(out + "/model.safetensors") == expected, "a killed and resumed training has other weights")
    }
    print("training: \(killed) kills in \(rounds) runs, \(stale) temporary files after kills")
  }

  /// `convert --overwrite` leaves the old model, no model or the new one, and no part of one.
  func killConversion(_ kills: Int) throws {
    let (source, old, new, place) = (
      Files.repository("Models/chat"), folder + "/old", folder + "/new", folder + "/place"
    )
    for (type, out) in [("f16", old), ("int8", new)] {
      let made = try command(["convert", source, out, "--type", type])
      expect(made.status == 0, "convert: \(Self.text(made))")
    }
    let (oldFiles, newFiles) = (contents(of: old), contents(of: new))
    try Files.copy(old, to: place)
    let convert = ["convert", source, place, "--type", "int8", "--overwrite"]
    let seconds = try command(convert).seconds
    var ends = (killed: 0, old: 0, none: 0, new: 0, stale: 0)
    while ends.killed < kills {
      try Files.copy(old, to: place)
      guard try kill(convert, within: 1.1 * seconds) else { continue }
      ends.killed += 1
      let files = contents(of: place)
      ends.stale += partials(in: place).isEmpty ? 0 : 1
      if files == oldFiles {
        ends.old += 1
      } else if files == newFiles {
        ends.new += 1
      } else if files["config.json"] == nil {
        ends.none += 1
      } else {
        expect(false, "a killed conversion leaves a mixture: \(files.mapValues(\.count))")
      }
      let again = try command(convert)
      expect(again.status == 0, "convert after a kill: \(Self.text(again))")
      expect(contents(of: place) == newFiles, "convert after a kill writes other files")
      expect(partials(in: place).isEmpty, "convert after a kill leaves \(partials(in: place))")
    }
    print(
      "conversion: \(ends.killed) kills: old \(ends.old), new \(ends.new), no model \(ends.none); temporary files after "
        + "\(ends.stale)")
  }

  /// A session file is the old or a new one.
  func killSessionSaves(_ kills: Int) throws {
    let saves = folder + "/saves"
    try Files.makeFolder(saves)
    let file = saves + "/session.json"
    let chat = ["chat", "--plain", "--model", fixture.path("run"), "--max-tokens", "8"]
    let input = String(repeating: "the cat saw the dog\n:save-session! \(file)\n", count: 400)
    var (killed, stale) = (0, 0)
    while killed < kills {
      try Files.copy(fixture.path("session.json"), to: file)
      guard try kill(chat, input: input, within: 1.5) else { continue }
      killed += 1
      stale += partials(in: saves).count
      let opened = try command(chat, input: ":open-session \(file)\n:save-session! \(file)\n")
      let isOpen = opened.errorLines.contains { $0.contains("is open:") }
      expect(opened.status == 0 && isOpen, "a session after a kill: \(Self.text(opened))")
      expect(partials(in: saves).isEmpty, "a save after a kill leaves \(partials(in: saves))")
      for partial in partials(in: saves) { Files.remove("\(saves)/\(partial)") }
    }
    print("session: \(killed) kills, \(stale) temporary files after kills")
  }

  // MARK: Two writers

  func startTwoWriters() throws {
    let out = folder + "/shared"
    let training = ["train", "--out", out] + fixture.training(steps: 60)
    let both = try (0..<2).map { _ in try ChildProcess.start([fixture.program] + training) }
    let ends = both.map { $0.wait(limit: 120) }
    expect(Set(ends.map { $0.status ?? -1 }) == [0, 2], "two trainings in one folder: \(ends.map(Self.text))")
    let resumed = try command(["train", "--resume", "--out", out])
    expect(resumed.status == 0, "a training that another tried to write: \(Self.text(resumed))")

    let place = folder + "/converted"
    let types = ["int8", "f32"]
    let expected = try types.map { type in
      Files.remove(place)
      let made = try command(["convert", fixture.path("run"), place, "--type", type])
      expect(made.status == 0, "convert: \(Self.text(made))")
      return contents(of: place)
    }
    for _ in 0..<5 {
      let writers = try types.map {
        try ChildProcess.start([fixture.program, "convert", fixture.path("run"), place, "--type", $0, "--overwrite"])
      }
      let ends = writers.map { $0.wait(limit: 60) }
      expect(ends.allSatisfy { [0, 2].contains($0.status) }, "two conversions: \(ends.map(Self.text))")
      expect(expected.contains(contents(of: place)), "two conversions to one folder leave a mixture")
    }
    print("writers: two trainings, five times two conversions")
  }
}

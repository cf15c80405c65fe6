import Foundation

@testable import RetNet

/// `mutate --program PATH --runs N --seed S --only KIND`: runs the program with one changed file, or a changed command
/// line, and checks its end, memory, time and messages.
enum MutationRun {
  /// A kind of file and the commands that read it. `@` stands for the folder of the files.
  struct Kind {
    var name: String
    var files: [String]
    var commands: [[String]]
    var input = ""
    var environment: [String: String] = [:]
    var structure = FileStructure.plain
  }

  private static let model = [
    ["inspect", "--model", "@/run"], ["logits", "--model", "@/run", "--tokens", "1,5,9"],
    ["generate", "--model", "@/run", "-p", "the cat", "--max-tokens", "4"],
    ["chat", "--model", "@/run", "-p", "the cat", "--max-tokens", "4"],
    ["verify", "--model", "@/run", "--text", "the cat"], ["tokenize", "--model", "@/run", "the cat"],
    ["convert", "@/run", "@/out", "--overwrite", "--type", "int8"],
    ["evaluate", "--model", "@/run", "--dialogue", "@/dialogue.txt"],
  ]

  static let kinds: [Kind] = [
    Kind(name: "config", files: ["run/config.json"], commands: model),
    Kind(name: "weights", files: ["run/model.safetensors"], commands: model, structure: .safetensors),
    Kind(name: "tokenizer", files: ["run/tokenizer.model"], commands: model, structure: .protobuf),
    Kind(name: "generation-config", files: ["run/generation_config.json"], commands: Array(model[2...3])),
    Kind(
      name: "shards",
      files: ["sharded/model.safetensors.index.json", "sharded/model-00001-of-*.safetensors", "sharded/config.json"],
      commands: [
        ["inspect", "--model", "@/sharded"], ["logits", "--model", "@/sharded", "--tokens", "1,5"],
        ["convert", "@/sharded", "@/out", "--overwrite"],
      ]),
    Kind(
      name: "persona", files: ["run/personas/p.state"],
      commands: [["chat", "--model", "@/run", "--persona", "p", "-p", "hi", "--max-tokens", "3"]]),
    Kind(
      name: "session", files: ["session.json"],
      commands: [["chat", "--plain", "--model", "@/run", "--max-tokens", "3"]],
      input: ":open-session @/session.json\n:back\nhi\n:undo\n:state\n"),
    Kind(
      name: "settings", files: ["settings.yaml"], commands: [["chat", "-p", "hi", "--max-tokens", "2"], ["inspect"]],
      environment: ["RETNET_SETTINGS": "@/settings.yaml"]),
    Kind(
      name: "lesson", files: ["lesson.yaml"],
      commands: [["lesson", "--check", "@/lesson.yaml"], ["lesson", "@/lesson.yaml"]],
      input: "next\n1\nhint\nnext\n"),
    Kind(
      name: "suite", files: ["probes.json", "checks.json"],
      commands: ["probes", "checks"].map { ["evaluate", "--model", "@/run", "--suite", "@/\($0).json"] }),
    Kind(
      name: "checkpoint", files: ["run/checkpoint/training.safetensors", "run/log.jsonl"],
      commands: [
        ["train", "--resume", "--out", "@/run", "--minutes", "0.01"], ["curves", "a=@/run/log.jsonl", "--json"],
      ]),
    Kind(
      name: "dialogue", files: ["dialogue.txt"],
      commands: [
        ["evaluate", "--model", "@/run", "--dialogue", "@/dialogue.txt"],
        ["evaluate", "--model", "@/run", "--text", "@/dialogue.txt"],
        [
          "train", "--init", "@/run", "--out", "@/out", "--force", "--data", "@/dialogue.txt", "--steps", "1",
          "--batch-tokens", "64", "--length", "16", "--threads", "1",
        ],
      ]),
  ]

  /// Command lines whose words are changed; no file is.
  private static let lines: [[String]] =
    model + [
      ["retain", "--cases", "@/none.safetensors"], ["curves", "a=@/run/log.jsonl"], ["lesson", "--list", "--json"],
      ["bench", "--model", "@/run", "--only", "decode", "--seconds", "0.1"],
      ["chat", "--plain", "--model", "@/run", "--temperature", "0.5", "--top-k", "3", "--seed", "1", "--norm3", "off"],
      [
        "train", "--data", "@/dialogue.txt", "--out", "@/out", "--force", "--vocabulary", "300", "--model-dim", "32",
        "--layers", "1", "--heads", "2", "--steps", "1", "--batch-tokens", "64", "--length", "16", "--threads", "1",
      ],
    ]

  static func run(_ arguments: [String]) async throws -> Int32 {
    let options = try Options(arguments, names: ["program", "runs", "seed", "only", "keep"])
    let (runs, seed) = (try options.integer("runs", default: 200), try options.seed())
    let folder = try Files.temporaryFolder("mutate")
    defer { Files.remove(folder) }
    let fixture = try Fixture(program: program(options), in: folder + "/base")
    var campaign = Campaign(
      fixture: fixture, folder: folder + "/work", seed: seed, kept: options.text("keep") ?? "failures")
    print("mutate: \(runs) runs with seed \(seed) of \(fixture.program)")
    let kinds = Self.kinds.filter { kind in options.text("only").map { $0 == kind.name } ?? true }
    for index in 0..<runs {
      if options.text("only") == "command-line"
        || options.text("only") == nil && index % (kinds.count + 1) == kinds.count
      {
        try campaign.changeCommandLine(lines, index)
      } else {
        try campaign.change(kinds[index % max(kinds.count, 1)], index)
      }
    }
    print(campaign.summary)
    return campaign.failures == 0 ? 0 : 1
  }
}

/// The runs of one seed.
private struct Campaign {
  let fixture: Fixture
  /// The folder of the changed files: a copy of the fixture's, made again for each run.
  let folder: String
  let kept: String
  private var mutation: Mutation
  private(set) var failures = 0
  private var statuses: [String: Int] = [:]
  private var slowest = 0.0
  private var largest = 0
  /// Peak memory of each command with unchanged files.
  private var baselines: [[String]: Int] = [:]

  /// Of processor time. On a busy machine a run may take longer than this, but not longer than `hangSeconds`.
  static let secondsLimit = 10.0
  static let hangSeconds = 60.0
  private static let allowedStatuses: [Int32] = [0, 1, 2, 64]

  init(fixture: Fixture, folder: String, seed: UInt64, kept: String) {
    (self.fixture, self.folder, self.kept) = (fixture, folder, kept)
    mutation = Mutation(seed: seed)
  }

  var summary: String {
    let ends = statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    return "mutate: \(failures) failures; ends \(ends); longest \(String(format: "%.2f", slowest)) s, "
      + "largest \(largest >> 20) MiB"
  }

  mutating func change(_ kind: MutationRun.Kind, _ index: Int) throws {
    let command = mutation.element(kind.commands)
    let input = Array(kind.input.replacing("@", with: folder).utf8)
    let environment = kind.environment.mapValues { $0.replacing("@", with: folder) }
    let baseline = try baseline(command, input, environment)
    try Files.copy(fixture.folder, to: folder)
    let file = try matching(mutation.element(kind.files))
    let bytes = try Files.read(file)
    let structure = file.hasSuffix(".safetensors") || file.hasSuffix(".state") ? .safetensors : kind.structure
    let changed = mutation.changed(bytes, structure)
    try Files.write(changed, to: file)
    try check(command, input, environment, label: kind.name, index, limit: baseline + 2 * changed.count, file: file)
  }

  mutating func changeCommandLine(_ lines: [[String]], _ index: Int) throws {
    try Files.copy(fixture.folder, to: folder)
    var command = mutation.element(lines)
    for _ in 0..<mutation.number(1..<3) {
      let place = mutation.number(0..<command.count)
      switch mutation.number(0..<4) {
      case 0: command.remove(at: place)
      case 1: command.insert(mutation.element(command), at: place)
      case 2:
        command.insert(
          mutation.element(["--json", "--threads", "0", "--plain", "", "-", "--", "-p", "/dev/null"]), at: place)
      default:
        // A changed word may name no file outside the folder.
        let word = String(decoding: mutation.changed(Array(command[place].utf8)), as: UTF8.self)
        command[place] = word.replacing("\0", with: "").replacing("/", with: "")
      }
      if command.isEmpty { command = ["help"] }
    }
    try check(command, [], [:], label: "command-line", index, limit: 512 << 20, file: nil)
  }

  /// The only file that a name with `*` fits.
  private func matching(_ name: String) throws -> String {
    guard let star = name.firstIndex(of: "*") else { return "\(folder)/\(name)" }
    let parent = (name as NSString).deletingLastPathComponent
    let prefix = (String(name[..<star]) as NSString).lastPathComponent
    let found = Files.names(in: "\(folder)/\(parent)").first { $0.hasPrefix(prefix) }
    guard let found else { throw Options.Failure(description: "There is no file '\(name)'.") }
    return "\(folder)/\(parent)/\(found)"
  }

  private mutating func baseline(
    _ command: [String], _ input: [UInt8], _ environment: [String: String]
  ) throws -> Int {
    if let known = baselines[command] { return known }
    try Files.copy(fixture.folder, to: folder)
    let result = try run(command, input, environment)
    guard let status = result.status, [0, 1].contains(status) else {
      throw Options.Failure(
        description: "'\(command.joined(separator: " "))' fails with valid files: \(result.errorLines)")
    }
    baselines[command] = result.peakBytes + 100 << 20
    return result.peakBytes + 100 << 20
  }

  private func run(
    _ command: [String], _ input: [UInt8], _ environment: [String: String]
  ) throws -> ChildProcess {
    let words = command.map { $0.replacing("@", with: folder) }
    return try ChildProcess.run(
      [fixture.program] + words, input: input,
      environment: ["HOME": folder, "RETNET_THREADS": "1"].merging(environment) { $1 }, in: folder,
      limit: Self.hangSeconds)
  }

  private mutating func check(
    _ command: [String], _ input: [UInt8], _ environment: [String: String], label: String, _ index: Int, limit: Int,
    file: String?
  ) throws {
    // A run may replace the changed file, so it is read before.
    let bytes = try file.map { try Files.read($0) }
    let result = try run(command, input, environment)
    slowest = max(slowest, result.processorSeconds)
    largest = max(largest, result.peakBytes)
    statuses[result.status.map { "\($0)" } ?? "signal \(result.signal ?? 0)", default: 0] += 1
    let problems = problems(of: result, limit: limit)
    guard !problems.isEmpty else { return }
    failures += 1
    try Files.makeFolder(kept)
    let name = "\(label)-\(index)"
    if let file, let bytes { try Files.write(bytes, to: "\(kept)/\(name)-\((file as NSString).lastPathComponent)") }
    try Files.write(result.errors, to: "\(kept)/\(name)-stderr")
    print(
      "FAILED \(name): \(problems.joined(separator: "; ")): retnet \(command.joined(separator: " ").debugDescription)")
  }

  private func problems(of result: ChildProcess, limit: Int) -> [String] {
    var problems: [String] = []
    if result.timedOut {
      problems.append("longer than \(Self.hangSeconds) s")
    } else if let signal = result.signal {
      problems.append("signal \(signal)")
    }
    if result.processorSeconds > Self.secondsLimit {
      problems.append("\(result.processorSeconds) s of processor time")
    }
    if let status = result.status, !Self.allowedStatuses.contains(status) { problems.append("exit status \(status)") }
    if result.peakBytes > limit { problems.append("\(result.peakBytes >> 20) MiB, more than \(limit >> 20)") }
    let lines = result.errorLines
    if lines.count > 10 { problems.append("\(lines.count) lines on stderr") }
    let characters = lines.reduce(0) { $0 + $1.unicodeScalars.count }
    if characters > 2000 { problems.append("\(characters) characters on stderr") }
    if result.errors.contains(0x1B) { problems.append("an escape sequence on stderr") }
    if result.status == 2 && lines.isEmpty { problems.append("no message") }
    return problems
  }
}

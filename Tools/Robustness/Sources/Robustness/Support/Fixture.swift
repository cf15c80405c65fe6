import Foundation

@testable import RetNet
@testable import TestSupport

/// A folder with one small valid file of each kind, made by the program itself.
///
///     FOLDER/run            a training run, which is a chat model too, with a persona and a `generation_config.json`
///     FOLDER/sharded        the model in shards
///     FOLDER/dialogue.txt, session.json, settings.yaml, lesson.yaml, suite.json, probes.json
struct Fixture {
  let program: String
  let folder: String

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The arguments of a training of `steps` steps, without the folder.
  func training(steps: Int) -> [String] {
    [
      "--data", path("dialogue.txt"), "--valid", path("dialogue.txt"), "--vocabulary", "300", "--model-dim", "32",
      "--layers", "2", "--heads", "4",
      "--steps", "\(steps)", "--batch-tokens", "128", "--length", "32", "--threads", "1", "--validate-every", "0",
    ]
  }

  init(program: String, in folder: String) throws {
    (self.program, self.folder) = (program, folder)
    try Files.makeFolder(folder)
    let lines =
      TrainedTokenizer.lines + [
        "an old river runs through the green valley", "bring bread, butter and cheese from the market",
        "my brother plays music every evening", "winter mornings are quiet under fresh snow",
        "she wrote seven letters last summer", "birds sing before breakfast in our garden",
      ]
    let text = (0..<40).map { "U: \(lines[$0 % lines.count])\nB: \(lines[($0 + 3) % lines.count])\n" }.joined(
      separator: "\n")
    try write("dialogue.txt", text)
    try run(["train", "--out", path("run")] + training(steps: 3))
    try Files.makeFolder(path("run/personas"))
    try run([
      "train", "--state-only", "--init", path("run"), "--data", path("dialogue.txt"), "--steps", "2", "--batch-tokens",
      "128", "--length", "32", "--threads", "1", "--out", path("run/personas/p.state"),
    ])
    try write(
      "run/generation_config.json",
      #"{"temperature":0.8,"top_k":40,"top_p":0.95,"min_p":0.02,"repetition_penalty":1.1,"repetition_window":64,"seed":1}"#
    )
    try run(["convert", path("run"), path("sharded"), "--shard-size", "0.00001"])
    try Files.copy(path("run/tokenizer.model"), to: path("sharded/tokenizer.model"))
    try run(
      ["chat", "--plain", "--model", path("run"), "--max-tokens", "6"],
      input: "the cat saw the dog\n:undo\nhi\n:save-session \(path("session.json"))\n")
    try write(
      "settings.yaml", "model: \(path("run"))\nthreads: 1\nsampling:\n  temperature: 0.7\n  top-k: 40\n  seed: 3\n")
    try Files.copy(Files.repository("Lessons/01-recurrence.yaml"), to: path("lesson.yaml"))
    for (name, list) in [("probes", "recall"), ("checks", "conversations")] {
      let json = try JSONSerialization.jsonObject(with: Data(Files.read(Files.repository("Models/chat/\(name).json"))))
      guard var object = json as? [String: Any] else { continue }
      for key in [list, "manners"] { object[key] = (object[key] as? [Any]).map { Array($0.prefix(2)) } }
      try write("\(name).json", String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self))
    }
  }

  /// Runs the program; throws if it fails.
  @discardableResult
  func run(_ arguments: [String], input: String = "") throws -> ChildProcess {
    let result = try ChildProcess.run([program] + arguments, input: Array(input.utf8), limit: 120)
    guard result.status == 0 else {
      throw Options.Failure(
        description:
          "'\(arguments.joined(separator: " "))' ended with \(result.status.map(String.init) ?? "signal \(result.signal ?? 0)"): "
          + result.errorLines.joined(separator: " "))
    }
    return result
  }

  private func write(_ name: String, _ text: String) throws { try Files.write(Array(text.utf8), to: path(name)) }
}

/// The program to test: `--program`, or the release build.
func program(_ options: Options) throws -> String {
  let path = URL(fileURLWithPath: options.text("program") ?? Files.repository(".build/release/retnet")).path
  guard FileManager.default.isExecutableFile(atPath: path) else {
    throw Options.Failure(description: "There is no program '\(path)'. Run 'make build', or give --program.")
  }
  return path
}

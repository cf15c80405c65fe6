import Foundation
import TestSupport
import Testing

@Suite("Extreme values of options")
struct ExtremeValueTests {
  /// Values for every option with a number.
  private static let values = [
    "0", "-1", "9223372036854775807", "-9223372036854775808", "1e308", "nan", "inf", "",
    String(repeating: "9", count: 400),
  ]

  /// The options of a command, and a command line that is complete apart from one of them. `MODEL`, `TEXT` and `OUT`
  /// stand for paths.
  private static let commands: [(line: String, options: [String])] = [
    (
      "train --data TEXT --out OUT --vocabulary bytes --steps 1 --length 8 --batch-tokens 8 --model-dim 8 --layers 1 "
        + "--heads 2 --minutes 0",
      [
        "--model-dim", "--layers", "--heads", "--key-dim", "--value-dim", "--feed-forward", "--batch-tokens",
        "--length",
        "--learning-rate", "--minimum-rate", "--warm-up", "--weight-decay", "--clip", "--betas", "--passes",
        "--dropout",
        "--average", "--chunk-length", "--threads", "--seed", "--minutes", "--checkpoint-minutes", "--validate-every",
        "--sample-every", "--steps", "--vocabulary", "--optimizer", "--precision",
      ]
    ),
    (
      "generate --model MODEL -p a --max-tokens 2",
      [
        "--temperature", "--top-k", "--top-p", "--min-p", "--repetition-penalty", "--seed", "--threads",
        "--chunk-length", "--eps",
      ]
    ),
    ("chat --plain --model MODEL -p a --max-tokens 2", ["--top-k", "--seed", "--threads", "--eps"]),
    ("chat --model MODEL -p a --max-tokens 1 --screenshot OUT.txt", ["--size"]),
    ("logits --model MODEL --tokens 1,2,3 --form chunkwise", ["--tokens", "--chunk-length", "--threads", "--eps"]),
    ("verify --model MODEL --tokens 1,2,3", ["--tokens", "--chunk-length"]),
    ("retain --cases CASES --form chunkwise", ["--chunk-length", "--eps"]),
    (
      "evaluate --model MODEL --text TEXT --form chunkwise", ["--chunk-length", "--threads", "--eps"]
    ),
    (
      "evaluate --model MODEL --dialogue DIALOGUE --suite SUITE --conversations 1",
      ["--conversations", "--seeds", "--seed", "--top-k", "--temperature"]
    ),
    ("tokenize --model MODEL", ["--decode"]),
    ("convert MODEL OUT --overwrite", ["--shard-size"]),
    ("bench --model MODEL --only state --seconds 0.01", ["--seconds", "--threads"]),
    ("lesson --json", [""]),
  ]

  @Test(
    "Every number is accepted or rejected with one line, and no command ends with a signal", arguments: commands.indices
  )
  func numbers(index: Int) throws {
    let (line, options) = Self.commands[index]
    let (folder, model) = (try TemporaryFolder(), try TinyModelFolder())
    let probes = #"[{"kind":"k","messages":["a"],"expect":"b"}]"#
    let paths = [
      "MODEL": model.path, "OUT": folder.path("out"), "TEXT": try folder.write("text.txt", "a short text\n"),
      "DIALOGUE": model.path + "/dialogue.txt", "CASES": RetNetProgram.reference("core-small", "cases.safetensors"),
      "SUITE": try folder.write("suite.json", "{\"recall\":\(probes),\"manners\":\(probes)}"),
    ]
    for option in options {
      for value in Self.values {
        try? FileManager.default.removeItem(atPath: folder.path("out"))
        var arguments = line.split(separator: " ").map { word in
          paths.reduce(String(word)) { $0.replacing($1.key, with: $1.value) }
        }
        if let given = arguments.firstIndex(of: option) { arguments.removeSubrange(given...given + 1) }
        arguments += option.isEmpty ? [value] : option == "--passes" ? [option, value] : ["\(option)=\(value)"]
        let run = try RetNetProgram(arguments)
        let shown = "\(option)=\(value.prefix(30)) ended with \(run.status): \(run.errors.prefix(300))"
        #expect([0, 1, 2, 64].contains(run.status), "\(shown)")
        if run.status == 2 || run.status == 64 { #expect(run.errors.utf8.count < 4000, "\(shown)") }
        // Training with absurd rates ends after its first steps.
        if run.status == 2, arguments[0] != "train" { #expect(run.output.isEmpty, "\(shown)") }
      }
    }
  }

  @Test("Lines of the plain mode with extreme numbers give messages, and the session continues")
  func plainLines() throws {
    let model = try TinyModelFolder()
    let commands = [
      "temperature", "top-k", "top-p", "min-p", "penalty", "seed", "eps", "layer", "head", "scale", "probe",
      "max-tokens",
      "speed", "goto", "pick", "reference token", "reference branch", "reference norms", "head-scale", "gamma", "copy",
      "branch", "break entropy", "break norm", "break divergence", "chunk", "entry", "lesson",
    ]
    let lines =
      ["a"]
      + commands.flatMap { command in
        Self.values.map { ":\(command) \($0)" } + [":\(command) 9223372036854775807 9223372036854775807"]
      }
    let run = try RetNetProgram(
      ["chat", "--plain", "--model", model.path, "--max-tokens", "2"],
      input: Array((lines + [":norms", ":quit"]).joined(separator: "\n").utf8))
    #expect(run.status == 0, "\(run.status): \(run.errors.suffix(1000))")
    #expect(run.errors.contains("norm 3") || run.output.contains("norm 3"), "\(run.errors.suffix(1000))")
  }

  @Test("A checkpoint with numbers out of range is rejected, and resuming ends with one line")
  func checkpoints() throws {
    let folder = try TemporaryFolder()
    let out = folder.path("out")
    let data = try folder.write("text.txt", "a short text\n")
    let first = try RetNetProgram([
      "train", "--data", data, "--out", out, "--vocabulary", "bytes", "--steps", "1", "--model-dim", "8", "--layers",
      "1",
      "--heads", "2", "--length", "8", "--batch-tokens", "8", "--form", "parallel",
    ])
    #expect(first.status == 0, "\(first.errors)")
    let path = out + "/checkpoint/training.safetensors"
    let original = try Data(contentsOf: URL(fileURLWithPath: path))
    for (key, value) in [
      ("step", "9223372036854775807"), ("step", "-1"), ("step", "2"), ("tokens", "9223372036854775807"),
      ("tokens", "-5"), ("seconds", "1e308"), ("seconds", "-1"), ("epoch", "9223372036854775807"), ("epoch", "-1"),
      ("index", "9223372036854775807"), ("index", "-1"), ("threads", "0"), ("threads", "-1"), ("length", "0"),
      ("batchTokens", "9223372036854775807"), ("chunkLength", "-1"), ("steps", "-3"), ("warmUp", "9223372036854775807"),
      ("seed", "-1"), ("seed", "1e40"),
    ] {
      try Self.changed(original, key, to: value).write(to: URL(fileURLWithPath: path))
      let run = try RetNetProgram(["train", "--resume", "--out", out])
      let accepted = key == "seconds" && value == "1e308"
      #expect(run.status == (accepted ? 0 : 2), "\(key)=\(value) ended with \(run.status): \(run.errors)")
    }
  }

  /// A safetensors file in whose metadata a JSON number has another value.
  private static func changed(_ file: Data, _ key: String, to value: String) throws -> Data {
    let length = file.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    var header = String(decoding: file[8..<8 + length], as: UTF8.self)
    let found = try #require(
      header.range(of: #"\\"\#(key)\\":-?[0-9.e]+"#, options: .regularExpression), "\(key) in \(header.prefix(2000))")
    header.replaceSubrange(found, with: "\\\"\(key)\\\":\(value)")
    while header.utf8.count % 8 != 0 { header += " " }
    let size = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    return size + Data(header.utf8) + file[(8 + length)...]
  }
}

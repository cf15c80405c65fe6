import Foundation
import Testing

@testable import RetNet
@testable import RetNetCommands
@testable import RetNetTUI

@Suite("Commands on a model without chat symbols")
struct ContinuationCommandTests {
  private static let note = "retnet: tiny has no chat symbols: it continues the text that you type."

  @Test("chat continues the text and prints one note", arguments: [false, true])
  func chat(plain: Bool) throws {
    let model = try TinyModelFolder(symbols: [])
    let arguments = ["--model", model.path, "--max-tokens", "6", "--seed", "3"]
    let run =
      try plain
      ? RetNetProgram(arguments + ["--plain"], input: Array("the cat\nsaw\n".utf8))
      : RetNetProgram(arguments + ["-p", "the cat"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasSuffix("\n"), "\(run.errors)")
    #expect(run.errorLines.filter { $0 == Self.note }.count == 1)
    #expect(run.errorLines.allSatisfy { $0 == Self.note || $0.contains("ended at 6 tokens") }, "\(run.errors)")
  }

  @Test("generate continues the prompt as with --raw, and chat -p prints the same")
  func generate() throws {
    let model = try TinyModelFolder(symbols: [])
    func run(_ arguments: String...) throws -> RetNetProgram {
      try RetNetProgram(
        arguments + ["--model", model.path, "--max-tokens", "8", "--seed", "5", "-p", "-"],
        input: Array("the cat\n".utf8))
    }
    let (raw, plain) = (try run("generate", "--raw"), try run("generate"))
    #expect(raw.status == 0)
    #expect(raw.errors.isEmpty)
    #expect(plain.status == 0)
    #expect(plain.output == raw.output)
    #expect(plain.errorLines == [Self.note])
    #expect(try run("chat").output == raw.output)
    let empty = try RetNetProgram(["chat", "--model", model.path, "-p", " "])
    #expect(empty.status == 2)
    #expect(empty.errors == "retnet: The message is empty. Type some text.\n")
  }

  @Test("With --raw a chat model continues text in chat, --plain and the app, as generate --raw does, without a note")
  func raw() throws {
    let model = try TinyModelFolder()
    func run(_ arguments: String...) throws -> RetNetProgram {
      try RetNetProgram(
        arguments + ["--model", model.path, "--max-tokens", "8", "--seed", "5"], input: Array("the cat\n".utf8))
    }
    let expected = try run("generate", "--raw", "-p", "-")
    #expect(expected.status == 0)
    #expect(expected.errors.isEmpty)
    for arguments in [["chat", "--raw", "-p", "-"], ["--raw", "--plain"]] {
      let found = try RetNetProgram(
        arguments + ["--model", model.path, "--max-tokens", "8", "--seed", "5"], input: Array("the cat\n".utf8))
      #expect(found.status == 0, "\(arguments)")
      #expect(found.output == expected.output, "\(arguments)")
      #expect(!found.errors.contains("chat symbols"))
    }
    #expect(try run("chat", "-p", "-").output != expected.output)
    let screen = try LoadedModel.read(model.path, raw: true).info
    #expect(screen.continuesText)
    #expect(screen.continuationNote == nil)
  }

  @Test("A model trained on a story has no turns: its samples, chat, -p and generate all continue text")
  func story() throws {
    let folder = try TinyModelFolder()
    let (story, out) = (folder.path + "/story.txt", folder.path + "/out")
    let lines = [
      "Once the cat saw the dog.", "The dog ran home, and all cats sat.", "Where is home? It is not here.",
      "My brother has a boat, and he sails it every summer.", "We talked about books, films and the weather.",
    ]
    try (0..<30).map { lines[$0 % 5] }.joined(separator: "\n\n").write(
      toFile: story, atomically: true, encoding: .utf8)
    for vocabulary in ["300", "bytes"] {
      let run = try RetNetProgram([
        "train", "--data", story, "--vocabulary", vocabulary, "--out", out, "--force", "--steps", "2", "--json",
        "--model-dim", "16", "--layers", "1", "--heads", "2", "--batch-tokens", "64", "--length", "32",
        "--sample-every", "1",
      ])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.split(separator: "\n").count { $0.contains("\"sample\"") } == 2, "\(run.output)")
      let note = "retnet: out has no chat symbols: it continues the text that you type."
      func reply(_ arguments: String...) throws -> RetNetProgram {
        try RetNetProgram(
          arguments + ["--model", out, "--max-tokens", "8", "--seed", "5"], input: Array("Once\n".utf8))
      }
      let expected = try reply("generate", "--raw", "-p", "-")
      #expect(expected.status == 0)
      #expect(expected.errors.isEmpty)
      for found in [try reply("generate", "-p", "-"), try reply("-p", "-"), try reply("--plain")] {
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.output == expected.output, "\(found.errors)")
        #expect(found.errorLines.first { $0.contains("chat symbols") } == note)
      }
    }
  }

  @Test("evaluate measures texts, and rejects dialogues with the missing symbol in the error")
  func evaluate() throws {
    let model = try TinyModelFolder(symbols: [])
    let text = try RetNetProgram(["evaluate", "--model", model.path, "--text", model.path + "/dialogue.txt", "--json"])
    #expect(text.status == 0)
    #expect(text.errors.isEmpty)
    #expect((try text.json()?["bitsPerByte"] as? Double ?? 0) > 0)
    let dialogue = try RetNetProgram(["evaluate", "--model", model.path, "--dialogue", model.path + "/dialogue.txt"])
    #expect(dialogue.status == 2)
    #expect(dialogue.output.isEmpty)
    #expect(dialogue.errorLines.count == 1)
    #expect(dialogue.errors.contains("'<|user|>'"), "\(dialogue.errors)")
    #expect(dialogue.errors.contains("plain text"), "\(dialogue.errors)")
  }

  @Test("A model without a tokenizer has logits but no text, and chat names the missing file")
  func noTokenizer() throws {
    let model = RetNetProgram.reference("fla-f32")
    #expect(try RetNetProgram(["logits", "--model", model, "--tokens", "1,2"]).status == 0)
    for arguments in [["chat", "--plain"], ["-p", "hi"], ["generate", "-p", "hi"], ["tokenize", "hi"]] {
      let run = try RetNetProgram(arguments + ["--model", model])
      #expect(run.status == 2)
      #expect(run.output.isEmpty)
      #expect(run.errorLines.count == 1)
      #expect(run.errors.hasPrefix("retnet: '\(model)' has no tokenizer.model"), "\(run.errors)")
    }
    let other = try TinyModelFolder()
    try FileManager.default.moveItem(
      atPath: other.path + "/tokenizer.model", toPath: other.path + "/tokenizer.json")
    let damaged = try RetNetProgram(["-p", "hi", "--model", other.path])
    #expect(damaged.status == 2)
    #expect(damaged.errorLines.count == 1)
    #expect(
      damaged.errors.contains("tokenizer.json' cannot be used: its JSON has no value at byte 1"), "\(damaged.errors)")
  }

  @Test("chat -p - reads standard input, accepts the norm options, and its messages begin with retnet:")
  func chatOptions() throws {
    let model = try TinyModelFolder()
    func run(_ arguments: String..., input: String = "the cat\n") throws -> RetNetProgram {
      try RetNetProgram(
        ["chat", "--model", model.path, "--max-tokens", "4"] + arguments, input: Array(input.utf8))
    }
    let (piped, given) = (try run("-p", "-"), try run("-p", "the cat"))
    #expect(piped.status == 0)
    #expect(piped.output == given.output)
    #expect(try run("-p", "-", "--group-norm", "off", "--norm1", "off").status == 0)
    let torchscale = try run("-p", "-", "--norm3", "torchscale")
    #expect(torchscale.errorLines.filter { $0.contains("norm 3") }.count == 1)
    #expect(torchscale.errorLines.allSatisfy { $0.hasPrefix("retnet: ") })
    #expect(try run("-p", "-", "--eps", "2").status == 64)
    let plain = try run("--plain", "--norm2", "on", input: ":norms\n:bogus\n")
    #expect(plain.output.contains("norm 2 on"))
    #expect(plain.errors.contains("retnet: There is no command :bogus"))
    let empty = try run("-p", "-", input: "")
    #expect(empty.status == 2)
    #expect(empty.errors == "retnet: The message is empty. Type some text.\n")
    #expect(try run("-p", "-", input: "\u{0}").status == 0)
  }
}

import Foundation
import RetNet
import RetNetText
import Testing

@Suite("Folders with tokenizer.json")
struct TokenizerJSONFolderTests {
  @Test("A folder with tokenizer.json alone has text, and trains, converts and evaluates as with tokenizer.model")
  func tokenizerJSONAlone() throws {
    let model = try TinyModelFolder()
    let alone = try TinyModelFolder()
    let data = model.path + "/dialogue.txt"
    for (file, content) in try TokenizerExport.files(ofModel: model.path + "/tokenizer.model") {
      try AtomicFile.write(content, to: alone.path + "/" + file)
    }
    try FileManager.default.removeItem(atPath: alone.path + "/tokenizer.model")
    for arguments in [
      ["tokenize", "--json", "the cat"], ["evaluate", "--dialogue", data, "--json"],
      ["generate", "-p", "hi", "--max-tokens", "3"],
    ] {
      let runs = try [model, alone].map { try RetNetProgram(arguments + ["--model", $0.path]) }
      #expect(runs[1].status == 0, "\(runs[1].errors)")
      #expect(runs[0].output == runs[1].output)
    }
    let converted = try RetNetProgram(["convert", alone.path, alone.path + "/f16", "--type", "f16", "--measure", data])
    #expect(converted.status == 0, "\(converted.errors)")
    let trained = alone.path + "/trained"
    let train = [
      "train", "--init", alone.path, "--data", data, "--out", trained, "--steps", "1", "--batch-tokens", "64",
      "--length", "32",
    ]
    #expect(try RetNetProgram(train).status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: trained)
    #expect(files.contains("tokenizer.json"))
    #expect(files.contains("tokenizer_config.json"))
    #expect(!files.contains("tokenizer.model"))
    #expect(try RetNetProgram(["generate", "--model", trained, "-p", "hi", "--max-tokens", "2"]).status == 0)
    // A new run with another tokenizer removes it.
    let again = try RetNetProgram(train.map { $0 == alone.path ? model.path : $0 } + ["--force"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: trained).contains("tokenizer.model"))
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: trained + "/tokenizer.json"))
        == TokenizerExport.files(ofModel: model.path + "/tokenizer.model")["tokenizer.json"])
  }
}

@Suite("Standard input as a text file")
struct StandardInputFileTests {
  @Test("The file - is standard input in evaluate, tokenize, convert and train")
  func standardInput() throws {
    let model = try TinyModelFolder()
    let path = model.path + "/dialogue.txt"
    let data = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    for options in [["--dialogue"], ["--text"], ["--whole", "--text"], ["--last-token"]] {
      let command = ["evaluate", "--model", model.path, "--json"] + options
      let file = try RetNetProgram(command + [path])
      let input = try RetNetProgram(command + ["-"], input: data)
      #expect(input.status == 0, "\(input.errors)")
      #expect(
        input.output
          == file.output.replacingOccurrences(of: path.replacingOccurrences(of: "/", with: "\\/"), with: "-")
          .replacingOccurrences(of: path, with: "-"))
    }
    let bad = try RetNetProgram(["evaluate", "--model", model.path, "--text", "-"], input: [97, 10, 0xFF])
    #expect(bad.status == 2)
    #expect(bad.errors.hasPrefix("retnet: 'standard input' is not UTF-8 text: line 2"), "\(bad.errors)")
    #expect(try RetNetProgram(["evaluate", "--model", model.path, "--text", "-"]).errors.contains("contains no text"))

    let words = try RetNetProgram(["tokenize", "--model", model.path, "the", "-"], input: Array("the cat\n".utf8))
    #expect(words.output == (try RetNetProgram(["tokenize", "--model", model.path, "the", "the cat"]).output))
    #expect(try RetNetProgram(["tokenize", "--model", model.path, "-", "-"]).status == 64)

    let convert = ["convert", model.path, model.path + "/copy", "--dialogue", "--json", "--overwrite", "--measure"]
    let measured = try [convert + [path], convert + ["-"]].map {
      let measure = try #require(try RetNetProgram($0, input: data).json()?["measure"] as? [String: Any])
      return try #require(measure["after"] as? Double)
    }
    #expect(measured[0] == measured[1])

    let train = ["train", "--init", model.path, "--steps", "2", "--batch-tokens", "64", "--length", "32", "--json"]
    let runs = try [path, "-"].map { file in
      try RetNetProgram(train + ["--data", file, "--out", model.path + "/run\(file.count)"], input: data)
    }
    #expect(runs[1].status == 0, "\(runs[1].errors)")
    func losses(_ run: RetNetProgram) -> [Substring] {
      run.output.split(separator: "\n").compactMap { $0.split(separator: ",").first { $0.contains("loss") } }
    }
    #expect(losses(runs[0]).count == 2)
    #expect(losses(runs[0]) == losses(runs[1]))
  }
}

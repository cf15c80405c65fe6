import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetText

@Suite("Tokenizer files for transformers")
struct TokenizerExportTests {
  private func export(_ name: String) throws -> (files: [String], objects: [String: [String: Any]]) {
    let root = try TemporaryFolder()
    let (source, target) = (root.root + "/source", root.root + "/target")
    for folder in [source, target] { try FileBytes.makeFolder(folder) }
    try FileManager.default.copyItem(
      atPath: Repository.reference("tokenizers/\(name).model"),
      toPath: source + "/tokenizer.model")
    let files = try TokenizerExport.write(from: source, to: target)
    var objects: [String: [String: Any]] = [:]
    for file in files {
      let data = try Data(contentsOf: URL(fileURLWithPath: target + "/" + file))
      objects[file] = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    }
    return (files, objects)
  }

  @Test("A BPE vocabulary needs only its class and symbols")
  func pairs() throws {
    let (files, objects) = try export("bpe")
    #expect(files == ["tokenizer_config.json"])
    let object = try #require(objects["tokenizer_config.json"])
    #expect(object["tokenizer_class"] as? String == "LlamaTokenizer")
    #expect(object["legacy"] as? Bool == false)
    #expect(object["bos_token"] as? String == "<s>")
    #expect(object["eos_token"] as? String == "</s>")
    #expect(object["add_bos_token"] as? Bool == true)
    #expect(object["add_eos_token"] as? Bool == false)
  }

  @Test("A unigram vocabulary is written with every piece and its logarithm")
  func unigram() throws {
    let (files, objects) = try export("unigram-normalizing")
    #expect(files == ["tokenizer.json", "tokenizer_config.json"])
    #expect(objects["tokenizer_config.json"]?["tokenizer_class"] as? String == "PreTrainedTokenizerFast")
    let model = try #require(objects["tokenizer.json"]?["model"] as? [String: Any])
    let vocabulary = try #require(model["vocab"] as? [[Any]])
    let tokenizer = try Repository.foreignTokenizer("unigram-normalizing")
    #expect(vocabulary.map { $0[0] as? String } == (0..<tokenizer.vocabularySize).map { tokenizer.piece($0) })
    #expect(vocabulary.contains { ($0[1] as? Double ?? 0) < -1 })
    #expect(model["type"] as? String == "Unigram")
  }
}

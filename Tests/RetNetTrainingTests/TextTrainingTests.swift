import Foundation
import RetNet
import RetNetText
import TestSupport
import Testing

@testable import RetNetTraining

@Suite("Training on text files through the public API")
struct TextTrainingTests {
  private let folder: TemporaryFolder
  private let file: URL

  init() throws {
    folder = try TemporaryFolder()
    let passage = String(repeating: "abcd", count: 20)
    file = URL(filePath: try folder.write("text.txt", Array(repeating: passage, count: 6).joined(separator: "\n\n")))
  }

  private static var small: TextTraining.Options {
    var options = TextTraining.Options()
    (options.modelDim, options.layers, options.heads) = (16, 1, 2)
    (options.steps, options.batchTokens, options.length, options.learningRate) = (60, 256, 64, 0.02)
    return options
  }

  @Test("A model learns a periodic text, and its folder opens")
  func learns() throws {
    let training = try TextTraining(files: [file], options: Self.small)
    var steps: [TextTraining.Step] = []
    let url = folder.url.appending(path: "model")
    let finished = try training.run(in: url) { steps.append($0) }
    #expect(finished)
    #expect(steps.map(\.step) == Array(0..<60))
    // The vocabulary has about 260 tokens, and the text only 4 and the end of a passage.
    #expect(abs((steps.first?.loss ?? 0) - log(260)) < 0.3)
    #expect((steps.last?.loss ?? .infinity) < 0.3)
    let model = try RetNetModel(contentsOf: url)
    let tokenizer = try Tokenizer(contentsOf: url.appending(path: "tokenizer.model"))
    #expect(model.configuration.layers == 1)
    let inference = try Inference(model: model)
    var state = try inference.makeState()
    let tokens = tokenizer.encode("abcdabcdabc")
    let logits = try inference.logits(of: [tokens], rows: .last, state: &state).values
    let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
    #expect(try tokenizer.text(of: [best]) == "d")
  }

  @Test("A stopped training leaves a run whose continuation has the bits of an uninterrupted one")
  func resumes() throws {
    var options = Self.small
    options.steps = 8
    let training = try TextTraining(files: [file], options: options)
    let (whole, parts) = (folder.url.appending(path: "whole"), folder.url.appending(path: "parts"))
    #expect(try training.run(in: whole))
    var count = 0
    let finished = try training.run(in: parts, report: { _ in count += 1 }, stop: { count == 3 })
    #expect(!finished)
    #expect(count == 3)
    #expect(try TrainingRun.resume(in: parts.path).train() == .finished)
    #expect(try folder.bytes("parts/model.safetensors") == folder.bytes("whole/model.safetensors"))
  }

  @Test("A folder with a model, an empty file and a missing one are errors that name them")
  func files() throws {
    var options = Self.small
    options.steps = 1
    let model = folder.url.appending(path: "model")
    try TextTraining(files: [file], options: options).run(in: model)
    let before = try folder.bytes("model/model.safetensors")
    let empty = URL(filePath: try folder.write("empty.txt", ""))
    for (files, folder, name) in [
      ([file], model, "/model' already contains"),
      ([empty], self.folder.url.appending(path: "other"), "empty.txt"),
      ([self.folder.url.appending(path: "none.txt")], self.folder.url.appending(path: "other"), "none.txt"),
    ] {
      let error = #expect(throws: TextTrainingError.self) {
        try TextTraining(files: files, options: options).run(in: folder)
      }
      #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    }
    #expect(try folder.bytes("model/model.safetensors") == before)
  }

  @Test("A learning rate without bound ends with the step that diverged")
  func diverges() throws {
    var options = Self.small
    options.learningRate = 1e6
    let training = try TextTraining(files: [file], options: options)
    var last = -1
    let error = #expect(throws: TextTrainingError.self) {
      try training.run(in: folder.url.appending(path: "model")) { last = $0.step }
    }
    #expect(error == .diverged(step: last + 1))
  }

  @Test("Options out of range are errors", arguments: [Int.min, -1, 0, Int.max])
  func options(value: Int) {
    let changes: [(inout TextTraining.Options) -> Void] = [
      { $0.modelDim = value }, { $0.layers = value }, { $0.heads = value }, { $0.steps = value }, { $0.length = value },
      { $0.batchTokens = value }, { $0.threads = value }, { $0.vocabulary = .pieces(value) },
      { $0.learningRate = value == .max ? .infinity : Double(value) },
    ]
    for (index, change) in changes.enumerated() {
      var options = Self.small
      change(&options)
      let error = #expect(throws: RetNetError.self, "\(index)") {
        _ = try TextTraining(files: [file], options: options)
      }
      #expect(error?.description.contains(index == 8 ? "learning rate" : "\(value)") == true, "\(index)")
    }
    #expect(throws: RetNetError.self) { _ = try TextTraining(files: []) }
    #expect(throws: RetNetError.self) { _ = try TextTraining(files: [URL(string: "https://example.org/a")!]) }
  }
}

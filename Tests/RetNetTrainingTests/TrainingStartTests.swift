import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText
@testable import RetNetTraining

@Suite("Training a network")
struct TrainingStartTests {
  /// A folder with an invented dialogue and options to train a very small network on it.
  private struct Example {
    let folder: TemporaryFolder
    let options: TrainingOptions
    var start: TrainingStart

    init(chunkLength: Int = 4) throws {
      folder = try TemporaryFolder()
      let lines = TrainedTokenizer.lines
      let text = (0..<30).map { "U: \(lines[$0 % 7])\nB: \(lines[($0 + 2) % 7])\n" }.joined(separator: "\n")
      let data = try folder.write("dialogue.txt", text)
      var options = TrainingOptions(data: [data])
      options.validation = [data]
      options.steps = 6
      options.batchTokens = 120
      options.length = 24
      options.warmUp = 2
      options.learningRate = 0.02
      options.chunkLength = chunkLength
      self.options = options
      var shape = ModelConfiguration(vocabularySize: 0, modelDim: 16, layers: 2, heads: 2, feedForwardDim: 24)
      shape.tiedHead = true
      start = TrainingStart(weights: .random(shape), tokenizer: .learn(vocabularySize: 290))
    }

    func out(_ name: String) -> String { folder.path(name) }
  }

  private func bytes(_ folder: String) throws -> Data { try FileBytes.read(folder + "/model.safetensors") }

  /// A change of the example's options.
  struct Variant: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Whether six steps have too few tokens to lower the loss.
    var isNoisy = false
    var change: @Sendable (inout TrainingOptions) -> Void
  }

  static let variants = [
    Variant(testDescription: "chunkwise") { $0.chunkLength = 4 },
    Variant(testDescription: "parallel") { $0.chunkLength = 0 },
    Variant(testDescription: "replies alone") { $0.predicted = .replies },
    Variant(testDescription: "half of the documents twice") { $0.passes = [1.5] },
    Variant(testDescription: "state carried") {
      $0.carriesState = true
      $0.length = 5
      $0.batchTokens = 20
    },
    Variant(testDescription: "state carried, replies alone, one worker", isNoisy: true) {
      $0.carriesState = true
      $0.length = 5
      $0.batchTokens = 20
      $0.threads = 1
      $0.predicted = .replies
    },
    Variant(testDescription: "dropout") { $0.dropout = 0.2 },
    Variant(testDescription: "average") { $0.averageDecay = 0.5 },
  ]

  @Test("Six steps equal three, a resume, and three more, byte for byte", arguments: variants)
  func resumesExactly(_ variant: Variant) throws {
    let example = try Example()
    var options = example.options
    variant.change(&options)
    let (straight, broken) = (example.out("straight"), example.out("broken"))
    #expect(try TrainingRun.begin(in: straight, example.start, options: options).train() == .finished)
    func trainThree() throws {
      let run = try TrainingRun.begin(in: broken, example.start, options: options)
      #expect(try run.train(stop: { run.step == 3 }) == .stopped)
    }
    try trainThree()
    let resumed = try TrainingRun.resume(in: broken)
    #expect(resumed.step == 3)
    #expect(resumed.history.count == 3)
    #expect(try resumed.train() == .finished)
    #expect(try bytes(broken) == bytes(straight))
    let losses = [straight, broken].map { TrainingLog.steps(path: TrainingRun.logPath($0)).map(\.loss) }
    #expect(losses[0] == losses[1])
    #expect(losses[0].count == 6)
    #expect(variant.isNoisy || losses[0][5] < losses[0][0])
  }

  @Test("The folder is a model that loads, without partial files, and a new run can start from it")
  func folderIsAModel() throws {
    let example = try Example()
    let out = example.out("first")
    var said: [String] = []
    #expect(
      try TrainingRun.begin(in: out, example.start, options: example.options, progress: { said.append($0) }).train()
        == .finished)
    #expect(said.first == "training a vocabulary of 290 pieces")
    let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(
      names == [
        "README.md", "checkpoint", "config.json", "log.jsonl", "model.safetensors", "tokenizer.json", "tokenizer.model",
        "tokenizer_config.json",
      ])
    let trained = try RetNetModel.load(from: out, storage: .expanded)
    #expect(trained.configuration.vocabularySize == 290)

    var start = TrainingStart(weights: .folder(out), tokenizer: .fromWeights)
    let next = try TrainingRun.begin(in: example.out("next"), start, options: example.options)
    let stored = trained.parameters.block!
    #expect((0..<trained.parameters.count).allSatisfy { next.trainer.parameters.pointer[$0] == stored[$0] })
    #expect(throws: TrainingError.runExists(folder: out, found: "a training run")) {
      _ = try TrainingRun.begin(in: out, start, options: example.options)
    }
    start.overwrites = true
    #expect(try TrainingRun.begin(in: out, start, options: example.options).step == 0)
  }

  @Test("A new vocabulary has the chat symbols if and only if a data file has conversations")
  func turnSymbols() throws {
    let example = try Example()
    let story = try example.folder.write("story.txt", TrainedTokenizer.lines.joined(separator: "\n\n"))
    let talk = example.options.data[0]
    func symbols(_ data: [String], _ source: TrainingStart.TokenizerSource) throws -> [String] {
      var options = example.options
      (options.data, options.validation) = (data, [])
      var start = TrainingStart(weights: example.start.weights, tokenizer: source)
      start.overwrites = true
      let out = example.out("out")
      _ = try TrainingRun.begin(in: out, start, options: options)
      let tokenizer = try Tokenizer.load(from: out + "/tokenizer.model")
      return (0..<tokenizer.vocabularySize).filter(tokenizer.isControl).map(tokenizer.piece)
    }
    for source in [TrainingStart.TokenizerSource.learn(vocabularySize: 290), .bytes] {
      #expect(try symbols([story], source) == ["<s>", "</s>"])
      #expect(try symbols([talk], source) == ["<s>", "</s>", "<|user|>", "<|bot|>"])
      #expect(try symbols([story, talk], source) == ["<s>", "</s>", "<|user|>", "<|bot|>"])
    }
  }

  @Test("Sampling defaults are those of the initial weights, or of the new run")
  func sampling() throws {
    let example = try Example()
    func written(_ name: String, _ start: TrainingStart) throws -> Data? {
      _ = try TrainingRun.begin(in: example.out(name), start, options: example.options)
      return FileManager.default.contents(atPath: example.out(name) + "/generation_config.json")
    }
    var start = example.start
    #expect(try written("none", start) == nil)
    start.sampling = Data("{\"top_k\":3}".utf8)
    #expect(try written("given", start) == start.sampling)
    var next = TrainingStart(weights: .folder(example.out("given")), tokenizer: .fromWeights)
    next.sampling = Data("{}".utf8)
    #expect(try written("taken over", next) == start.sampling)
    next.weights = .folder(example.out("none"))
    #expect(try written("not there", next) == next.sampling)
  }

  @Test("With weight averaging, the saved model, samples and validation use the average, without dropout")
  func averages() throws {
    let example = try Example()
    var options = example.options
    options.averageDecay = 0.9
    options.dropout = 0.2
    let out = example.out("out")
    var intervals = TrainingRun.Intervals()
    intervals.sampleSteps = 6
    var sampled: [[Float]] = []
    let run = try TrainingRun.begin(in: out, example.start, options: options, intervals: intervals) { model, _ in
      sampled.append(model.architecture.layout.entries.flatMap { model.parameters.values($0.parameter) })
      return ""
    }
    var validation = 0.0
    _ = try run.train(report: { if case .validation(_, _, let together) = $0 { validation = together } })
    let average = try #require(run.trainer.average).parameters.values
    #expect(average != run.trainer.parameters.values)
    #expect(sampled == [average])
    let saved = try RetNetModel.load(from: out, storage: .expanded)
    let stored = saved.architecture.layout.entries.flatMap { saved.parameters.values($0.parameter) }
    #expect(zip(stored, average).allSatisfy { abs($0 - $1) <= abs($1) / 256 })  // bfloat16
    let corpus = try TrainingCorpus(
      files: [example.options.data[0]], as: .dialogue, tokenizer: Tokenizer.load(from: out + "/tokenizer.model"),
      threads: 1)
    let averaged = RetNetModel(saved.architecture, copying: average)
    let loss = GradientWorker(saved.configuration, form: .parallel).loss(
      RaggedBatch(corpus.pieces(length: corpus.tokens.count), of: corpus), parameters: averaged.parameters.block!)
    let measured = TextLoss(
      path: "", tokens: loss.predicted, nats: loss.nats, bytes: corpus.files.reduce(0) { $0 + $1.bytes })
    #expect(abs(validation - measured.bitsPerByte) < 1e-4)  // another form, Float32
  }

  @Test("With carried states, documents in pieces have the loss of whole documents")
  func carriesState() throws {
    let configuration = ModelConfiguration(vocabularySize: 20, modelDim: 16, layers: 2, heads: 2, feedForwardDim: 24)
    let corpus = TrainingCorpus(documents: randomDocuments(lengths: [30, 30], vocabulary: 20, seed: 4))
    var options = TrainingOptions(data: ["invented"])
    (options.length, options.batchTokens, options.chunkLength, options.carriesState) = (8, 16, 3, true)
    (options.learningRate, options.minimumRate) = (1e-12, 0)  // the weights hardly change
    try options.check()
    let trainer = Trainer(
      options: options, corpus: corpus, model: TrainedNetwork(RetNetModel(configuration, seed: 1)))
    var nats = 0.0
    for step in 0..<4 {
      let result = try trainer.makeStep()
      nats += result.loss * Double(result.predicted)
      #expect(trainer.states.map(\.position) == (step < 3 ? [8 * (step + 1), 8 * (step + 1)] : []))
    }
    #expect(trainer.tokens == 58)
    let worker = GradientWorker(configuration, form: .chunkwise(length: 64))
    let whole = worker.loss(
      RaggedBatch(corpus.pieces(length: 100), of: corpus), parameters: trainer.parameters.pointer)
    #expect(abs(nats - whole.nats) < 1e-5 * whole.nats)  // Float32
  }

  @Test("Bits per byte are the same in both forms, to rounding")
  func formsAgree() throws {
    let values = try [0, 4].map { chunkLength in
      let example = try Example(chunkLength: chunkLength)
      let run = try TrainingRun.begin(in: example.out("out"), example.start, options: example.options)
      var together = 0.0
      _ = try run.train(report: { if case .validation(_, _, let value) = $0 { together = value } })
      return together
    }
    #expect(values[0] > 0)
    #expect(abs(values[0] - values[1]) < 1e-3 * values[0])  // six updates in Float32 apart
  }

  @Test("With --force, existing files stay until all inputs are read")
  func overwritesLate() throws {
    let example = try Example()
    let out = example.out("out")
    _ = try TrainingRun.begin(in: out, example.start, options: example.options)
    let before = try FileBytes.read(out + "/tokenizer.model")
    var start = example.start
    start.overwrites = true
    var options = example.options
    options.validation = [example.out("missing.txt")]
    #expect(throws: FileError.missing(path: example.out("missing.txt"))) {
      _ = try TrainingRun.begin(in: out, start, options: options)
    }
    #expect(try FileBytes.read(out + "/tokenizer.model") == before)
    #expect(try TrainingRun.resume(in: out).step == 0)
  }

  @Test("Data may have a new path, but changed data is refused")
  func movedData() throws {
    let example = try Example()
    let out = example.out("out")
    _ = try TrainingRun.begin(in: out, example.start, options: example.options)
    let moved = example.out("moved.txt")
    try FileManager.default.moveItem(atPath: example.options.data[0], toPath: moved)
    #expect(throws: FileError.missing(path: example.options.data[0])) { _ = try TrainingRun.resume(in: out) }
    func resumed(data: String) throws -> [String] {
      let run = try TrainingRun.resume(
        in: out,
        adjust: {
          $0.data = [data]
          $0.validation = []
        })
      return run.options.data
    }
    #expect(try resumed(data: moved) == [moved])
    let other = try example.folder.write("other.txt", "U: all cats\nB: run\n")
    #expect(throws: TrainingError.dataMismatch(files: [other])) { _ = try resumed(data: other) }
  }
}

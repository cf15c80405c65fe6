import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("Training runs")
struct TrainingRunTests {
  private let corpus = TrainingCorpus(
    documents: randomDocuments(lengths: (0..<30).map { 3 + $0 % 11 }, vocabulary: 12, seed: 6), bytes: 300)

  private func options(steps: Int = 6) -> TrainingOptions {
    var options = TrainingOptions(data: ["invented"])
    options.steps = steps
    options.batchTokens = 40
    options.length = 8
    options.warmUp = 2
    options.learningRate = 0.05
    options.minimumRate = 0.01
    return options
  }

  private func intervals(validationSteps: Int) -> TrainingRun.Intervals {
    var intervals = TrainingRun.Intervals()
    intervals.checkpointSeconds = 0
    intervals.validationSteps = validationSteps
    return intervals
  }

  private func run(
    in folder: String, _ model: BigramModel = BigramModel(vocabulary: 12, seed: 1), options: TrainingOptions? = nil,
    corpus: TrainingCorpus? = nil, resume: Bool = false
  ) throws -> TrainingRun {
    try TrainingRun(
      folder: folder, options: options ?? self.options(), corpus: corpus ?? self.corpus, validation: self.corpus,
      model: model, intervals: intervals(validationSteps: 2), resume: resume)
  }

  private func trainThreeSteps(in folder: String) throws {
    let run = try run(in: folder)
    #expect(try run.train(stop: { run.trainer.step == 3 }) == .stopped)
  }

  /// The result of a run without times.
  private func outcome(_ run: TrainingRun) -> [[UInt32]] {
    [run.trainer.parameters, run.trainer.optimizer.firstMoment, run.trainer.optimizer.secondMoment].map { buffer in
      (0..<buffer.count).map { buffer.pointer[$0].bitPattern }
    }
  }

  private func losses(_ folder: String) -> [Double] {
    TrainingLog.steps(path: TrainingRun.logPath(folder)).map(\.loss)
  }

  @Test("Six steps equal three, a resume, and three more, bit for bit")
  func resumesExactly() throws {
    let straight = try TemporaryFolder()
    let broken = try TemporaryFolder()
    let whole = try run(in: straight.root)
    #expect(try whole.train() == .finished)

    try trainThreeSteps(in: broken.root)
    // Another seed: the initial model must not matter.
    let second = try run(in: broken.root, BigramModel(vocabulary: 12, seed: 99), resume: true)
    #expect(second.trainer.step == 3)
    #expect(try second.train() == .finished)

    #expect(outcome(second) == outcome(whole))
    #expect(losses(broken.root) == losses(straight.root))
    #expect(losses(straight.root).count == 6)
    #expect(second.trainer.cursor == whole.trainer.cursor)
    #expect(second.trainer.tokens == whole.trainer.tokens)
  }

  @Test("Resuming a killed run removes log lines after its checkpoint and partial files")
  func survivesKill() throws {
    let folder = try TemporaryFolder()
    try trainThreeSteps(in: folder.root)
    let log = TrainingRun.logPath(folder.root)
    let before = try String(contentsOfFile: log, encoding: .utf8)
    let ended = try TemporaryFolder.endedProcess()
    let leftover = TrainingRun.checkpointPath(folder.root) + ".\(ended)-456.partial"
    let other = folder.path("notes.partial")
    for path in [leftover, other] { try Data("half".utf8).write(to: URL(fileURLWithPath: path)) }
    let step = TrainingEvent.Step(
      step: 4, epoch: 0, tokens: 1, loss: 9, learningRate: 1, gradientNorm: 1, tokensPerSecond: 1, seconds: 1)
    let torn = before + TrainingEvent.step(step).json + "\n{\"step\":5,\"ep"
    try Data(torn.utf8).write(to: URL(fileURLWithPath: log))

    let second = try run(in: folder.root, resume: true)
    #expect(second.trainer.step == 3)
    #expect(try String(contentsOfFile: log, encoding: .utf8) == before)
    #expect(!FileManager.default.fileExists(atPath: leftover))
    #expect(FileManager.default.fileExists(atPath: other))
    #expect(try second.train() == .finished)
    #expect(losses(folder.root).count == 6)
    #expect(!losses(folder.root).contains(9))
  }

  @Test("A run killed between its last checkpoint and its model writes the model when it resumes")
  func modelBehindCheckpoint() throws {
    let folder = try TemporaryFolder()
    try trainThreeSteps(in: folder.root)
    let weights = folder.root + "/weights"
    let early = try FileBytes.read(weights)
    #expect(try run(in: folder.root, resume: true).train() == .finished)
    let last = try FileBytes.read(weights)
    #expect(last != early)
    try AtomicFile.write(early, to: weights)
    #expect(try run(in: folder.root, resume: true).train() == .finished)
    #expect(try FileBytes.read(weights) == last)
  }

  @Test("A loss of NaN stops the run with parameters and checkpoint unchanged")
  func stopsAtNaN() throws {
    let folder = try TemporaryFolder()
    var model = BigramModel(vocabulary: 12, seed: 1)
    model.failsAt = 3
    let run = try run(in: folder.root, model)
    let good = try Data(contentsOf: URL(fileURLWithPath: TrainingRun.checkpointPath(folder.root)))
    let error = #expect(throws: TrainingError.self) { _ = try run.train() }
    #expect(error?.description.contains("Step 3 has loss nan") == true)
    #expect(error?.description.contains("checkpoint of step 0 was kept") == true)
    #expect(run.trainer.step == 2)
    #expect(outcome(run)[0].allSatisfy { Float(bitPattern: $0).isFinite })
    #expect(try Data(contentsOf: URL(fileURLWithPath: TrainingRun.checkpointPath(folder.root))) == good)
  }

  @Test("Training lowers the loss, and validation agrees with a loop over all pairs of tokens")
  func learns() throws {
    let folder = try TemporaryFolder()
    // 0 1 2 3 … repeats, so a bigram model can predict it.
    let documents = (0..<20).map { start in (0..<13).map { (start + $0) % 12 } }
    let known = TrainingCorpus(documents: documents, name: "known", bytes: 500)
    let model = BigramModel(vocabulary: 12, seed: 1)
    let run = try TrainingRun(
      folder: folder.root, options: options(steps: 60), corpus: known, validation: known, model: model,
      intervals: intervals(validationSteps: 60), resume: false)
    var last: TrainingEvent?
    _ = try run.train(report: { if case .validation = $0 { last = $0 } })
    let found = losses(folder.root)
    #expect(found.count == 60)
    #expect(found[59] < found[0] / 2)
    var nats = 0.0
    for document in documents {
      for (token, target) in zip(document, document.dropFirst()) {
        let logits = (0..<12).map {
          Double(model.parameters.pointer[token * 12 + $0] + model.parameters.pointer[144 + $0])
        }
        nats += log(logits.reduce(0) { $0 + exp($1) }) - logits[target]
      }
    }
    guard case .validation(60, let files, let together) = last else {
      Issue.record("no validation at the last step")
      return
    }
    #expect(files.map(\.path) == ["known"])
    #expect(abs(together - nats / log(2) / 500) < 1e-5)  // the model sums in Float
  }

  @Test("If only replies are predicted, the loss of a step is the mean over their tokens")
  func learnsReplies() throws {
    let documents = [[1, 3, 10, 4, 11, 2], [1, 3, 9, 9, 9, 9, 4, 8, 2], [1, 3, 5, 2], [1, 6, 7, 2]]
    let talk = TrainingCorpus(documents: documents, bytes: 50, replies: ReplyTargets(bos: 1, user: 3, reply: 4))
    var options = options(steps: 1)
    options.warmUp = 0
    options.length = 2  // most pieces have no reply
    options.batchTokens = 8  // the others
    options.predicted = .replies
    let folder = try TemporaryFolder()
    let model = BigramModel(vocabulary: 12, seed: 1)
    let pairs = [(4, 11), (11, 2), (4, 8), (8, 2), (1, 6), (6, 7), (7, 2)]
    let nats = pairs.reduce(0.0) { sum, pair in
      let logits = (0..<12).map {
        Double(model.parameters.pointer[pair.0 * 12 + $0] + model.parameters.pointer[144 + $0])
      }
      return sum + log(logits.reduce(0) { $0 + exp($1) }) - logits[pair.1]
    }
    let run = try TrainingRun(
      folder: folder.root, options: options, corpus: talk, validation: nil, model: model, resume: false)
    let result = try run.trainer.makeStep()
    #expect(abs(result.loss - nats / 7) < 1e-5)  // the model sums in Float
    #expect(result.predicted == 7)

    let users = TrainingCorpus(documents: [documents[2]], replies: ReplyTargets(bos: 1, user: 3, reply: 4))
    #expect(throws: TrainingError.noReplies(files: ["invented"])) {
      _ = try self.run(in: try TemporaryFolder().root, options: options, corpus: users)
    }
  }

  @Test("A setting that is missing in an older checkpoint has its default")
  func earlierOptions() throws {
    var stored = options()
    stored.seed = 5
    let later: Set = ["predicted", "averageDecay", "passes", "carriesState", "dropout", "optimizer", "precision"]
    var object = try #require(
      try JSONSerialization.jsonObject(with: try JSONEncoder().encode(stored)) as? [String: Any])
    object = object.filter { !later.contains($0.key) }
    let read = try JSONDecoder().decode(TrainingOptions.self, from: JSONSerialization.data(withJSONObject: object))
    #expect(read == stored)
  }

  @Test("Folders with a run, a model or nothing are distinguished")
  func foldersAreChecked() throws {
    let folder = try TemporaryFolder()
    try TrainingRun.checkFree(folder.root)
    #expect(throws: TrainingError.self) { _ = try TrainingRun.readCheckpoint(in: folder.root) }
    _ = try run(in: folder.root)
    #expect(throws: TrainingError.runExists(folder: folder.root, found: "a training run")) {
      try TrainingRun.checkFree(folder.root)
    }
    let model = try TemporaryFolder()
    try Data("{}".utf8).write(to: URL(fileURLWithPath: model.root + "/config.json"))
    #expect(throws: TrainingError.runExists(folder: model.root, found: "a model")) {
      try TrainingRun.checkFree(model.root)
    }
  }

  @Test("Resuming refuses other data, another shape and a foreign file, each with its error")
  func resumeIsChecked() throws {
    let folder = try TemporaryFolder()
    _ = try run(in: folder.root)
    let other = TrainingCorpus(documents: [[1, 2, 3]])
    #expect(throws: TrainingError.dataMismatch(files: ["invented"])) {
      _ = try run(in: folder.root, corpus: other, resume: true)
    }
    #expect(
      throws: CheckpointError.shapeMismatch(name: "weight.table.weight", expected: [13, 13], found: [12, 12])
    ) {
      _ = try run(in: folder.root, BigramModel(vocabulary: 13, seed: 1), resume: true)
    }
    let path = TrainingRun.checkpointPath(folder.root)
    try SafetensorsWriter.write([], to: path)
    #expect(throws: TrainingError.self) { _ = try run(in: folder.root, resume: true) }
    try Data("no".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: CheckpointError.self) { _ = try run(in: folder.root, resume: true) }
  }

  @Test("A checkpoint with current documents outside of the data is refused")
  func carriedDocuments() throws {
    let folder = try TemporaryFolder()
    var options = options()
    options.carriesState = true
    options.length = 3
    options.chunkLength = 3
    let first = try run(in: folder.root, options: options)
    #expect(try first.train(stop: { first.trainer.step == 3 }) == .stopped)
    let path = TrainingRun.checkpointPath(folder.root)
    var (checkpoint, file) = try TrainingCheckpoint.read(path: path)
    #expect(checkpoint.open?.isEmpty == false)
    let trainer = first.trainer
    try checkpoint.restore(trainer, from: file)
    checkpoint.open?[0].start = 1 << 40
    #expect(throws: TrainingError.self) { try checkpoint.restore(trainer, from: file) }
    checkpoint.open?[0].start = -1
    #expect(throws: TrainingError.self) { try checkpoint.restore(trainer, from: file) }
  }

  @Test("A folder with an active run refuses a second one")
  func foldersAreLocked() throws {
    let folder = try TemporaryFolder()
    let first = try run(in: folder.root)
    #expect(throws: TrainingError.runInProgress(folder: folder.root)) { _ = try run(in: folder.root, resume: true) }
    _ = try first.train()
  }

  @Test("A folder that cannot be written is an error before training begins")
  func unwritableFolder() throws {
    let folder = try TemporaryFolder()
    let file = folder.root + "/file"
    try Data().write(to: URL(fileURLWithPath: file))
    #expect(throws: FileError.self) { _ = try run(in: file + "/below") }
  }

  @Test("A time limit ends the run with a checkpoint at its last step")
  func timeLimit() throws {
    let folder = try TemporaryFolder()
    let run = try run(in: folder.root)
    run.intervals.maximumSeconds = 0
    #expect(try run.train() == .timeUp)
    #expect(try TrainingRun.readCheckpoint(in: folder.root).checkpoint.step == 1)
  }

  @Test("Errors name settings out of range and the valid range")
  func settings() {
    var options = options()
    options.batchTokens = 4
    #expect(
      throws: TrainingError.invalidSetting(
        name: "--batch-tokens", found: "4", expected: "at least --length, which is 8")
    ) { try options.check() }
    options = self.options()
    options.minimumRate = 1
    #expect(throws: TrainingError.self) { try options.check() }
    options.minimumRate = .nan
    #expect(throws: TrainingError.self) { try options.check() }
    options = self.options()
    options.passes = [1, 2]
    #expect(
      throws: TrainingError.invalidSetting(
        name: "--passes", found: "2 numbers", expected: "one for each --data file, of which there are 1")
    ) { try options.check() }
    for passes in [0, -1, .nan, 2000] {
      options.passes = [passes]
      #expect(throws: TrainingError.self) { try options.check() }
    }
    options = self.options()
    (options.carriesState, options.chunkLength) = (true, 0)
    #expect(
      throws: TrainingError.invalidSetting(
        name: "--form", found: "parallel", expected: "chunkwise where --carry is given")
    ) { try options.check() }
    for share in [-0.1, 1, .nan] {
      options = self.options()
      options.averageDecay = share
      #expect(throws: TrainingError.self) { try options.check() }
      options = self.options()
      options.dropout = share
      #expect(throws: TrainingError.self) { try options.check() }
    }
  }
}

import Foundation
import RetNetSession
import RetNetTraining

/// Trains a small model on a text file, and talks to it.
///
///     swift run TrainAndTalk Texts/animals.txt /tmp/animals "Who barks?"
@main
struct TrainAndTalk {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst().map { String($0) }
    guard arguments.count == 3 else {
      print("usage: TrainAndTalk TEXT FOLDER MESSAGE")
      exit(64)
    }
    let (text, folder) = (URL(filePath: arguments[0]), URL(filePath: arguments[1]))

    // A model for a text of a few lines. The defaults of Options fit a text of some megabytes.
    var options = TextTraining.Options()
    options.modelDim = 48
    options.layers = 2
    options.heads = 2
    options.steps = 150
    options.batchTokens = 256
    options.length = 64
    options.learningRate = 0.01
    let training = try TextTraining(files: [text], options: options)
    try training.run(in: folder) { step in
      if step.step % 25 == 0 { print("step \(step.step): loss \(step.loss)") }
    }

    // The folder is a model like any other: `retnet --model FOLDER` opens it too.
    let model = try ChatModel(contentsOf: folder)
    var sampling = model.sampling
    sampling.temperature = 0  // always the most probable token
    sampling.repetitionPenalty = 1
    let reply = try await model.makeChat(seed: 1, sampling: sampling).reply(to: arguments[2])
    print("reply: \(reply)")
  }
}

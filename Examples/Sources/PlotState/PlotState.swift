import Foundation
import RetNet
import RetNetText

/// Reads a sentence with a language model, and plots the state of one head: S, [d_k, d_v].
///
///     swift run PlotState ../Models/chat state.svg "The cat sat on the mat."
@main
struct PlotState {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { String($0) }
    guard arguments.count == 3 else {
      print("usage: PlotState MODEL SVG TEXT")
      exit(64)
    }
    let folder = URL(filePath: arguments[0])
    let model = try RetNetModel(contentsOf: folder)
    let tokenizer = try Tokenizer(contentsOf: folder.appending(path: "tokenizer.model"))

    // The state is what the model keeps of the text. No logits are computed for this.
    let inference = try Inference(model: model)
    var state = try inference.makeState()
    _ = try inference.logits(of: [tokenizer.encode(arguments[2])], rows: .none, state: &state)

    // Blue is negative, orange is positive, and white is zero.
    let picture = try Heatmap(state.layers[0].matrix(ofHead: 0))
    try picture.svg.write(to: URL(filePath: arguments[1]), atomically: true, encoding: .utf8)
    print(picture.ansi)
    print("layer 0, head 0, after \(state.position) tokens; full colour at ±\(picture.limit)")
  }
}

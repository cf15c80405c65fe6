import Foundation
import RetNet

/// A random small language model of either dialect, with the options of a call.
package struct RandomModel: CustomStringConvertible {
  package var model: RetNetModel
  package var norms: NormOptions
  package var tokens: [Int]
  package var pieces: [RandomCase.Piece]
  package var threads: Int
  /// S₀ of each layer; nil for an empty initial state.
  package var initial: [[Float]]?

  /// - Parameter convertible: whether the other dialect can express the model (`DialectConversion`).
  package init(_ random: inout RandomCase, convertible: Bool = false) {
    let heads = random.integer(1...4)
    let shared = random.pick((1...heads).filter { heads % $0 == 0 })
    let headDim = convertible ? 2 : 2 * random.integer(1...3)
    let dialect = random.pick([Dialect.fla, .torchscale])
    let isFLA = dialect == .fla
    let hasOwnKeyDim = isFLA && !convertible && random.chance()
    var configuration = ModelConfiguration(
      vocabularySize: random.integer(3...17), modelDim: hasOwnKeyDim ? 2 * random.integer(2...6) : heads * headDim,
      layers: random.integer(1...2), heads: heads, keyValueHeads: isFLA ? shared : heads, keyDim: heads * headDim,
      valueDim: heads * random.integer(1...6), feedForwardDim: random.integer(1...10))
    configuration.dialect = dialect
    configuration.normEpsilon = random.pick([1e-6, 1e-3])
    configuration.tiedHead = random.chance()
    configuration.norms = random.norms(torchscale: false)
    configuration.groupNormWeights = isFLA
    if isFLA {
      configuration.outputGate = convertible || random.chance(0.7)
    } else {
      configuration.activation = convertible ? .silu : random.pick([.silu, .gelu, .relu])
      configuration.scalesEmbedding = random.chance()
      if !convertible {
        configuration.preNorm = random.chance()
        configuration.deepNorm = random.chance()
        configuration.normalizesEmbedding = random.chance()
      }
    }
    let architecture = RetNetArchitecture(configuration)
    let weights = architecture.layout.entries.flatMap { entry in
      random.normal(entry.count, mean: entry.shape.count == 1 ? 1 : 0, deviation: 0.4)
    }
    model = RetNetModel(architecture, copying: weights)
    norms = random.options(torchscale: false)
    let time = random.integer(1...20)
    tokens = (0..<time).map { _ in random.integer(0...configuration.vocabularySize - 1) }
    pieces = random.pieces(time).filter { !$0.range.isEmpty }
    threads = random.integer(1...3)
    if random.chance(0.3) {
      initial = (0..<configuration.layers).map { _ in random.normal(configuration.stateCount) }
    }
  }

  package var description: String {
    "\(model.configuration), \(norms), \(tokens.count) tokens, \(threads) threads, \(pieces), "
      + "initial state \(initial != nil)"
  }

  /// The state before the first token.
  package func makeState() -> ModelState {
    var state = model.makeState()
    for (layer, matrix) in (initial ?? []).enumerated() { state.layers[layer].matrix = matrix }
    return state
  }

  /// The plain model with the same weights.
  package func plain() -> PlainModel {
    var plain = PlainModel(model, norms: norms)
    plain.initial = initial?.map { $0.map(Double.init) }
    return plain
  }
}

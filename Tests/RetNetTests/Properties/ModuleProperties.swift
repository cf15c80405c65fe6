import Foundation
import TestSupport
import Testing

@testable import RetNet

/// Random modules and stacks: widths, gates, norms, masks, forms, batches, threads, splits.
@Suite("Properties of modules and stacks")
struct ModuleProperties {
  /// Errors of correct code stay below 12 such units in 10,000 cases: a layer rounds more often than once.
  static let mostRoundings = 60.0

  struct Case: CustomStringConvertible {
    var configuration: RetNetStackConfiguration
    var isModule: Bool
    var hasPreNorm: Bool
    var batch, time, threads: Int
    var norms: NormOptions
    var mask: RetentionMask
    var form: RetentionForm
    var pieces: [RandomCase.Piece]

    /// - Parameter masked: whether the mask may be one that is not causal.
    init(_ random: inout RandomCase, masked: Bool) {
      let heads = random.integer(1...3)
      configuration = RetNetStackConfiguration(
        modelDim: heads * 2 * random.integer(1...3), layers: random.integer(1...2), heads: heads, dropout: 0,
        valueFactor: random.integer(1...3), retentionGate: random.pick(Activation.allCases),
        mlpGate: random.pick(Activation.allCases),
        mlpWidth: random.pick([.multiple(random.integer(1...3)), .widths([random.integer(1...9)]), .widths([])]),
        mlpBias: random.chance(), mlpActivatesLast: random.chance(), epsilon: random.pick([1e-5, 1e-2]))
      (isModule, hasPreNorm) = (random.chance(), random.chance())
      (batch, time, threads) = (random.integer(1...3), random.integer(1...14), random.integer(1...3))
      norms = random.options(torchscale: false)
      (mask, form) = (.causal, random.form(upTo: time))
      if masked, random.chance(0.4) {
        let count = time
        let distances = (0..<count * count).map { i in
          i / count == i % count || random.chance(0.8) ? Double(random.integer(0...9)) / 2 : .infinity
        }
        mask = random.pick([.bidirectional, .full, .distances(distances)])
        form = .parallel
        norms.retention.norm3 = random.pick([.off, .paper, .torchscale])
      }
      pieces = random.pieces(time)
    }

    var description: String {
      "\(configuration), \(isModule ? "module, pre-norm \(hasPreNorm)" : "stack"), [\(batch), \(time)], "
        + "\(threads) threads, \(norms), \(mask.name) mask, \(form), \(pieces)"
    }

    var shape: [Int] { [batch, time, configuration.modelDim] }

    var moduleConfiguration: RetentionModuleConfiguration {
      var module = configuration.retention
      module.preNorm = hasPreNorm
      return module
    }

    /// The plain module or stack with the same weights.
    func plain(
      _ tensors: [(name: String, shape: [Int], range: Range<Int>)], _ weights: [Float]
    ) -> PlainStack {
      var plain = PlainStack(
        tensors, weights, heads: configuration.heads, gate: configuration.retentionGate,
        epsilon: configuration.epsilon, norms: norms, mask: mask)
      plain.hasPreNorm = !isModule || hasPreNorm
      plain.mlpGate = configuration.mlpGate
      plain.linears = configuration.hiddenWidths.count + 1
      plain.activatesLast = configuration.mlpActivatesLast
      return plain
    }

    /// The output of the plain code, `[batch, time, dim]`.
    func output(_ plain: PlainStack, _ texts: [[[Double]]]) -> [Double] {
      texts.flatMap { text in
        (isModule ? plain.module(text).output : plain.stack(text, layers: configuration.layers).output).flatMap { $0 }
      }
    }
  }

  /// A module or stack with random weights, much larger than initial ones.
  private enum Layer {
    case module(MultiScaleRetention)
    case stack(RetNetStack)

    init(_ test: Case, _ random: inout RandomCase) throws {
      func disturb(_ weights: inout [Float], _ tensors: [(name: String, shape: [Int], range: Range<Int>)]) {
        for tensor in tensors {
          let mean = tensor.shape.count == 1 && tensor.name.hasSuffix("weight") ? 1.0 : 0
          weights.replaceSubrange(tensor.range, with: random.normal(tensor.range.count, mean: mean, deviation: 0.4))
        }
      }
      if test.isModule {
        var module = try MultiScaleRetention(test.moduleConfiguration, seed: 1)
        disturb(&module.weights, module.tensors)
        self = .module(module)
      } else {
        var stack = try RetNetStack(test.configuration, seed: 1)
        disturb(&stack.weights, stack.tensors)
        self = .stack(stack)
      }
    }

    var weights: [Float] {
      switch self {
      case .module(let module): module.weights
      case .stack(let stack): stack.weights
      }
    }

    var tensors: [(name: String, shape: [Int], range: Range<Int>)] {
      switch self {
      case .module(let module): module.tensors
      case .stack(let stack): stack.tensors
      }
    }

    func pass(_ x: Tensor, _ test: Case) throws -> ForwardPass {
      switch self {
      case .module(let module):
        try module.forward(x, form: test.form, mask: test.mask, norms: test.norms, threads: test.threads)
      case .stack(let stack):
        try stack.forward(x, form: test.form, mask: test.mask, norms: test.norms, threads: test.threads)
      }
    }

    /// The text in pieces, each continuing the state of the one before.
    func pieces(_ x: [Float], _ test: Case) throws -> [Float] {
      let dim = test.configuration.modelDim
      var output = [Float](repeating: .nan, count: x.count)
      var state = RetentionState<Float>?.none
      var stackState = ModelState?.none
      switch self {
      case .module(let module): state = try module.makeState(batch: test.batch)
      case .stack(let stack): stackState = try stack.makeState(batch: test.batch)
      }
      for piece in test.pieces {
        func range(_ b: Int) -> Range<Int> {
          (b * test.time + piece.range.lowerBound) * dim..<(b * test.time + piece.range.upperBound) * dim
        }
        let part = try Tensor((0..<test.batch).flatMap { x[range($0)] }, shape: [test.batch, piece.range.count, dim])
        let y =
          switch self {
          case .module(let module):
            try module(part, form: piece.form, norms: test.norms, threads: test.threads, state: &state!)
          case .stack(let stack):
            try stack(part, form: piece.form, norms: test.norms, threads: test.threads, state: &stackState!)
          }
        let size = piece.range.count * dim
        for b in 0..<test.batch { output.replaceSubrange(range(b), with: y.values[b * size..<(b + 1) * size]) }
      }
      return output
    }
  }

  @Test("Every form, and every split of a text, equals the plain Double code", arguments: RandomCase.seeds(60))
  func forward(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    let test = Case(&random, masked: true)
    let layer = try Layer(test, &random)
    let x = random.normal(test.shape.reduce(1, *))
    let plain = test.plain(layer.tensors, layer.weights)
    func exact(_ rounding: inout RandomCase?) -> [Double] {
      var (plain, values) = (plain, x.map(Double.init))
      if rounding != nil {
        for name in plain.weights.keys.sorted() { plain.weights[name] = rounding!.rounded(plain.weights[name]!) }
        values = rounding!.rounded(values)
      }
      return test.output(plain, values.texts(batch: test.batch, dim: test.configuration.modelDim))
    }
    let whole = try layer.pass(Tensor(x, shape: test.shape), test).output.values
    let error = errorInRoundings(whole, seed: seed, exact: exact)
    #expect(error < Self.mostRoundings, "seed \(seed), \(test)")
    guard test.mask == .causal else { return }
    let split = errorInRoundings(try layer.pieces(x, test), seed: seed, exact: exact)
    #expect(split < Self.mostRoundings, "seed \(seed), \(test)")
  }

  @Test(
    "The gradient in a random direction equals the central difference of the plain Double code",
    arguments: RandomCase.seeds(60))
  func gradient(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    let test = Case(&random, masked: true)
    let layer = try Layer(test, &random)
    let (x, dOutput) = (random.normal(test.shape.reduce(1, *)), random.normal(test.shape.reduce(1, *)))
    let (dInput, dWeights) = try layer.pass(Tensor(x, shape: test.shape), test).backward(
      Tensor(dOutput, shape: test.shape))

    let directions = (random.normal(layer.weights.count), random.normal(x.count))
    var references = x.map(Double.init).texts(batch: test.batch, dim: test.configuration.modelDim).map { text in
      var plain = test.plain(layer.tensors, layer.weights)
      plain.divisors =
        test.isModule
        ? [plain.module(text).divisors] : plain.stack(text, layers: test.configuration.layers).divisors
      return plain
    }
    /// The loss Σ dOutput · output at a distance along the direction.
    func loss(_ weights: [Double], _ distance: Double) -> Double {
      for b in references.indices {
        for tensor in layer.tensors {
          references[b].weights[tensor.name] = tensor.range.map {
            weights[$0] + distance * Double(directions.0[$0])
          }
        }
      }
      let input = zip(x, directions.1).map { Double($0) + distance * Double($1) }
      let texts = input.texts(batch: test.batch, dim: test.configuration.modelDim)
      let output = zip(references, texts).flatMap { plain, text in test.output(plain, [text]) }
      return zip(output, dOutput).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let terms =
      zip(dWeights, directions.0).map { Double($0) * Double($1) }
      + zip(dInput.values, directions.1).map {
        Double($0) * Double($1)
      }
    let error = derivativeError(terms, of: loss, at: layer.weights.map(Double.init), seed: seed)
    #expect(error < 1, "seed \(seed), \(test)")
  }

  @Test("A module or stack that is written and read is the same to the bit", arguments: RandomCase.seeds(30))
  func folder(seed: UInt64) throws {
    var random = RandomCase(seed: seed)
    let test = Case(&random, masked: false)
    let folder = try TemporaryFolder()
    let x = try Tensor(random.normal(test.shape.reduce(1, *)), shape: test.shape)
    switch try Layer(test, &random) {
    case .module(let module):
      try module.write(to: folder.url)
      let read = try MultiScaleRetention(contentsOf: folder.url)
      #expect(read.weights == module.weights, "seed \(seed), \(test)")
      #expect(read.configuration == module.configuration, "seed \(seed), \(test)")
      #expect(try read(x, form: test.form) == module(x, form: test.form), "seed \(seed), \(test)")
    case .stack(let stack):
      try stack.write(to: folder.url)
      let read = try RetNetStack(contentsOf: folder.url)
      #expect(read.weights == stack.weights, "seed \(seed), \(test)")
      #expect(try read(x, form: test.form) == stack(x, form: test.form), "seed \(seed), \(test)")
    }
  }
}

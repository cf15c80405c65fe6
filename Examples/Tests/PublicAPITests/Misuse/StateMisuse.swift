import Foundation
import RetNet
import Testing

extension Misuse {
  /// The shape of a layer: width, heads, value width.
  struct Shape: Sendable, Hashable, CustomStringConvertible {
    var dim: Int
    var heads: Int
    var valueDim: Int

    var description: String { "\(dim)/\(heads)/\(valueDim)" }
    /// heads, d_k, d_v
    var state: [Int] { [heads, dim / heads, valueDim / heads] }

    func layer() throws -> MultiScaleRetention { try #require(Misuse.layers[self]) }
  }

  /// Fewer and more heads, smaller and larger widths of keys and values.
  private static let shapes = [
    Shape(dim: 8, heads: 2, valueDim: 16), Shape(dim: 8, heads: 1, valueDim: 16), Shape(dim: 8, heads: 4, valueDim: 16),
    Shape(dim: 8, heads: 2, valueDim: 4), Shape(dim: 8, heads: 2, valueDim: 40),
    Shape(dim: 128, heads: 8, valueDim: 256),
    Shape(dim: 64, heads: 4, valueDim: 128), Shape(dim: 48, heads: 4, valueDim: 96),
  ]

  fileprivate static let layers = Dictionary(
    uniqueKeysWithValues: shapes.map {
      ($0, try! MultiScaleRetention(modelDim: $0.dim, heads: $0.heads, valueDim: $0.valueDim, seed: 1))
    })

  static let states: [Misuse] = [otherLayers, otherStacks, heads].flatMap { $0 }

  private static let otherLayers: [Misuse] = shapes.flatMap { own in
    shapes.filter { $0 != own }.flatMap { other in
      let (found, expected) = ("\([1] + other.state)", "\(own.state)")
      return Sample.forms.map { form in
        Misuse("a state of \(other) in a layer of \(own), \(form)", found: found, expected: expected) {
          var state = try other.layer().makeState()
          let before = state
          defer { if state != before { preconditionFailure("the state has changed") } }
          _ = try own.layer()(Sample.zeros([1, 3, own.dim]), form: form, state: &state)
        }
      } + [
        Misuse("steps of a layer of \(own) from a state of \(other)", found: found, expected: expected) {
          _ = try RetentionStepper(own.layer(), state: other.layer().makeState())
        },
        Misuse("the equations of \(own) with a state of \(other)", found: found, expected: expected) {
          let gammas = Array(repeating: 0.9, count: own.heads)
          let retention = try Retention(gammas: gammas, headDim: own.state[1], valueDim: own.state[2])
          let q = try Sample.zeros([1, own.heads, 3, own.state[1]])
          var state = try other.layer().makeState()
          _ = try retention(
            q: q, k: q, v: Sample.zeros([1, own.heads, 3, own.state[2]]), form: .recurrent, state: &state)
        },
      ]
    }
  }

  private static let otherStacks: [Misuse] = {
    @Sendable func stack(_ dim: Int, layers: Int, heads: Int = 2, valueFactor: Int = 2) throws -> RetNetStack {
      try RetNetStack(
        RetNetStackConfiguration(
          modelDim: dim, layers: layers, heads: heads, valueFactor: valueFactor, mlpWidth: .widths([4])), seed: 1)
    }
    let others: [(String, found: String, expected: String, @Sendable () throws -> ModelState)] = [
      ("fewer layers", "[1]", "[2], one per layer", { try stack(16, layers: 1).makeState() }),
      ("more layers", "[3]", "[2], one per layer", { try stack(16, layers: 3).makeState() }),
      ("smaller widths", "[1, 2, 4, 8]", "[2, 8, 16]", { try stack(8, layers: 2).makeState() }),
      ("larger widths", "[1, 2, 16, 32]", "[2, 8, 16]", { try stack(32, layers: 2).makeState() }),
      ("fewer heads", "[1, 1, 16, 32]", "[2, 8, 16]", { try stack(16, layers: 2, heads: 1).makeState() }),
      ("more heads", "[1, 4, 4, 8]", "[2, 8, 16]", { try stack(16, layers: 2, heads: 4).makeState() }),
      ("narrower values", "[1, 2, 8, 8]", "[2, 8, 16]", { try stack(16, layers: 2, valueFactor: 1).makeState() }),
      ("more texts", "[1, 3, 16]", "[2, time, 16]", { try stack(16, layers: 2).makeState(batch: 2) }),
    ]
    return others.flatMap { name, found, expected, makeState in
      Sample.forms.map { form in
        Misuse("a stack with a state of \(name), \(form)", found: found, expected: expected) {
          var state = try makeState()
          let before = state
          defer { if state != before { preconditionFailure("the state has changed") } }
          _ = try stack(16, layers: 2)(Sample.zeros([1, 3, 16]), form: form, state: &state)
        }
      }
    }
  }()

  private static let heads = table {
    [-1, 2, Int.max, Int.min].flatMap { head in
      [
        Misuse("S of head \(head)", found: head, expected: "0 to 1") {
          _ = try Sample.layer.makeState(batch: 2).matrix(ofHead: head)
        },
        Misuse("S of text \(head)", found: head, expected: "0 to 1") {
          _ = try Sample.layer.makeState(batch: 2).matrix(ofHead: 0, batch: head)
        },
        unchanged("a new S of head \(head)", found: head, expected: "0 to 1") { state in
          try state.setMatrix(Sample.zeros([4, 8]), ofHead: head)
        },
        unchanged("a new S of text \(head)", found: head, expected: "0 to 1") { state in
          try state.setMatrix(Sample.zeros([4, 8]), ofHead: 1, batch: head)
        },
      ]
    }
    [[8, 4], [4, 7], [4, 9], [32], [], [1, 4, 8], [0]].map { shape in
      unchanged("a new S of shape \(shape)", found: shape, expected: "[4, 8]") { state in
        try state.setMatrix(Sample.zeros(shape), ofHead: 0)
      }
    }
  }

  /// Weights that were shortened, lengthened or emptied after the layer was made.
  static let weights: [Misuse] = [-1, 1, -100, Int.min].flatMap { change in
    @Sendable func changed(_ weights: inout [Float]) {
      if change == Int.min { weights = [] } else if change < 0 { weights.removeLast(-change) } else { weights += [0] }
    }
    let name = change == Int.min ? "no" : change < 0 ? "\(-change) fewer" : "\(change) more"
    func count(_ weights: [Float]) -> (found: String, expected: String) {
      var copy = weights
      if copy.count > 100 || change != -100 { changed(&copy) }
      return ("[\(copy.count)]", "[\(weights.count)]")
    }
    let (layer, module, stack) = (
      count(Sample.layer.weights), count(Sample.module.weights), count(Sample.stack.weights)
    )
    var calls = [
      Misuse("a layer with \(name) weights", found: layer.found, expected: layer.expected) {
        var layer = Sample.layer
        changed(&layer.weights)
        _ = try layer(Sample.x)
      },
      Misuse("a layer's gradient with \(name) weights", found: layer.found, expected: layer.expected) {
        var layer = Sample.layer
        changed(&layer.weights)
        _ = try layer.forward(Sample.x).backward(Sample.x)
      },
      unchanged("a layer with \(name) weights and a state", found: layer.found, expected: layer.expected) { state in
        var layer = Sample.layer
        changed(&layer.weights)
        _ = try layer(Sample.x, form: .recurrent, state: &state)
      },
      Misuse("steps with \(name) weights", found: layer.found, expected: layer.expected) {
        var layer = Sample.layer
        changed(&layer.weights)
        _ = try RetentionStepper(layer)
      },
      Misuse("a module with \(name) weights", found: module.found, expected: module.expected) {
        var module = Sample.module
        changed(&module.weights)
        _ = try module(Sample.x, mask: .full)
      },
      Misuse("a stack with \(name) weights", found: stack.found, expected: stack.expected) {
        var stack = Sample.stack
        changed(&stack.weights)
        _ = try stack(Sample.x)
      },
      Misuse("a stack's gradient with \(name) weights", found: stack.found, expected: stack.expected) {
        var stack = Sample.stack
        changed(&stack.weights)
        _ = try stack.forward(Sample.x).backward(Sample.x)
      },
      Misuse("a stack with \(name) weights and a state", found: stack.found, expected: stack.expected) {
        var stack = Sample.stack
        changed(&stack.weights)
        var state = try stack.makeState(batch: 2)
        _ = try stack(Sample.x, form: .chunkwise(length: 2), state: &state)
      },
    ]
    calls.append(
      Misuse("writing a stack with \(name) weights", found: stack.found, expected: stack.expected) {
        var stack = Sample.stack
        changed(&stack.weights)
        try stack.write(to: URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString))
      })
    if change != -100 {
      let linear = count(Sample.linear.weights)
      calls.append(
        Misuse("a linear map with \(name) weights", found: linear.found, expected: linear.expected) {
          var linear = Sample.linear
          changed(&linear.weights)
          _ = try linear.forward(Sample.x)
        })
    }
    return calls
  }

  static let gradients = table {
    [[2, 5, 7], [10, 8], [1, 5, 8], [0], [], [2, 5, 8, 1]].flatMap { shape in
      Sample.forms.map { form in
        Misuse("a layer's output gradient \(shape), \(form)", found: shape, expected: "[2, 5, 8]") {
          _ = try Sample.layer.forward(Sample.x, form: form).backward(Sample.zeros(shape))
        }
      } + [
        Misuse("a stack's output gradient \(shape)", found: shape, expected: "[2, 5, 8]") {
          _ = try Sample.stack.forward(Sample.x).backward(Sample.zeros(shape))
        },
        Misuse("a linear map's output gradient \(shape)", found: shape, expected: "[2, 5, 3]") {
          _ = try Sample.linear.forward(Sample.x).backward(Sample.zeros(shape))
        },
      ]
    }
    [[0], [0, 1, 2], []].map { targets in
      Misuse("\(targets.count) targets for two rows", found: "[\(targets.count)]", expected: "[2], one per row") {
        _ = try CrossEntropy.meanAndGradient(Sample.zeros([2, 3]), targets: targets)
      }
    }
    [3, 4, Int.max].map { target in
      Misuse("target \(target) of 3 classes", found: target, expected: "a class below 3") {
        _ = try CrossEntropy.meanAndGradient(Sample.zeros([2, 3]), targets: [0, target])
      }
    }
    [[], [3, 0], [0]].map { shape in
      Misuse("logits \(shape)", found: shape, expected: "[…, classes]") {
        _ = try CrossEntropy.meanAndGradient(Sample.zeros(shape), targets: [])
      }
    }
  }

  static let optimizers = table {
    [0, 1, 26, 28].flatMap { count in
      [
        update("\(count) weights", found: "[\(count)]", expected: "[27]", weights: count),
        update("\(count) gradients", found: "[\(count)]", expected: "[27]", gradients: count),
      ]
    }
    [Float.nan, .infinity, -.infinity].map { value in
      update("gradient \(value)", found: "gradients", expected: "a finite number", gradient: value)
    }
    [Double.nan, .infinity, -1, 1e300].map { rate in
      update("rate \(rate)", found: "\(rate)", expected: "0 or more", rate: rate)
    }
    [Double.nan, -1, -.infinity].map { limit in
      update("limit \(limit)", found: "\(limit)", expected: "0 or more", limit: limit)
    }
    [Double.nan, 1, -0.1, .infinity].flatMap { beta in
      let range = "from 0 up to but not including 1"
      return [
        options("β₁ \(beta)", found: beta, expected: range, AdamW.Options(beta1: beta)),
        options("β₂ \(beta)", found: beta, expected: range, AdamW.Options(beta2: beta)),
      ]
    }
    [Double.nan, 0, -1, .infinity, 1e-60, 1e60].map { epsilon in
      options("ε \(epsilon)", found: epsilon, expected: "above 0", AdamW.Options(epsilon: epsilon))
    }
    [Double.nan, -1, .infinity].map { decay in
      options("weight decay \(decay)", found: decay, expected: "0 or more", AdamW.Options(weightDecay: decay))
    }
    [
      Misuse("a gap before a tensor", found: "[1]", expected: "a start of 0") {
        _ = try AdamW(tensors: [(name: "a", shape: [2], range: 1..<3)])
      },
      Misuse("tensors that overlap", found: "[2]", expected: "a start of 3") {
        _ = try AdamW(tensors: [(name: "a", shape: [3], range: 0..<3), (name: "b", shape: [2], range: 2..<4)])
      },
      Misuse("a tensor longer than its shape", found: "[2, 2]", expected: "3 numbers") {
        _ = try AdamW(tensors: [(name: "a", shape: [2, 2], range: 0..<3)])
      },
      Misuse("a tensor of negative lengths", found: "[-1, -3]", expected: "0 or more") {
        _ = try AdamW(tensors: [(name: "a", shape: [-1, -3], range: 0..<3)])
      },
      Misuse("a tensor of the largest range", found: "[\(Int.max)]", expected: "at most 2147483648") {
        _ = try AdamW(tensors: [(name: "a", shape: [Int.max], range: 0..<Int.max)])
      },
    ]
  }

  private static func options(
    _ name: String, found: Double, expected: String, _ options: AdamW.Options
  ) -> Misuse {
    Misuse("an optimizer with \(name)", found: found, expected: expected) {
      _ = try AdamW(tensors: Sample.linear.tensors, options: options)
    }
  }

  /// One update of 27 weights, which leaves weights and optimizer unchanged.
  private static func update(
    _ name: String, found: String, expected: String, weights count: Int = 27, gradients: Int = 27,
    gradient: Float = 0.1, rate: Double = 1e-3, limit: Double = 1
  ) -> Misuse {
    Misuse("an update with \(name)", found: found, expected: expected) {
      let optimizer = try AdamW(tensors: Sample.linear.tensors)
      var weights = [Float](repeating: 1, count: count)
      defer {
        if optimizer.updates != 0 || weights.contains(where: { $0 != 1 }) {
          preconditionFailure("an update with \(name) changed the weights")
        }
      }
      try optimizer.update(
        &weights, gradients: Array(repeating: gradient, count: gradients), learningRate: rate, limit: limit)
    }
  }

  static let equations = table {
    [[1, 2, 4, 3], [2, 2, 5, 3], [1, 1, 5, 3], [1, 2, 5, 4], [1, 2, 5, 2], [30], []]
      .flatMap { shape in
        [
          equation("keys", shape, expected: "[1, 2, 5, 3]") { (try Sample.zeros([1, 2, 5, 3]), $0, $1) },
          equation("queries", shape, expected: "[1, 2") { ($0, try Sample.zeros([1, 2, 5, 3]), $1) },
        ]
      }
    [[1, 2, 4, 4], [1, 2, 6, 4], [1, 2, 5, 3], [1, 2, 5, 5], [2, 2, 5, 4], [40], []].map { shape in
      equation("values", shape, expected: "[1, 2, 5, 4]") { values, _ in
        let q = try Sample.zeros([1, 2, 5, 3])
        return (q, q, values)
      }
    }
  }

  private static func equation(
    _ name: String, _ shape: [Int], expected: String,
    _ input: @escaping @Sendable (_ wrong: Tensor, _ v: Tensor) throws -> (q: Tensor, k: Tensor, v: Tensor)
  ) -> Misuse {
    Misuse("\(name) of shape \(shape)", found: "[", expected: expected) {
      let retention = try Retention(gammas: [0.9, 0.97], headDim: 3, valueDim: 4)
      let (q, k, v) = try input(Sample.zeros(shape), Sample.zeros([1, 2, 5, 4]))
      var state = try retention.makeState()
      let before = state
      defer { if state != before { preconditionFailure("the state has changed") } }
      _ = try retention(q: q, k: k, v: v, form: .chunkwise(length: 2), state: &state)
    }
  }
}

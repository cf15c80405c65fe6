import RetNet

extension Misuse {
  static let outOfRange = [0, -1, Int.min, Int.max, 1 << 21]

  static let tensors = table {
    [[-1], [2, -3], [Int.max, 2], [1 << 32], [1 << 20, 1 << 20], [Int.min], [0, -1], [Int.max, Int.max, Int.max]]
      .flatMap { shape in
        [
          Misuse("zeros of \(shape)", found: shape, expected: "at most 2147483648") { _ = try Tensor(zeros: shape) },
          Misuse("normal numbers of \(shape)", found: shape, expected: "at most 2147483648") {
            _ = try Tensor(normal: shape, seed: 1)
          },
          Misuse("a tensor of \(shape)", found: shape, expected: "at most 2147483648") {
            _ = try Tensor([1, 2], shape: shape)
          },
          Misuse("reshaped to \(shape)", found: shape, expected: "at most 2147483648") {
            _ = try Sample.zeros([2, 3]).reshaped(shape)
          },
        ]
      }
    [[3], [], [2, 2], [0], [1, 1]].map { shape in
      Misuse("two numbers of shape \(shape)", found: shape, expected: "2 numbers") {
        _ = try Tensor([1, 2], shape: shape)
      }
    }
    [[3, 2], [6], [2, 3, 1], [], [2]].flatMap { shape in
      [
        Misuse("a sum with \(shape)", found: shape, expected: "[2, 3]") {
          _ = try Sample.zeros([2, 3]) + Sample.zeros(shape)
        },
        Misuse("a difference with \(shape)", found: shape, expected: "[2, 3]") {
          _ = try Sample.zeros([2, 3]) - Sample.zeros(shape)
        },
      ]
    }
  }

  static let creations = table {
    outOfRange.flatMap { value in
      let width = "1 to 1048576"
      return [
        Misuse("a layer of width \(value)", found: value, expected: width) {
          _ = try MultiScaleRetention(modelDim: value, heads: 2, seed: 1)
        },
        Misuse("a layer of \(value) heads", found: value, expected: "heads must be from 1 to 49") {
          _ = try MultiScaleRetention(modelDim: 8, heads: value, seed: 1)
        },
        Misuse("a layer of value width \(value)", found: value, expected: width) {
          _ = try MultiScaleRetention(modelDim: 8, heads: 2, valueDim: value, seed: 1)
        },
        Misuse("a layer of \(value) key and value heads", found: value, expected: "key and value heads") {
          _ = try MultiScaleRetention(modelDim: 8, heads: 2, keyValueHeads: value, seed: 1)
        },
        Misuse("a module of width \(value)", found: value, expected: width) {
          _ = try MultiScaleRetention(RetentionModuleConfiguration(modelDim: value, heads: 2), seed: 1)
        },
        Misuse("a module of \(value) heads", found: value, expected: "heads must be from 1 to 49") {
          _ = try MultiScaleRetention(RetentionModuleConfiguration(modelDim: 8, heads: value), seed: 1)
        },
        Misuse("a module of value factor \(value)", found: value, expected: width) {
          _ = try MultiScaleRetention(RetentionModuleConfiguration(modelDim: 8, heads: 2, valueFactor: value), seed: 1)
        },
        Misuse("a linear map of \(value) inputs", found: value, expected: width) {
          _ = try Linear(inputs: value, outputs: 2, seed: 1)
        },
        Misuse("a linear map of \(value) outputs", found: value, expected: width) {
          _ = try Linear(inputs: 2, outputs: value, seed: 1)
        },
        stack("width", value, expected: width) { $0.modelDim = value },
        stack("layers", value, expected: "1 to 4096") { $0.layers = value },
        stack("heads", value, expected: "heads must be from 1 to 49") { $0.heads = value },
        stack("value factor", value, expected: width) { $0.valueFactor = value },
        stack("multiple of the MLP's width", value, expected: width) { $0.mlpWidth = .multiple(value) },
        stack("MLP widths 4 and", value, expected: width) { $0.mlpWidth = .widths([4, value]) },
        Misuse("key width \(value)", found: value, expected: width) {
          _ = try Retention(gammas: [0.9], headDim: value, valueDim: 2)
        },
        Misuse("value width \(value)", found: value, expected: width) {
          _ = try Retention(gammas: [0.9], headDim: 2, valueDim: value)
        },
      ]
    }
    [3, 5, 8, 49].map { heads in
      Misuse("\(heads) heads of width 8", found: "\(heads)", expected: "key width 8 is no multiple of 2 × \(heads)") {
        _ = try MultiScaleRetention(modelDim: 8, heads: heads, seed: 1)
      }
    }
    [3, 4].map { shared in
      Misuse("\(shared) key and value heads for 2", found: shared, expected: "2 heads are no multiple of \(shared)") {
        _ = try MultiScaleRetention(modelDim: 8, heads: 2, keyValueHeads: shared, seed: 1)
      }
    }
    [Float.nan, -1, .infinity, -.infinity].flatMap { epsilon in
      [
        Misuse("a layer with ε \(epsilon)", found: epsilon, expected: "0 or more") {
          _ = try MultiScaleRetention(modelDim: 8, heads: 2, epsilon: epsilon, seed: 1)
        },
        Misuse("a module with ε \(epsilon)", found: epsilon, expected: "0 or more") {
          _ = try MultiScaleRetention(RetentionModuleConfiguration(modelDim: 8, heads: 2, epsilon: epsilon), seed: 1)
        },
        stack("ε", epsilon, expected: "0 or more") { $0.epsilon = epsilon },
      ]
    }
    [Double.nan, -0.1, 1, .infinity].map { dropout in
      stack("dropout", dropout, expected: "from 0 up to but not including 1") { $0.dropout = dropout }
    }
    [[], [0], [1], [.nan], [0.5, -0.1], [1.5], [.infinity], Array(repeating: 0.5, count: 1025)].map {
      (gammas: [Double]) in
      let isCount = gammas.isEmpty || gammas.count > 2
      return Misuse(
        "γ \(gammas.prefix(3)) of \(gammas.count)", found: isCount ? "\(gammas.count)" : "\(gammas.last ?? 0)",
        expected: isCount ? "1 to 1024" : "between 0 and 1"
      ) { _ = try Retention(gammas: gammas, headDim: 3, valueDim: 4) }
    }
  }

  /// A stack with one value changed.
  private static func stack(
    _ name: String, _ value: any CustomStringConvertible, expected: String,
    _ change: @escaping @Sendable (inout RetNetStackConfiguration) -> Void
  ) -> Misuse {
    Misuse("a stack with \(name) \(value)", found: "\(value)", expected: expected) {
      var configuration = RetNetStackConfiguration(modelDim: 8, layers: 2, heads: 2)
      change(&configuration)
      _ = try RetNetStack(configuration, seed: 1)
    }
  }

  /// Valid widths whose product does not fit memory, or an Int.
  static let sizes: [Misuse] = [
    Misuse("a layer of 2⁴² weights", found: "weights is", expected: "at most 2147483648") {
      _ = try MultiScaleRetention(modelDim: 1 << 20, heads: 2, valueDim: 1 << 20, seed: 1)
    },
    Misuse("a module of 2⁴² weights", found: "weights is", expected: "at most 2147483648") {
      _ = try MultiScaleRetention(
        RetentionModuleConfiguration(modelDim: 1 << 20, heads: 2, valueFactor: 1), seed: 1)
    },
    Misuse("a stack of 2⁵⁵ weights", found: "weights is", expected: "at most 2147483648") {
      _ = try RetNetStack(
        RetNetStackConfiguration(
          modelDim: 1 << 20, layers: 4096, heads: 2, valueFactor: 1, mlpWidth: .widths([1 << 20])), seed: 1)
    },
    Misuse("a stack with 2⁴⁸ weights in its MLP", found: "weights is", expected: "at most 2147483648") {
      _ = try RetNetStack(
        RetNetStackConfiguration(
          modelDim: 8, layers: 1, heads: 2, mlpWidth: .widths(Array(repeating: 1 << 20, count: 256))), seed: 1)
    },
    Misuse("a stack with 257 widths in its MLP", found: 257, expected: "at most 256") {
      _ = try RetNetStack(
        RetNetStackConfiguration(
          modelDim: 8, layers: 1, heads: 2, mlpWidth: .widths(Array(repeating: 4, count: 257))), seed: 1)
    },
    Misuse("a linear map of 2⁴⁰ weights", found: 1 << 40, expected: "at most 2147483648") {
      _ = try Linear(inputs: 1 << 20, outputs: 1 << 20, bias: false, seed: 1)
    },
    Misuse("a state of 2⁷⁰ elements", found: "[1048576, 1024, 1048576, 1048576]", expected: "at most 2147483648") {
      _ = try Retention(
        gammas: Array(repeating: 0.5, count: 1024), headDim: 1 << 20, valueDim: 1 << 20
      ).makeState(batch: 1 << 20)
    },
    Misuse("a layer's state of 2³² elements", found: "[1048576, 2, 32, 64]", expected: "at most 2147483648") {
      _ = try MultiScaleRetention(modelDim: 64, heads: 2, seed: 1).makeState(batch: 1 << 20)
    },
    Misuse("a stack's state of 2³² elements", found: "[1048576, 2, 32, 64]", expected: "at most 2147483648") {
      _ = try RetNetStack(RetNetStackConfiguration(modelDim: 64, layers: 1, heads: 2), seed: 1).makeState(
        batch: 1 << 20)
    },
    Misuse("a model's state of too many elements", found: "[1048576, ", expected: "at most 2147483648") {
      _ = try Inference(model: Sample.large).makeState(batch: 1 << 20)
    },
    Misuse("an optimizer of 2⁶² weights", found: 1 << 62, expected: "at most 2147483648") {
      _ = try AdamW(tensors: [(name: "a", shape: [1 << 62], range: 0..<1 << 62)])
    },
    Misuse("an empty input of 2³¹ texts", found: 1 << 31, expected: "1 to 1048576") {
      _ = try Sample.layer(Sample.zeros([1 << 31, 0, 8]))
    },
    Misuse("an empty input of 2³¹ texts for a stack", found: 1 << 31, expected: "1 to 1048576") {
      _ = try Sample.stack.forward(Sample.zeros([1 << 31, 0, 8]))
    },
    Misuse("logits of too many tokens", found: "[1, 1000000, ", expected: "at most 2147483648") {
      let inference = try Inference(model: Sample.large)
      var state = try inference.makeState()
      _ = try inference.logits(of: [Array(repeating: 0, count: 1_000_000)], state: &state)
    },
  ]

  static let inputs = table {
    [[8], [5, 8], [2, 5, 7], [2, 5, 9], [0, 5, 8], [1, 2, 5, 8], [], [2, 5, 0], [2, 8, 5]].flatMap { shape in
      let expected = "[batch, time, 8]"
      return [
        Misuse("a layer's input \(shape)", found: shape, expected: expected) {
          _ = try Sample.layer(Sample.zeros(shape))
        },
        Misuse("a layer's input \(shape) with a gradient", found: shape, expected: expected) {
          _ = try Sample.layer.forward(Sample.zeros(shape), form: .chunkwise(length: 2))
        },
        Misuse("a module's input \(shape)", found: shape, expected: expected) {
          _ = try Sample.module(Sample.zeros(shape), mask: .bidirectional)
        },
        Misuse("a stack's input \(shape)", found: shape, expected: expected) {
          _ = try Sample.stack(Sample.zeros(shape))
        },
        Misuse("a stack's input \(shape) with a gradient", found: shape, expected: expected) {
          _ = try Sample.stack.forward(Sample.zeros(shape))
        },
        unchanged("a layer's input \(shape) with a state", found: shape, expected: expected) { state in
          _ = try Sample.layer(Sample.zeros(shape), form: .recurrent, state: &state)
        },
        Misuse("a stack's input \(shape) with a state", found: shape, expected: expected) {
          var state = try Sample.stack.makeState(batch: 2)
          _ = try Sample.stack(Sample.zeros(shape), form: .parallel, state: &state)
        },
      ]
    }
    [[], [7], [8, 2], [2, 5, 9], [2, 0]].flatMap { shape in
      [
        Misuse("a linear map's input \(shape)", found: shape, expected: "[…, 8]") {
          _ = try Sample.linear(Sample.zeros(shape))
        },
        Misuse("a linear map's input \(shape) with a gradient", found: shape, expected: "[…, 8]") {
          _ = try Sample.linear.forward(Sample.zeros(shape))
        },
      ]
    }
    [0, 1, 7, 9, 16].flatMap { count in
      [
        Misuse("a step with \(count) inputs", found: "[\(count)]", expected: "[8]") {
          var y = [Float](repeating: 0, count: 8)
          try RetentionStepper(Sample.layer).step(Array(repeating: 0, count: count), into: &y)
        },
        Misuse("a step with \(count) outputs", found: "[\(count)]", expected: "[8]") {
          var y = [Float](repeating: 0, count: count)
          try RetentionStepper(Sample.layer).step(Array(repeating: 0, count: 8), into: &y)
        },
      ]
    }
    [1, 3, 5].flatMap { batch in
      [
        unchanged("\(batch) texts for a state of 2", found: "[\(batch), 5, 8]", expected: "[2, time, 8]") { state in
          _ = try Sample.layer(Sample.zeros([batch, 5, 8]), form: .parallel, state: &state)
        },
        Misuse("\(batch) texts for a stack's state of 2", found: "[\(batch), 5, 8]", expected: "[2, time, 8]") {
          var state = try Sample.stack.makeState(batch: 2)
          _ = try Sample.stack(Sample.zeros([batch, 5, 8]), form: .recurrent, state: &state)
        },
      ]
    }
  }

  /// A call with a state of two texts, which the call leaves unchanged.
  static func unchanged(
    _ name: String, found: any CustomStringConvertible, expected: String,
    _ call: @escaping @Sendable (inout RetentionState<Float>) throws -> Void
  ) -> Misuse {
    Misuse(name, found: "\(found)", expected: expected) {
      var state = try Sample.layer.makeState(batch: 2)
      let before = state
      defer { if state != before { preconditionFailure("\(name) changed the state") } }
      try call(&state)
    }
  }

  static let settings = table {
    [0, -1, Int.min, Int.max, 1 << 31].flatMap { length in
      let (form, expected) = (RetentionForm.chunkwise(length: length), "1 to 1073741824")
      return [
        Misuse("a layer in chunks of \(length)", found: length, expected: expected) {
          _ = try Sample.layer(Sample.x, form: form)
        },
        unchanged("a layer in chunks of \(length) with a state", found: length, expected: expected) { state in
          _ = try Sample.layer(Sample.x, form: form, state: &state)
        },
        Misuse("a stack in chunks of \(length)", found: length, expected: expected) {
          _ = try Sample.stack(Sample.x, form: form)
        },
        Misuse("a stack's gradient in chunks of \(length)", found: length, expected: expected) {
          _ = try Sample.stack.forward(Sample.x, form: form)
        },
        Misuse("the equations in chunks of \(length)", found: length, expected: expected) {
          let retention = try Retention(gammas: [0.9], headDim: 2, valueDim: 2)
          var state = try retention.makeState()
          let q = try Sample.zeros([1, 1, 3, 2])
          _ = try retention(q: q, k: q, v: q, form: form, state: &state)
        },
      ]
    }
    [0, -1, 257, Int.max, Int.min].flatMap { threads in
      [
        Misuse("a layer on \(threads) threads", found: threads, expected: "1 to 256") {
          _ = try Sample.layer(Sample.x, threads: threads)
        },
        Misuse("a layer's gradient on \(threads) threads", found: threads, expected: "1 to 256") {
          _ = try Sample.layer.forward(Sample.x, threads: threads)
        },
        Misuse("a stack on \(threads) threads", found: threads, expected: "1 to 256") {
          _ = try Sample.stack(Sample.x, threads: threads)
        },
        Misuse("steps on \(threads) threads", found: threads, expected: "1 to 256") {
          _ = try RetentionStepper(Sample.layer, threads: threads)
        },
      ]
    }
    [0, -1, Int.max, Int.min, (1 << 20) + 1].flatMap { batch in
      [
        Misuse("a layer's state of \(batch) texts", found: batch, expected: "1 to 1048576") {
          _ = try Sample.layer.makeState(batch: batch)
        },
        Misuse("a stack's state of \(batch) texts", found: batch, expected: "1 to 1048576") {
          _ = try Sample.stack.makeState(batch: batch)
        },
        Misuse("the equations' state of \(batch) texts", found: batch, expected: "1 to 1048576") {
          _ = try Retention(gammas: [0.9], headDim: 2, valueDim: 2).makeState(batch: batch)
        },
      ]
    }
    [Float.nan, -1, .infinity].flatMap { epsilon in
      let norms = NormOptions(epsilon: epsilon)
      return [
        Misuse("a layer's call with ε \(epsilon)", found: epsilon, expected: "0 or more") {
          _ = try Sample.layer(Sample.x, norms: norms)
        },
        unchanged("a layer's call with a state and ε \(epsilon)", found: epsilon, expected: "0 or more") { state in
          _ = try Sample.layer(Sample.x, form: .recurrent, norms: norms, state: &state)
        },
        Misuse("a stack's call with ε \(epsilon)", found: epsilon, expected: "0 or more") {
          _ = try Sample.stack.forward(Sample.x, norms: norms)
        },
        Misuse("steps with ε \(epsilon)", found: epsilon, expected: "0 or more") {
          _ = try RetentionStepper(Sample.layer, norms: norms)
        },
      ]
    }
    masks(
      [.distances([]), .distances([1, 2]), .distances(Array(repeating: 0, count: 26))], expected: "[5, 5]")
    masks(
      [.distances(Array(repeating: .nan, count: 25)), .distances(Array(repeating: -1, count: 25))],
      expected: "0 or more")
    [RetentionMask.bidirectional, .full, .distances(Array(repeating: 1, count: 25))].flatMap { mask in
      [RetentionForm.recurrent, .chunkwise(length: 2)].flatMap { form in
        [
          Misuse("a layer with \(mask) in the \(form) form", found: "\(form)", expected: "the parallel form") {
            _ = try Sample.layer(Sample.x, form: form, mask: mask)
          },
          Misuse("a stack with \(mask) in the \(form) form", found: "\(form)", expected: "the parallel form") {
            _ = try Sample.stack(Sample.x, form: form, mask: mask)
          },
        ]
      }
    }
  }

  private static func masks(_ masks: [RetentionMask], expected: String) -> [Misuse] {
    masks.enumerated().flatMap { index, mask in
      [
        Misuse("a layer with mask \(index), not \(expected)", found: "mask", expected: expected) {
          _ = try Sample.layer(Sample.x, mask: mask)
        },
        Misuse("a stack with mask \(index), not \(expected)", found: "mask", expected: expected) {
          _ = try Sample.stack.forward(Sample.x, mask: mask)
        },
      ]
    }
  }
}

import Foundation
import RetNet

// Every layer, gradient, step and model call, in every form, with valid and invalid shapes, for a run under valgrind: on
// one thread, and without the test library, whose threads valgrind does not follow. The argument is a model's folder.
BLASThreads.set(1)
var (computed, refused) = (0, 0)
var wrong: [String] = []

/// A valid call.
@MainActor func compute(_ name: String, _ body: () throws -> Void) {
  do {
    try body()
    computed += 1
  } catch { wrong.append("\(name): \(error)") }
}

/// An invalid call.
@MainActor func refuse(_ name: String, _ body: () throws -> Void) {
  do {
    try body()
    wrong.append("\(name) was accepted")
  } catch { refused += 1 }
}

let forms: [RetentionForm] = [.parallel, .recurrent, .chunkwise(length: 3), .chunkwise(length: 64)]
let badForms: [RetentionForm] = [0, -1, Int.max].map { .chunkwise(length: $0) }
let masks: [RetentionMask] = [.bidirectional, .full, .distances((0..<49).map { $0 % 5 == 0 ? .infinity : 1 })]
let norms = [
  NormOptions(), NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper), group: .off),
  NormOptions(retention: RetentionNorms(norm1: false, norm3: .torchscale), group: .layer, epsilon: 1e-3),
]

/// Layers of both kinds: shared heads, without a gate, with and without pre-norm.
let layers = try [
  MultiScaleRetention(modelDim: 8, heads: 2, seed: 1), MultiScaleRetention(modelDim: 8, heads: 1, seed: 1),
  MultiScaleRetention(modelDim: 8, heads: 4, valueDim: 12, keyValueHeads: 2, outputGate: false, seed: 1),
  MultiScaleRetention(modelDim: 8, heads: 2, valueDim: 34, seed: 1),
  MultiScaleRetention(RetentionModuleConfiguration(modelDim: 12, heads: 3, gate: .gelu), seed: 1),
  MultiScaleRetention(
    RetentionModuleConfiguration(modelDim: 8, heads: 2, valueFactor: 1, gate: .relu, preNorm: false), seed: 1),
]
for (index, layer) in layers.enumerated() {
  let dim = layer.modelDim
  let x = try Tensor(normal: [2, 7, dim], seed: 2)
  for form in forms {
    for norms in norms {
      compute("layer \(index), \(form)") {
        let pass = try layer.forward(x, form: form, norms: norms)
        _ = try pass.backward(x)
        _ = try pass.backward(pass.output)
      }
      compute("layer \(index), \(form), with a state") {
        var state = try layer.makeState(batch: 2)
        for _ in 0..<2 { _ = try layer(x, form: form, norms: norms, state: &state) }
      }
    }
    for (other, owner) in layers.enumerated() {
      let state = try owner.makeState(batch: 2)
      let fits =
        [state.heads, state.headDim, state.valueDim]
        == [layer.heads, layer.modelDim / layer.heads, layer.valueDim / layer.heads]
      if fits { continue }
      refuse("layer \(index), \(form), with a state of layer \(other)") {
        var state = state
        _ = try layer(x, form: form, state: &state)
      }
      refuse("steps of layer \(index) from a state of layer \(other)") { _ = try RetentionStepper(layer, state: state) }
    }
    refuse("layer \(index), \(form), with a state of one text") {
      var state = try layer.makeState()
      _ = try layer(x, form: form, state: &state)
    }
  }
  for mask in masks {
    compute("layer \(index) with a mask") { _ = try layer.forward(x, mask: mask).backward(x) }
    refuse("layer \(index) with a mask in chunks") { _ = try layer(x, form: .chunkwise(length: 3), mask: mask) }
  }
  refuse("layer \(index) with a mask of one distance") { _ = try layer(x, mask: .distances([0])) }
  for form in badForms { refuse("layer \(index), \(form)") { _ = try layer.forward(x, form: form) } }
  for shape in [[2, 7, dim - 1], [2, 7, dim + 1], [7, dim], [0, 7, dim], [14 * dim]] {
    refuse("layer \(index) with an input \(shape)") { _ = try layer(Tensor(zeros: shape)) }
    refuse("layer \(index) with a gradient \(shape)") { _ = try layer.forward(x).backward(Tensor(zeros: shape)) }
  }
  compute("an empty text in layer \(index)") {
    let none = try Tensor(zeros: [2, 0, dim])
    _ = try layer.forward(none).backward(none)
  }
  compute("steps of layer \(index)") {
    let stepper = try RetentionStepper(layer, state: layer.makeState(batch: 2))
    var y = [Float](repeating: 0, count: 2 * dim)
    for _ in 0..<3 { try stepper.step(Array(x.values.prefix(2 * dim)), into: &y) }
    let matrix = try stepper.state.matrix(ofHead: layer.heads - 1, batch: 1)
    var state = stepper.state
    try state.setMatrix(matrix, ofHead: 0)
  }
  refuse("a step of layer \(index) with an input too short") {
    var y = [Float](repeating: 0, count: dim)
    try RetentionStepper(layer).step(Array(repeating: 0, count: dim - 1), into: &y)
  }
  refuse("a step of layer \(index) with an output too short") {
    var y = [Float](repeating: 0, count: dim - 1)
    try RetentionStepper(layer).step(Array(repeating: 0, count: dim), into: &y)
  }
  for change in [{ $0.removeLast() }, { $0.append(0) }, { $0 = [] }] as [(inout [Float]) -> Void] {
    var changed = layer
    change(&changed.weights)
    let batch = try layer.makeState(batch: 2)
    refuse("layer \(index) with changed weights") { _ = try changed.forward(x) }
    refuse("steps of layer \(index) with changed weights") { _ = try RetentionStepper(changed) }
    refuse("layer \(index) with changed weights and a state") {
      var state = batch
      _ = try changed(x, form: .recurrent, state: &state)
    }
  }
}

let x = try Tensor(normal: [2, 5, 8], seed: 1)
for widths in [[6], [5, 9], []] {
  var stack = try RetNetStack(
    RetNetStackConfiguration(modelDim: 8, layers: 2, heads: 2, mlpWidth: .widths(widths)), seed: 1)
  let optimizer = try AdamW(tensors: stack.tensors)
  for (step, form) in forms.enumerated() {
    compute("a stack of \(widths), \(form)") {
      var state = try stack.makeState(batch: 2)
      for _ in 0..<2 { _ = try stack(x, form: form, state: &state) }
      let pass = try stack.forward(x, form: form, dropoutSeed: UInt64(step))
      try optimizer.update(&stack.weights, gradients: pass.backward(x).dWeights, learningRate: 1e-3)
    }
    for other in [(8, 1, 2), (8, 3, 2), (16, 2, 2), (8, 2, 1), (8, 2, 4)] {
      refuse("a stack of \(widths), \(form), with a state of \(other)") {
        var state = try RetNetStack(
          RetNetStackConfiguration(modelDim: other.0, layers: other.1, heads: other.2, mlpWidth: .widths([2])), seed: 1
        ).makeState(batch: 2)
        _ = try stack(x, form: form, state: &state)
      }
    }
  }
  refuse("a stack with a gradient of one text") { _ = try stack.forward(x).backward(Tensor(zeros: [1, 5, 8])) }
  refuse("an update with too few gradients") {
    try optimizer.update(&stack.weights, gradients: [1], learningRate: 1e-3)
  }
  stack.weights.removeLast()
  refuse("a stack with a weight less") { _ = try stack.forward(x) }
}

let linear = try Linear(inputs: 8, outputs: 3, seed: 1)
compute("a linear map") { _ = try linear.forward(x).backward(Tensor(normal: [2, 5, 3], seed: 3)) }
refuse("a linear map with a gradient of its input's shape") { _ = try linear.forward(x).backward(x) }
refuse("a linear map with an input too wide") { _ = try linear(Tensor(zeros: [2, 9])) }
compute("the cross entropy") {
  _ = try CrossEntropy.meanAndGradient(Tensor(normal: [4, 7], seed: 1), targets: [0, -1, 6, 3])
}
for targets in [[0, 1, 2], [0, 1, 2, 7], []] {
  refuse("the cross entropy of \(targets)") {
    _ = try CrossEntropy.meanAndGradient(Tensor(zeros: [4, 7]), targets: targets)
  }
}

let retention = try Retention(gammas: [0.9, 0.97], headDim: 3, valueDim: 5)
let (q, v) = (try Tensor(normal: [2, 2, 7, 3], seed: 1), try Tensor(normal: [2, 2, 7, 5], seed: 2))
for form in forms {
  compute("the equations, \(form)") {
    var state = try retention.makeState(batch: 2)
    for norms in norms { _ = try retention(q: q, k: q, v: v, form: form, norms: norms.retention, state: &state) }
  }
  refuse("the equations, \(form), with values as wide as keys") {
    var state = try retention.makeState(batch: 2)
    _ = try retention(q: q, k: q, v: q, form: form, state: &state)
  }
  refuse("the equations, \(form), with a state of one text") {
    var state = try retention.makeState()
    _ = try retention(q: q, k: q, v: v, form: form, state: &state)
  }
}

if let folder = CommandLine.arguments.dropFirst().first {
  let model = try RetNetModel(contentsOf: URL(filePath: folder))
  let inference = try Inference(model: model)
  let vocabulary = model.configuration.vocabularySize
  for form in forms {
    compute("logits, \(form)") {
      var state = try inference.makeState(batch: 2)
      for rows in [Inference.Rows.all, .last, .none] {
        _ = try inference.logits(of: [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]], form: form, rows: rows, state: &state)
      }
    }
    refuse("logits, \(form), with a stack's state") {
      var state = try RetNetStack(
        RetNetStackConfiguration(modelDim: 8, layers: 2, heads: 2, mlpWidth: .widths([2])), seed: 1
      ).makeState()
      _ = try inference.logits(of: [[1, 2]], form: form, state: &state)
    }
    refuse("logits, \(form), of a token beyond the vocabulary") {
      var state = try inference.makeState()
      _ = try inference.logits(of: [[1, vocabulary]], form: form, state: &state)
    }
  }
  compute("steps") {
    var (state, row) = (try inference.makeState(), [Float](repeating: 0, count: vocabulary))
    for token in 1...5 { try inference.step(token, state: &state, into: &row) }
  }
  for count in [vocabulary - 1, vocabulary + 1] {
    refuse("a step with \(count) logits") {
      var (state, row) = (try inference.makeState(), [Float](repeating: 0, count: count))
      try inference.step(1, state: &state, into: &row)
    }
  }
}

print("\(computed) calls succeeded, \(refused) threw an error")
for failure in wrong { print("wrong: \(failure)") }
exit(wrong.isEmpty ? 0 : 1)

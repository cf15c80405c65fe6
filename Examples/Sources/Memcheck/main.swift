import RetNet

// Layers, gradients and steps in every form, and invalid calls, for a run under valgrind: on one thread, and without the
// test library, whose threads valgrind does not follow.
BLASThreads.set(1)
var (computed, refused) = (0, 0)
@MainActor func attempt(_ body: () throws -> Void) {
  do {
    try body()
    computed += 1
  } catch { refused += 1 }
}

let shapes = [(8, 2, 1), (16, 4, 2), (12, 3, 1)]
for (dim, heads, batch) in shapes {
  let layer = try MultiScaleRetention(modelDim: dim, heads: heads, seed: 1)
  let x = try Tensor(normal: [batch, 7, dim], seed: 2)
  for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 3), .chunkwise(length: 0)] {
    attempt { _ = try layer.forward(x, form: form).backward(x) }
    for (otherDim, otherHeads, otherBatch) in shapes {
      let other = try MultiScaleRetention(modelDim: otherDim, heads: otherHeads, seed: 1)
      var state = try other.makeState(batch: otherBatch)
      attempt { _ = try layer(x, form: form, state: &state) }
      attempt {
        let stepper = try RetentionStepper(layer, state: state)
        var y = [Float](repeating: 0, count: batch * dim)
        try stepper.step(Array(x.values.prefix(batch * dim)), into: &y)
      }
    }
  }
  var short = layer
  short.weights.removeLast()
  attempt { _ = try short(x) }
  let linear = try Linear(inputs: dim, outputs: 5, seed: 1)
  attempt { _ = try linear.forward(x).backward(Tensor(normal: [batch, 7, 5], seed: 3)) }
  attempt { _ = try linear.forward(x).backward(x) }
}
let configuration = RetNetStackConfiguration(modelDim: 8, layers: 2, heads: 2)
var stack = try RetNetStack(configuration, seed: 1)
let optimizer = try AdamW(tensors: stack.tensors)
let x = try Tensor(normal: [2, 5, 8], seed: 1)
for step in 0..<3 {
  let pass = try stack.forward(x, form: .chunkwise(length: 2), dropoutSeed: UInt64(step))
  attempt { try optimizer.update(&stack.weights, gradients: pass.backward(x).dWeights, learningRate: 1e-3) }
}
print("\(computed) calls succeeded, \(refused) threw an error")

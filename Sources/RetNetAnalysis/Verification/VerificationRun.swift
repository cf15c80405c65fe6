import RetNet

/// The passes of one verification through the model.
///
/// The differences of logits have no useful bound in closed form, as later layers may amplify or damp an error. The bound
/// is measured instead. A second reference pass adds the rounding budget of the token (its root mean square), with a random
/// sign, to every entry of every head's output. The budget of the logits is 4 times the largest change of a logit. Correct
/// forms stay far below it, as their errors are a few percent of that perturbation. It also includes 8 √d u of the largest
/// logit for the Float32 products with the weights of the layers and the head.
final class VerificationRun {
  private let model: RetNetModel
  private let tokens: [Int]
  private let norms: NormOptions
  private let forms: [RetentionForm]
  private let computation: RetentionHead<Float>.Computation
  private let progress: (_ done: Int, _ of: Int) -> Void
  private let reference = RetentionReference()

  /// Logits of the reference pass, `[time, vocabulary]`.
  private var logits: [Float] = []
  /// The rounding budget of each layer and head, by token.
  private var budgets: [[Double]] = []

  init(
    _ model: RetNetModel, tokens: [Int], norms: NormOptions, forms: [RetentionForm],
    computation: @escaping RetentionHead<Float>.Computation,
    progress: @escaping (_ done: Int, _ of: Int) -> Void
  ) {
    self.model = model
    self.tokens = tokens
    self.norms = norms
    self.forms = forms
    self.computation = computation
    self.progress = progress
  }

  /// Work in units of one head in one form, and how much of it is done.
  private var done = 0
  /// The sum in Double of a head takes about as long as this many forms.
  private static let sumWork = 8
  /// Two passes with sums, one comparison of all forms in each layer, and one pass for each form.
  private var work: Int {
    model.architecture.blocks.count * model.configuration.heads * 2 * (Self.sumWork + forms.count)
  }

  private func advance(_ work: Int) {
    done += work
    progress(min(done, self.work), self.work)
  }

  /// Runs the reference pass, with retention summed in Double, and compares all forms with it in each layer.
  func compareLayers() throws -> [HeadFinding] {
    let blocks = model.architecture.blocks
    guard let shape = blocks.first?.retention else { return [] }
    let layers = LayerVerification(shape, time: tokens.count, forms: forms, norms: norms, computation: computation)
    var findings: [HeadFinding] = []
    var inputs: [(RetentionHead<Float>, RetentionHead<Float>.Input)] = []
    var layer = 0
    logits = try pass(norms) { head, _, input, _, output in
      self.budgets.append(layers.sum(head, index: inputs.count, input, into: output))
      self.advance(Self.sumWork)
      inputs.append((head, input))
      guard inputs.count == shape.heads else { return }
      findings += layers.compare(layer: layer, blocks[layer].retention, inputs, self.model.parameters.weights)
      self.advance(shape.heads * self.forms.count)
      layer += 1
      inputs.removeAll(keepingCapacity: true)
    }
    return findings
  }

  /// Runs every form through the whole model and compares it with the reference pass; call `compareLayers` first.
  func compareLogits() throws -> [LogitsFinding] {
    let magnitude = logits.reduce(0) { max($0, abs(Double($1))) }
    let width = Double(model.configuration.modelDim)
    let rounding = 4 * (try difference(norms, moved: true)) + 8 * width.squareRoot() * RoundingBound.unit * magnitude
    var withoutDivisor: Double?
    var findings: [LogitsFinding] = []
    for form in forms {
      var budget = rounding
      let available = norms.retention.available(in: form, from: 0)
      if available != norms.retention {
        guard norms.group != .off else { continue }
        var undivided = norms
        undivided.retention = available
        let share = try withoutDivisor ?? difference(undivided, moved: false)
        withoutDivisor = share
        budget += share
      }
      findings.append(
        LogitsFinding(
          form: form, deviation: try compare(form, norms, budget: budget, computation), magnitude: magnitude,
          budget: budget))
      advance(model.architecture.blocks.count * model.configuration.heads)
    }
    return findings
  }

  /// The largest change of the logits if the reference pass uses other norms, or if rounding budgets perturb its retention.
  private func difference(_ norms: NormOptions, moved: Bool) throws -> Double {
    var signs = SeededGenerator(seed: 1)
    var index = 0
    let time = tokens.count
    let exact = GrowingBuffer<Double>()
    let divisor = Buffer<Double>(count: time)
    return try compare(.parallel, norms, budget: .infinity) { head, _, input, _, output in
      let result = exact.matrix(rows: time, columns: input.valueDim)
      self.reference.sum(
        head, input, into: .init(output: result, bound: nil, divisor: divisor.matrix(rows: time, columns: 1)))
      for n in 0..<time {
        let (from, to, budget) = (result.row(n), output.row(n), moved ? self.budgets[index][n] : 0)
        for j in 0..<input.valueDim {
          to[j] = Float(from[j] + (Bool.random(using: &signs) ? budget : -budget))
        }
      }
      index += 1
      self.advance(Self.sumWork)
    }.absolute
  }

  /// Compares one pass in one form with the reference pass. A value that is not finite gives an infinite difference.
  private func compare(
    _ form: RetentionForm, _ norms: NormOptions, budget: Double,
    _ computation: @escaping RetentionHead<Float>.Computation
  ) throws -> Deviation {
    var deviation = Deviation()
    var state = model.makeState()
    let vocabulary = model.configuration.vocabularySize
    do {
      let inference = Inference(model, computation: computation)
      try inference.forEachRow(tokens, form: form, norms: norms, state: &state) { n, found in
        for j in 0..<vocabulary {
          deviation.add(Double(found[j]), Double(logits[n * vocabulary + j]), budget: budget, token: n)
        }
      }
    } catch ModelError.notFinite(_, _, _, let position, _) {
      deviation.add(difference: .infinity, budget: budget, token: position)
    }
    return deviation
  }

  /// The logits of the text with retention computed by `computation`, all tokens at once.
  private func pass(
    _ norms: NormOptions, _ computation: @escaping RetentionHead<Float>.Computation
  ) throws -> [Float] {
    var state = model.makeState()
    return try Inference(model, computation: computation).logits([tokens], form: .parallel, norms: norms, state: &state)
  }
}

@testable import RetNet
@testable import RetNetAnalysis

/// Steps with random keys and values under random conditions, with S of every head by the plain recurrence in Double.
struct PlainSession {
  static let (layers, heads, headDim, valueDim) = (2, 3, 4, 5)
  static let gammas = [0.9, 0.95, 0.99]
  static let places = (0..<layers).flatMap { l in (0..<heads).map { HeadIndex(layer: l, head: $0) } }

  var steps: [RecordedStep]

  init(_ count: Int, seed: UInt64, experiments: Bool) {
    var generator = SeededGenerator(seed: seed)
    func normal(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.nextNormal()) } }
    func place() -> HeadIndex { Self.places[generator.index(below: Self.places.count)] }
    var changes = HeadOverrides()
    steps = (0..<count).map { _ in
      var edits: [Intervention] = []
      if experiments && generator.index(below: 3) == 0 {
        let changed = place()
        switch generator.index(below: 5) {
        case 0: changes[changed].isFrozen.toggle()
        case 1: changes[changed].gamma = 0.5 + generator.nextUniform() / 2
        case 2: changes[changed] = .none
        case 3: edits = [.copy(from: place(), to: changed), .copy(from: changed, to: place())]
        default: edits = [.zero(changed), .copy(from: place(), to: place())]
        }
      }
      let layers = (0..<Self.layers).map { _ in
        StepTrace.Layer(
          query: normal(Self.heads * Self.headDim), key: normal(Self.heads * Self.headDim),
          value: normal(Self.heads * Self.valueDim), rowScale: Array(repeating: 1, count: Self.heads),
          divisor: Array(repeating: 1, count: Self.heads), energy: normal(Self.heads), output: [])
      }
      return RecordedStep(options: StepOptions(changes: changes, edits: edits), layers: layers)
    }
  }

  /// S of every head after the first `count` steps, `[headDim · valueDim]` each.
  ///
  /// - Parameters:
  ///   - start: the states before step `first`.
  ///   - omitted: the step with key and value replaced by zero.
  func states(
    after count: Int, from first: Int = 0, start: [HeadIndex: [Double]] = [:], omitting omitted: Int? = nil
  ) -> [HeadIndex: [Double]] {
    let (d, e) = (Self.headDim, Self.valueDim)
    let empty = [Double](repeating: 0, count: d * e)
    var states = start
    for n in first..<count {
      let step = steps[n]
      for edit in step.options.edits {
        switch edit {
        case .zero(let place): states[place] = empty
        case .copy(let from, let to): states[to] = states[from] ?? empty
        }
      }
      for place in Self.places {
        let change = step.options.changes[place]
        if change.isFrozen { continue }
        var s = states[place] ?? empty
        let layer = step.layers[place.layer]
        for i in 0..<d {
          for j in 0..<e {
            let written = Double(layer.key[place.head * d + i]) * Double(layer.value[place.head * e + j])
            s[i * e + j] = (change.gamma ?? Self.gammas[place.head]) * s[i * e + j] + (n == omitted ? 0 : written)
          }
        }
        states[place] = s
      }
    }
    for place in Self.places where states[place] == nil { states[place] = empty }
    return states
  }
}

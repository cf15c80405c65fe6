import Foundation
import RetNet
import TestSupport
import Testing

@testable import RetNetSession

/// What the sampler did to the last token, compared with a plain sampler in this file.
@Suite("Report on the last drawn token")
struct DrawReportTests {
  /// The stages in plain `Double` loops, in the documented order. Returns the tokens left after each enabled stage with
  /// their probabilities.
  private static func plain(
    _ logits: [Float], _ o: SamplingOptions, recent: [Int], allowed: (Int) -> Bool
  ) -> [(name: SamplerStage.Name, left: [Int: Double])] {
    func softmax(_ scores: [Int: Double], _ temperature: Double = 1) -> [Int: Double] {
      let largest = scores.values.max() ?? 0
      let weights = scores.mapValues { exp(($0 - largest) / temperature) }
      let sum = weights.values.reduce(0, +)
      return weights.mapValues { $0 / sum }
    }
    func ranked(_ scores: [Int: Double]) -> [Int] {
      scores.keys.sorted { scores[$0]! != scores[$1]! ? scores[$0]! > scores[$1]! : $0 < $1 }
    }
    var scores = Dictionary(uniqueKeysWithValues: logits.indices.map { ($0, Double(logits[$0])) })
    var stages = [(SamplerStage.Name.model, softmax(scores))]
    for (token, bias) in o.logitBias { scores[token]! += Double(bias) }
    let counts = Dictionary(recent.suffix(o.repetitionWindow).map { ($0, 1) }, uniquingKeysWith: +)
    for (token, count) in counts {
      let score = scores[token]!
      scores[token] = score > 0 ? score / Double(o.repetitionPenalty) : score * Double(o.repetitionPenalty)
      scores[token]! -= Double(count) * Double(o.frequencyPenalty) + Double(o.presencePenalty)
    }
    let all = Array(scores.values)
    scores = scores.filter { allowed($0.key) }
    stages.append((.penalties, softmax(scores)))
    if o.temperature == 0 {
      stages.append((.temperature, [ranked(scores)[0]: 1]))
      return stages
    }
    if o.topNSigma > 0 {
      let mean = all.reduce(0, +) / Double(all.count)
      let deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
      let best = scores.values.max()!
      scores = scores.filter { $0.value >= best - Double(o.topNSigma) * deviation }
      stages.append((.topNSigma, softmax(scores)))
    }
    if o.topK > 0 {
      let kept = Set(ranked(scores).prefix(o.topK))
      scores = scores.filter { kept.contains($0.key) }
      stages.append((.topK, softmax(scores)))
    }
    func keep(_ order: [Int], upTo share: Double) {
      let shares = softmax(scores)
      var (kept, reached) = (Set<Int>(), 0.0)
      for token in order where reached < share {
        kept.insert(token)
        reached += shares[token]!
      }
      scores = scores.filter { kept.contains($0.key) }
    }
    if o.typicalP < 1 {
      let shares = softmax(scores)
      let entropy = shares.values.reduce(0) { $0 - $1 * log($1) }
      let order = ranked(scores).sorted { abs(-log(shares[$0]!) - entropy) < abs(-log(shares[$1]!) - entropy) }
      keep(order, upTo: Double(o.typicalP))
      stages.append((.typicalP, softmax(scores)))
    }
    if o.topP < 1 {
      keep(ranked(scores), upTo: Double(o.topP))
      stages.append((.topP, softmax(scores)))
    }
    if o.minP > 0 {
      let shares = softmax(scores)
      let least = shares.values.max()! * Double(o.minP)
      scores = scores.filter { shares[$0.key]! >= least }
      stages.append((.minP, softmax(scores)))
    }
    stages.append((.temperature, softmax(scores, Double(o.temperature))))
    return stages
  }

  private static func options(_ change: (inout SamplingOptions) -> Void) -> SamplingOptions {
    var options = SamplingOptions()
    options.seed = 11
    change(&options)
    return options
  }

  static let all: [SamplingOptions] = [
    options { _ in }, options { $0.temperature = 0 }, options { ($0.topK, $0.topP, $0.minP) = (0, 1, 0.05) },
    options { ($0.topNSigma, $0.typicalP, $0.temperature) = (1.5, 0.6, 1.5) },
    options { ($0.frequencyPenalty, $0.presencePenalty, $0.logitBias) = (0.5, 0.25, [5: 4, 9: -100]) },
    options { ($0.topK, $0.topP, $0.repetitionWindow) = (12, 0.5, 3) },
  ]

  @Test("Stages, counts, probabilities and the random number equal a plain sampler's", arguments: all)
  func stages(_ sampling: SamplingOptions) async throws {
    let engine = try TimeTravelTests.engine()
    await engine.setSampling(sampling)
    try await engine.submit("where is the cat?")
    var generator = SeededGenerator(seed: sampling.seed)
    var drawn = 0
    while drawn < 12 {
      let before = await (engine.nextToken, engine.conversation)
      guard let result = try await engine.step() else { break }
      guard result.role == .reply else { continue }
      drawn += 1
      guard case .drawn(let draw) = try await engine.why().cause else {
        Issue.record("token \(result.position - 1) was drawn")
        continue
      }
      let logits = try #require(before.0).logits
      let expected = Self.plain(logits, sampling, recent: before.1.recentTokens, allowed: before.1.isAllowed)
      #expect(draw.stages.map(\.name) == expected.map(\.name))
      for (stage, plain) in zip(draw.stages, expected) {
        // −30 temperatures from the best token the sampler drops what it never draws.
        let visible = plain.left.filter { $0.value > 1e-13 }.count
        if plain.name == .model || plain.name == .penalties {
          #expect(stage.kept == plain.left.count, "\(stage.name)")
        } else {
          #expect(stage.kept == visible, "\(stage.name)")
        }
        // Scores are Float32, with up to two roundings each.
        #expect(abs(stage.probability - (plain.left[result.token] ?? 0)) < 1e-5, "\(stage.name)")
      }
      let random = generator.nextUniform()
      #expect(draw.random == random)
      #expect(draw.interval.contains(random))
      let last = try #require(expected.last).left
      let order = last.keys.sorted { last[$0]! != last[$1]! ? last[$0]! > last[$1]! : $0 < $1 }
      let start = order.prefix { $0 != result.token }.reduce(0) { $0 + last[$1]! }
      #expect(abs(draw.interval.lowerBound - start) < 1e-5)
    }
    #expect(drawn > 3)
  }

  @Test("The distribution at the end of the chain is bit for bit the one that draws", arguments: all)
  func exact(_ sampling: SamplingOptions) {
    var generator = SeededGenerator(seed: 3)
    for vocabulary in [3, 40, 3000] {
      let logits = (0..<vocabulary).map { _ in Float.random(in: -8..<8, using: &generator) }
      let sampler = Sampler(sampling)
      logits.withUnsafeBufferPointer { logits in
        let choices = sampler.choices(logits, recent: [1, 2, 1]) { $0 != 0 }
        #expect(sampler.chain(logits, recent: [1, 2, 1]) { $0 != 0 }.last?.choices == choices)
      }
    }
  }

  @Test("The report is the same after going back, also without snapshots and after a change of the sampling values")
  func rewound() async throws {
    let engine = try TimeTravelTests.engine(snapshots: 1)
    try await engine.submit("where is the cat?")
    var reports: [Int: DrawReport] = [:]
    for _ in 0..<20 {
      guard let result = try await engine.step() else { break }
      reports[result.position] = try await engine.why()
    }
    #expect(reports.count > 12)
    await engine.setSampling(Self.options { $0.topK = 2 })
    for position in reports.keys.sorted(by: >) {
      _ = try await engine.go(to: position)
      #expect(try await engine.why() == reports[position])
    }
  }

  @Test("Typed and picked tokens were not drawn; at the start there is none; a file does not record draws")
  func notDrawn() async throws {
    let engine = try TimeTravelTests.engine()
    #expect(try await engine.why().cause == .none)
    try await engine.submit("where is the cat?")
    _ = try await engine.step()
    #expect(try await engine.why().cause == .given)
    while await engine.hasTyped { _ = try await engine.step() }
    #expect(try await engine.why().cause == .given)
    let picked = try await engine.pick(try #require(await engine.nextToken).best(2)[1].token)
    #expect(try await engine.why() == DrawReport(index: picked.position - 1, piece: picked.piece, cause: .given))
    _ = try await engine.step()
    guard case .drawn = try await engine.why().cause else {
      Issue.record("the next token is drawn")
      return
    }
    let file = await engine.recording(SessionFile.Model(name: "m", sha256: "a"))
    let other = try TimeTravelTests.engine()
    try await other.open(file, sha256: "a")
    let end = file.position
    _ = try await other.go(to: end)
    #expect(try await other.why().cause == .opened)
    guard try await other.step() != nil else { return }
    guard case .drawn = try await other.why().cause else {
      Issue.record("the first token after the file is drawn")
      return
    }
  }
}

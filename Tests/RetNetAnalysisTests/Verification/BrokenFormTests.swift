import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Verification finds broken forms")
struct BrokenFormTests {
  static let model = VerificationTests.model()
  static let tokens = VerificationTests.tokens(70)
  static let norms = NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .paper))

  static func verify(
    _ computation: @escaping RetentionHead<Float>.Computation, norms: NormOptions = norms
  ) throws -> Verification {
    try Verification(model, tokens: tokens, norms: norms, computation: computation)
  }

  @Test("The substitute without a fault passes as every form")
  func soundDouble() throws {
    #expect(try Self.verify(BrokenRetention(fault: .none).computation { _, _ in true }).passed)
  }

  @Test(
    "Verification names a broken recurrent or chunkwise form, its head and the first wrong token",
    arguments: [BrokenRetention.Fault.decayOffByOne, .dividedState, .localRowSum],
    [RetentionForm.recurrent, .chunkwise(length: 7), .chunkwise(length: 64)])
  func brokenForm(fault: BrokenRetention.Fault, form: RetentionForm) throws {
    let gamma = Self.model.decay.gammas[1]
    let found = try Self.verify(BrokenRetention(fault: fault).computation { $0.gamma == gamma && $1 == form })
    #expect(!found.passed)
    let failed = found.heads.filter { !$0.deviation.passed }
    #expect(failed.allSatisfy { $0.form == form && $0.head == 1 })
    #expect(Set(failed.map(\.layer)) == [0, 1])
    // Chunks before the second have no error.
    let first = failed.compactMap(\.deviation.firstBeyond).min() ?? 0
    let second = form == .recurrent ? 1 : form == .chunkwise(length: 7) ? 7 : 64
    #expect((second..<second + 6).contains(first), "first at token \(first)")
    let worst = failed.map(\.deviation.budgetShare).max() ?? 0
    #expect(worst > 20, "\(worst) times the budget")
  }

  @Test("A fault in one layer is found in that layer")
  func oneLayer() throws {
    var calls = 0
    let perLayer = Verification.forms(time: 70).count * 3
    let computation = BrokenRetention(fault: .dividedState).computation { _, form in
      calls += 1
      return (calls - 1) / perLayer == 1 && form == .recurrent
    }
    let failed = try Self.verify(computation).heads.filter { !$0.deviation.passed }
    #expect(!failed.isEmpty)
    #expect(failed.allSatisfy { $0.layer == 1 && $0.form == .recurrent })
  }

  @Test("An additional power of γ in the whole parallel mask is found before the group norm, which removes it")
  func uniformFactor() throws {
    let scratch = RetentionScratch<Float>()
    let found = try Self.verify { head, form, input, state, output in
      head.compute(form, input, state: &state, output: output, scratch: scratch)
      guard form == .parallel else { return }
      for n in 0..<output.rows { VectorMath.scale(output.row(n), by: Float(head.gamma), count: output.columns) }
    }
    let failed = found.heads.filter { !$0.deviation.passed && $0.stage == .beforeGroupNorm }
    #expect(failed.allSatisfy { $0.form == .parallel })
    #expect(Set(failed.map(\.head)) == [0, 1, 2])
    #expect(failed.allSatisfy { $0.deviation.firstBeyond == 0 })
  }

  @Test("With torchscale's norm 3 a broken form is found after the group norm")
  func torchscale() throws {
    var norms = Self.norms
    norms.retention.norm3 = .torchscale
    for fault in [BrokenRetention.Fault.decayOffByOne, .dividedState] {
      let found = try Self.verify(
        BrokenRetention(fault: fault).computation { $1 == .chunkwise(length: 7) }, norms: norms)
      let failed = found.heads.filter { !$0.deviation.passed }
      #expect(!found.isExact)
      #expect(!failed.isEmpty)
      #expect(failed.allSatisfy { $0.form == .chunkwise(length: 7) && $0.stage == .afterGroupNorm })
    }
  }

  @Test("NaN from a form is a failed comparison, not an error")
  func notFinite() throws {
    let found = try Self.verify { head, form, input, state, output in
      head.compute(form, input, state: &state, output: output, scratch: RetentionScratch())
      if form == .recurrent, output.rows > 9 { output.row(9)[0] = .nan }
    }
    #expect(!found.passed)
    let failed = found.heads.filter { !$0.deviation.passed }
    #expect(failed.allSatisfy { $0.form == .recurrent && $0.deviation.firstBeyond == 9 })
    #expect(found.logits.filter { !$0.deviation.passed }.map(\.form) == [.recurrent])
  }
}

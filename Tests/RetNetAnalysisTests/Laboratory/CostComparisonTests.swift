import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Costs of the forms")
struct CostComparisonTests {
  static let lengths = [8, 13]
  static let chunkLength = 5

  static func reading(_ fixture: LaboratoryFixture) throws -> CostComparison {
    try fixture.laboratory(.all).costs(layer: 1, chunkLength: chunkLength, lengths: lengths, seconds: 0)
  }

  @Test("Each length and form has a row, measured even without a time budget")
  func rows() throws {
    let found = try Self.reading(LaboratoryFixture())
    let forms = [RetentionForm.parallel, .chunkwise(length: 5), .recurrent]
    #expect(found.rows.map(\.form) == forms + forms)
    #expect(found.rows.map(\.length) == [8, 8, 8, 13, 13, 13])
    #expect(found.rows.allSatisfy { $0.seconds > 0 })
    #expect(found.heads == 3)
    #expect(found.headDim == 8)
    #expect(found.valueDim == 16)
    #expect(found.layer == 1)
    #expect(CostComparison.lengths == [64, 256, 1024, 2048])
  }

  @Test("Operations are the products of one layer, counted one by one")
  func operations() throws {
    for row in try Self.reading(LaboratoryFixture()).rows {
      let chunk = row.form == .parallel ? row.length : row.form == .recurrent ? 1 : Self.chunkLength
      var expected = 0.0
      for n in 0..<row.length {
        let start = n / chunk * chunk
        // The recurrent form reads every token from the state, including the current one.
        if row.form != .recurrent {
          for _ in start...n { expected += 2 * 8 + 2 * 16 }
        }
        if row.form == .recurrent || start > 0 { expected += 2 * 8 * 16 }
        expected += 2 * 8 * 16
      }
      #expect(row.operations == 3 * expected, "\(row.form)")
    }
  }

  @Test("Bytes are those of the form's scratch memory and of the state")
  func bytes() throws {
    let fixture = LaboratoryFixture()
    let found = try Self.reading(fixture)
    #expect(found.stateBytes == fixture.model.configuration.stateBytes / 2)
    for row in found.rows {
      let scratch = RetentionScratch<Float>()
      let input = try LayerInput.read(
        fixture.model, Array(fixture.tokens.prefix(row.length)), layer: 1, norms: .all
      ).input
      let outputs = FormOutputs(input.layer, time: row.length)
      outputs.run(
        row.form, input.heads(NormOptions.all.retention), norm: .off, fixture.model.parameters.weights,
        computation: Laboratory.own(scratch))
      var numbers = scratch.scores.count + scratch.cross.count + scratch.values.count
      if row.form != .recurrent {
        numbers += Decay(heads: input.layer.heads).gammas.reduce(0) {
          $0 + scratch.powers(gamma: $1, upTo: 0).count + 1
        }
      }
      #expect(row.bytes == 4 * numbers + found.stateBytes, "\(row.form), \(row.length)")
    }
  }
}

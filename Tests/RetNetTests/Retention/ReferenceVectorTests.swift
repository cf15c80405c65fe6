import Foundation
import TestSupport
import Testing

@testable import RetNet

/// Numbers from other implementations, which `Reference/README.md` lists.
@Suite("Reference vectors")
struct ReferenceVectorTests {
  static let scores: [(String, RetentionNorms.Score)] = [
    ("off", .off), ("paper", .paper), ("torchscale", .torchscale),
  ]

  @Test("Retention before the group norm, every norm combination and form", arguments: ["core-small", "core-clamped"])
  func core(_ folder: String) throws {
    let file = try SafetensorsFile(path: Repository.reference(folder + "/cases.safetensors"))
    try check(file, Float.self, try file.floats("q"), try file.floats("k"), try file.floats("v"), within: 1e-5)
    try check(file, Double.self, try file.doubles("q"), try file.doubles("k"), try file.doubles("v"), within: 1e-12)
  }

  private func check<Scalar: BLASScalar>(
    _ file: SafetensorsFile, _: Scalar.Type, _ q: [Scalar], _ k: [Scalar], _ v: [Scalar], within tolerance: Double
  ) throws {
    let shape = try #require(file.info("q")?.shape)
    let valueDim = try #require(file.info("v")?.shape.last)
    let retention = BatchedRetention<Scalar>(
      decay: Decay(gammas: try file.doubles("gamma")), headDim: shape[3], valueDim: valueDim)
    for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 1), .chunkwise(length: 7)] {
      for norm1 in [false, true] {
        for norm2 in [false, true] {
          for (name, norm3) in Self.scores where norm3 != .torchscale || form == .parallel {
            let norms = RetentionNorms(norm1: norm1, norm2: norm2, norm3: norm3)
            var state = retention.makeState(batch: shape[0])
            let output = retention(q: q, k: k, v: v, form: form, norms: norms, state: &state)
            let key = "out.qk\(norm1 ? 1 : 0).row\(norm2 ? 1 : 0).score-\(name)"
            #expect(maxRelativeError(output, try file.doubles(key)) < tolerance, "\(form) \(key)")
            let scaled = state.scaledByNorm1()
            #expect(maxRelativeError(scaled.matrix, try file.doubles("state.S")) < tolerance, "\(form) S")
            #expect(maxRelativeError(scaled.keySum, try file.doubles("state.z")) < tolerance, "\(form) z")
            #expect(maxRelativeError(scaled.decaySum, try file.doubles("state.c")) < 1e-12, "\(form) c")
          }
        }
      }
    }
  }

  @Test(
    "Logits of both dialects in every form, with copied and mapped weights",
    arguments: ["fla-f32", "fla-bf16-tied", "torchscale-gelu", "syncdoth-gelu", "syncdoth-tied"],
    [RetNetModel.Storage.expanded, .mapped])
  func logits(_ folder: String, _ storage: RetNetModel.Storage) throws {
    let (model, report) = try RetNetModel.loadReporting(from: Repository.reference(folder), storage: storage)
    #expect(report.dialect.dialect == (folder.hasPrefix("fla") ? .fla : .torchscale))
    let file = try SafetensorsFile(path: Repository.reference(folder + "/cases.safetensors"))
    let shape = try #require(file.info("tokens")?.shape)
    let flat = try file.integers("tokens")
    let tokens = (0..<shape[0]).map { Array(flat[$0 * shape[1]..<($0 + 1) * shape[1]]) }
    let expected = try file.doubles("logits")
    let inference = Inference(model)
    for form in [
      RetentionForm.parallel, .recurrent, .chunkwise(length: 1), .chunkwise(length: 7), .chunkwise(length: 64),
    ] {
      var state = model.makeState(batch: shape[0])
      let logits = try inference.logits(tokens, form: form, norms: model.norms, state: &state)
      #expect(maxRelativeError(logits, expected) < 1e-4, "\(form)")
      #expect(state.position == shape[1])
    }
  }
}

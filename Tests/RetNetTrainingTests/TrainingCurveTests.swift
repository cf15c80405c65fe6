import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("Training curves")
struct TrainingCurveTests {
  private static let first = """
    {"step":1,"epoch":0,"tokens":100,"loss":5.1,"learningRate":0.001,"gradientNorm":1,"tokensPerSecond":9,"seconds":1}
    {"step":2,"epoch":0,"tokens":210,"loss":4.9,"learningRate":0.001,"gradientNorm":1,"tokensPerSecond":9,"seconds":2}
    {"step":2,"validation":{"a.txt":2.5,"together":2.25}}
    {"step":2,"sample":"hm"}
    {"step":3,"epoch":0,"tokens":300,"loss":4.8,"learningRate":0.001,"gradientNorm":1,"tokensPerSecond":9,"seconds":3}
    {"step":3,"validation":{"a.txt":2.0,"together":2.0}}

    """

  @Test("A point is at the tokens of the previous step; a later run's tokens follow those of the earlier run")
  func points() throws {
    let folder = try TemporaryFolder()
    let a = try folder.write("a.jsonl", Self.first)
    let b = try folder.write(
      "b.jsonl", #"{"step":1,"tokens":50}"# + "\n" + #"{"step":1,"validation":{"together":1.5}}"#)
    let curve = try TrainingCurve(logs: [a, b])
    #expect(curve.points.map(\.tokens) == [210, 300, 350])
    #expect(curve.points.map(\.bitsPerByte) == [2.25, 2.0, 1.5])
  }

  @Test("The error names a log without a measurement")
  func noValidationResults() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.jsonl", #"{"step":1,"tokens":50}"#)
    #expect(throws: TrainingError.noValidationResults(path: path)) { try TrainingCurve(logs: [path]) }
    #expect(throws: FileError.self) { try TrainingCurve(logs: [folder.path("none")]) }
  }
}

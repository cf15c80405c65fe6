import Foundation
import TestSupport

/// Facts with questions that were not in the bundled recall model's training, from `retnet-corpus recall --held-out`.
enum HeldOutFacts {
  /// 400 passages of one to four facts, up to 100 dots and a question: passage i is the i-th of
  /// `--seed 77 --facts N --count 400`, N = 1 + i mod 4.
  static let far = path("far.txt")

  /// 40 passages of two to four facts and a question, without dots: passage i is the i-th of
  /// `--seed 5 --dots 0 --facts N --count 40`, N = 2 + i mod 3.
  static func near() throws -> [String] {
    try String(contentsOfFile: path("near.txt"), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  static let model = Repository.model("recall")

  private static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Facts/\(name)").path
  }
}

import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Reply statistics")
struct ReplyStatisticsTests {
  @Test("Median and 90th percentile of a few numbers equal hand-computed ones")
  func spread() {
    // Index 0.5 · 3 = 1.5 is between 2 and 3, index 0.9 · 3 = 2.7 is seven tenths of the way from 3 to 4.
    let four = Spread([3, 1, 4, 2])
    #expect(four.median == 2.5)
    #expect(abs(four.percentile90 - 3.7) < 1e-12)
    let eleven = Spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100])
    #expect(eleven.median == 5)
    #expect(eleven.percentile90 == 9)
    let one = Spread([7])
    #expect(one.median == 7)
    #expect(one.percentile90 == 7)
    let two = Spread([10, 20])
    #expect(two.median == 15)
    #expect(abs(two.percentile90 - 19) < 1e-12)
    #expect(Spread([]).median.isNaN)
    #expect(Spread([]).percentile90.isNaN)
  }

  @Test("Words are separated by spaces, without surrounding punctuation or case")
  func words() {
    #expect(WordSequence("  Well, I don't \"know\" -- 42%!\n").words == ["well", "i", "don't", "know", "42"])
    #expect(WordSequence(" ... ").words.isEmpty)
    #expect(WordSequence("").words.isEmpty)
  }

  @Test(
    "Four consecutive words that occur three times are a repetition",
    arguments: [
      ("I like it a lot. I like it a lot! I LIKE IT A LOT", true),
      ("I like it a lot. I like it a lot, but not now", false),
      ("we go we go we go we", false),  // we go we go: at words 0 and 2
      ("we go we go we go we go", true),  // and at word 4, overlapping the others
      ("ha ha ha ha ha", false),  // twice
      ("ha ha ha ha ha ha", true),  // three times
      ("one two three, one two three, one two three", false),  // one two three one: twice
      ("yes", false), ("", false),
    ])
  func repetition(text: String, repeats: Bool) {
    #expect(WordSequence(text).repeats(4, times: 3) == repeats)
  }
}

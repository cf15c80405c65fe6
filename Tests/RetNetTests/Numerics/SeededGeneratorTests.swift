import Foundation
import Testing

@testable import RetNet

@Suite("Seeded generator")
struct SeededGeneratorTests {
  @Test("Seed 0 gives the words defined by SplitMix64 and xoshiro256**")
  func knownWords() {
    // SplitMix64 from 0 starts e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, f88bb8a8724c81ec (published
    // vectors); the first output of xoshiro256** is rotl(s1 · 5, 7) · 9.
    let s1: UInt64 = 0x6e78_9e6a_a1b9_65f4
    let product = s1 &* 5
    let expected = ((product << 7) | (product >> 57)) &* 9
    var generator = SeededGenerator(seed: 0)
    #expect(generator.next() == expected)
  }

  @Test("A stored generator continues its sequence")
  func codable() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<10 { _ = generator.next() }
    var copy = try JSONDecoder().decode(SeededGenerator.self, from: JSONEncoder().encode(generator))
    #expect((0..<20).map { _ in generator.next() } == (0..<20).map { _ in copy.next() })
  }

  @Test("Uniform numbers lie in [0, 1) with mean 1/2, normal ones have mean 0 and variance 1")
  func moments() {
    var generator = SeededGenerator(seed: 3)
    let count = 20_000
    let uniform = (0..<count).map { _ in generator.nextUniform() }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / Double(count) - 0.5) < 0.01)  // 5 standard errors
    let normal = (0..<count).map { _ in generator.nextNormal() }
    #expect(abs(normal.reduce(0, +) / Double(count)) < 0.036)
    #expect(abs(normal.map { $0 * $0 }.reduce(0, +) / Double(count) - 1) < 0.05)
  }
}

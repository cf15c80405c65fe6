import Foundation
import Testing

@testable import RetNet
@testable import RetNetAnalysis

/// Reads version 1.0 of NumPy's format, for the two types that are written.
struct NPYReader {
  var type: String
  var shape: [Int]
  var bits: [UInt64]

  init(_ data: Data) throws {
    let bytes = Array(data)
    try #require(Array(bytes.prefix(8)) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    let end = 10 + Int(bytes[8]) + 256 * Int(bytes[9])
    try #require(end % 64 == 0)
    try #require(bytes[end - 1] == 0x0A)
    let header = String(decoding: bytes[10..<end - 1], as: UTF8.self)
    let pattern = /{'descr': '<(f[48])', 'fortran_order': False, 'shape': \(([0-9, ]*)\), } */
    let match = try #require(try pattern.wholeMatch(in: header))
    type = String(match.1)
    shape = match.2.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    // In Python, (3) is a number and (3,) a tuple.
    if shape.count == 1 { try #require(match.2.hasSuffix(",")) }
    let size = type == "f4" ? 4 : 8
    let content = Array(bytes[end...])
    bits = stride(from: 0, to: content.count, by: size).map { start in
      content[start..<start + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  var floats: [Float] { bits.map { Float(bitPattern: UInt32($0)) } }
  var doubles: [Double] { bits.map { Double(bitPattern: $0) } }
}

@Suite("NumPy files")
struct NPYFileTests {
  @Test(
    "Arrays of every shape are read back exactly",
    arguments: [[], [0], [5], [2, 3], [4, 1, 7], [1, 0, 3], [2, 2, 2, 2]])
  func shapes(_ shape: [Int]) throws {
    var generator = SeededGenerator(seed: 3)
    let count = shape.reduce(1, *)
    let doubles = (0..<count).map { _ in generator.nextNormal() * 1e200 }
    let found = try NPYReader(NPYFile.data(doubles, shape: shape))
    #expect(found.type == "f8")
    #expect(found.shape == shape)
    #expect(found.doubles == doubles)
    let floats = (0..<count).map { $0 == 0 ? -Float.infinity : Float(generator.nextNormal()) }
    let single = try NPYReader(NPYFile.data(floats, shape: shape))
    #expect(single.type == "f4")
    #expect(single.shape == shape)
    #expect(single.floats == floats)
  }

  @Test("A header of any length is padded, so that the numbers begin at a multiple of 64 bytes")
  func padding() throws {
    for dimensions in 1...60 {
      let found = try NPYReader(NPYFile.data([Float(1)], shape: Array(repeating: 1, count: dimensions)))
      #expect(found.shape.count == dimensions)
      #expect(found.floats == [1])
    }
  }
}

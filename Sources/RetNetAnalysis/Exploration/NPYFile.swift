import Foundation
import RetNet

/// NumPy's `.npy` file, format version 1.0: one array, little-endian, row by row.
///
///     0x93 "NUMPY" 1 0 | header's length, 2 bytes | header, a Python dictionary | elements
///
/// Spaces pad the header, and a newline ends it, so that the elements begin at a multiple of 64 bytes.
package enum NPYFile {
  /// - Parameters:
  ///   - values: in row-major order, as many as the product of `shape`.
  ///   - shape: `[]` means a single number.
  package static func data(_ values: [Float], shape: [Int]) -> Data {
    data(values, type: "<f4", shape: shape) { $0.bitPattern }
  }

  /// Likewise in Double.
  package static func data(_ values: [Double], shape: [Int]) -> Data {
    data(values, type: "<f8", shape: shape) { $0.bitPattern }
  }

  private static func data<Value, Bits: FixedWidthInteger>(
    _ values: [Value], type: String, shape: [Int], _ bits: (Value) -> Bits
  ) -> Data {
    precondition(values.count == shape.reduce(1, *), "an array of shape \(shape) got \(values.count) elements")
    // A Python tuple of one element needs a comma.
    let tuple = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(tuple)), }"
    let opening: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    let unpadded = opening.count + 2 + header.utf8.count + 1
    let padding = (64 - unpadded % 64) % 64
    let length = header.utf8.count + padding + 1
    precondition(length <= UInt16.max, "a shape of \(shape.count) dimensions does not fit into a header of version 1.0")
    var data = Data(opening)
    withUnsafeBytes(of: UInt16(length).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: header.utf8)
    data.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")])
    values.map { bits($0).littleEndian }.withUnsafeBytes { data.append(contentsOf: $0) }
    return data
  }
}

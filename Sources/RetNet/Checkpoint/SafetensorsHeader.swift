/// The header of a safetensors file: its length in 8 bytes, then JSON with every tensor's name, type, shape and bytes.
struct SafetensorsHeader {
  /// The limit of the format's reference implementation.
  package static let maximumLength = 100_000_000
  package static let metadataKey = "__metadata__"

  package private(set) var metadata: [String: String] = [:]
  /// In the order of their bytes.
  package private(set) var tensors: [TensorInfo] = []

  /// Reads and checks the header of the file at `path` with the content `bytes`. Throws `CheckpointError`.
  package init(path: String, bytes: UnsafeRawBufferPointer) throws {
    let dataStart = try Self.dataStart(path: path, bytes: bytes)
    var reader = HeaderReader(path: path, bytes: bytes, range: 8..<dataStart)
    let data = dataStart..<bytes.count
    try reader.object { reader, name in
      if name == Self.metadataKey {
        try reader.object { reader, key in metadata[key] = try reader.string() }
      } else {
        tensors.append(try Self.tensor(name, &reader, path: path, data: data))
      }
    }
    try reader.finish()
    tensors.sort {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    try checkCover(path: path, data: data)
  }

  /// The offset of the tensors' bytes. Checks the header's length.
  private static func dataStart(path: String, bytes: UnsafeRawBufferPointer) throws -> Int {
    let foreign = CheckpointError.notSafetensors(path: path, found: .init(of: bytes))
    guard bytes.count > 8 else { throw foreign }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard bytes[8] == UInt8(ascii: "{"), length >= 2 else { throw foreign }
    guard length <= UInt64(maximumLength) else {
      // The first bytes of another kind of file also read as a length; an error that names the kind is clearer.
      if case .notSafetensors(_, let kind) = foreign, kind != .unknown { throw foreign }
      throw CheckpointError.badHeader(
        path: path, byteOffset: 0, problem: "a header length of \(length) bytes, above the limit of \(maximumLength),")
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw CheckpointError.truncatedHeader(path: path, headerBytes: start, fileBytes: bytes.count)
    }
    return start
  }

  /// Reads one tensor's entry; its offsets are relative to `data`.
  private static func tensor(
    _ name: String, _ reader: inout HeaderReader, path: String, data: Range<Int>
  ) throws -> TensorInfo {
    var type: TensorType?
    var shape: [Int]?
    var offsets: [Int]?
    try reader.object { reader, key in
      switch key {
      case "dtype":
        let text = try reader.string()
        type = TensorType(rawValue: text)
        if type == nil { throw CheckpointError.unknownType(path: path, name: name, found: text) }
      case "shape": shape = try reader.integers()
      case "data_offsets": offsets = try reader.integers()
      default: throw reader.error("the unknown key '\(key)' of tensor '\(name)'")
      }
    }
    guard let type, let shape, let offsets else {
      throw reader.error("tensor '\(name)' without dtype, shape or data_offsets")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw reader.error("tensor '\(name)' with data_offsets \(offsets), which are not a start and an end,")
    }
    let needed = shape.reduce(Optional(type.size)) { product, length in
      let (value, overflow) = product.map { $0.multipliedReportingOverflow(by: length) } ?? (0, true)
      return overflow ? nil : value
    }
    let found = offsets[1] - offsets[0]
    guard needed == found else {
      throw CheckpointError.sizeMismatch(
        path: path, name: name, type: type, shape: shape, needed: needed, found: found)
    }
    guard offsets[1] <= data.count else {
      let (end, overflow) = data.lowerBound.addingReportingOverflow(offsets[1])
      throw CheckpointError.truncated(
        path: path, name: name, neededBytes: overflow ? .max : end, fileBytes: data.upperBound)
    }
    let start = data.lowerBound + offsets[0]
    return TensorInfo(name: name, type: type, shape: shape, byteRange: start..<start + found)
  }

  /// Throws unless the tensors cover `data` without overlaps or gaps.
  private func checkCover(path: String, data: Range<Int>) throws {
    var covered = data.lowerBound
    var last = ""
    for tensor in tensors where !tensor.byteRange.isEmpty {
      if tensor.byteRange.lowerBound < covered {
        throw CheckpointError.overlap(path: path, first: last, second: tensor.name)
      }
      if tensor.byteRange.lowerBound > covered {
        throw CheckpointError.unusedBytes(path: path, byteRange: covered..<tensor.byteRange.lowerBound)
      }
      covered = tensor.byteRange.upperBound
      last = tensor.name
    }
    if covered < data.upperBound {
      throw CheckpointError.unusedBytes(path: path, byteRange: covered..<data.upperBound)
    }
  }
}

/// All tensors of a model's folder, memory-mapped and read-only.
public final class TensorFiles: Sendable {
  private let file: SafetensorsFile

  /// Throws `FileError` or `CheckpointError`.
  public init(folder: String) throws {
    file = try SafetensorsFile(path: ModelFolder.path(folder, ModelFolder.weightsFile))
  }

  public var path: String { file.path }
  public var names: [String] { file.names }

  public func info(_ name: String) -> TensorInfo? { file.info(name) }

  /// As `SafetensorsFile.read`.
  public func read(_ name: String, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    try file.read(name, into: buffer)
  }

  /// A tensor where the file has it; its bytes are valid while this object lives.
  func mapped(_ name: String) throws -> (info: TensorInfo, bytes: UnsafeRawBufferPointer) {
    guard let info = file.info(name) else { throw CheckpointError.missingTensor(name: name, path: path) }
    return (info, try file.withBytes(name) { $0 })
  }
}

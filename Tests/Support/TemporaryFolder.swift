import Foundation

/// A new empty folder that is removed with the value, at the latest when the tests end.
package final class TemporaryFolder: Sendable {
  package let url: URL

  /// Contains the folders of this process. Values in static properties are never deinitialized.
  private static let parent: URL = {
    atexit { try? FileManager.default.removeItem(at: TemporaryFolder.parent) }
    return FileManager.default.temporaryDirectory.appendingPathComponent("retnet-\(UUID().uuidString)")
  }()

  package init() throws {
    url = Self.parent.appendingPathComponent(String(UUID().uuidString.prefix(8)))
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  package var root: String { url.path }

  package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file without the code under test. Returns its path.
  package func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  package func write(_ name: String, _ text: String) throws -> String { try write(name, text.utf8) }

  package func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  package func link(_ name: String, to destination: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: destination)
  }

  /// The permissions of a file.
  package func mode(_ name: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int ?? -1
  }

  package func setMode(_ name: String, _ mode: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
  }

  /// The identifier of a process that has ended.
  package static func endedProcess() throws -> pid_t {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", ":"]
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  package func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
}

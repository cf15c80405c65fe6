import ArgumentParser
import Foundation
import Testing

@testable import RetNetCommands
@testable import RetNetTUI

@Suite("Thread setting")
struct ThreadSettingTests {
  /// An environment with this text as its settings file.
  private func environment(_ yaml: String, threads: String? = nil) throws -> [String: String] {
    let path = NSTemporaryDirectory() + "retnet-threads-\(UUID().uuidString).yaml"
    try yaml.write(toFile: path, atomically: true, encoding: .utf8)
    var environment = ["RETNET_SETTINGS": path]
    environment["RETNET_THREADS"] = threads
    return environment
  }

  @Test("The environment overrides the settings file; without either, all cores are used")
  func order() throws {
    #expect(try ThreadSetting.count(environment: environment("threads: 3", threads: "5")) == 5)
    #expect(try ThreadSetting.count(environment: environment("threads: 3")) == 3)
    #expect(try ThreadSetting.count(environment: environment("threads: 3", threads: "")) == 3)
    #expect(try ThreadSetting.chosen(environment: environment("")) == nil)
    #expect(try ThreadSetting.count(environment: environment("")) == ProcessInfo.processInfo.activeProcessorCount)
  }

  @Test("The error names a value that is not a thread count", arguments: ["0", "257", "two", "1.5", "-1"])
  func wrong(_ text: String) throws {
    let environment = try environment("", threads: text)
    let error = #expect(throws: ThreadSettingError.notACount(found: text)) {
      try ThreadSetting.count(environment: environment)
    }
    #expect(error?.description.contains("from 1 to 256") == true)
  }

  @Test("An option out of range is rejected with the range")
  func option() {
    let message = #expect(throws: (any Error).self) { try ThreadArguments.parse(["--threads", "0"]) }
    #expect(message.map { ThreadArguments.message(for: $0) }?.contains("from 1 to 256") == true)
    #expect((try? ThreadArguments.parse(["--threads", "2"]).count()) == 2)
  }
}

import Foundation
import Testing

@testable import RetNetTUI

@Suite("Personas")
struct PersonaTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "retnet-persona-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func train(_ arguments: [String]) throws -> RetNetProgram {
    try "a3 f7 .. ?f7\n".write(toFile: folder + "/facts.txt", atomically: true, encoding: .utf8)
    return try RetNetProgram(
      ["train", "--state-only", "--data", folder + "/facts.txt", "--out", folder + "/own.state"] + arguments)
  }

  @Test("Training writes a state file and one JSON line per step, and a reply begins with that state")
  func trainAndTalk() throws {
    let trained = try train(["--init", "recall", "--steps", "3", "--batch-tokens", "64", "--length", "64"])
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.split(separator: "\n").count == 3)
    let reply = try RetNetProgram(
      ["generate", "--model", "recall", "--persona", folder + "/own.state", "-p", "a3", "--max-tokens", "3"])
    #expect(reply.status == 0, "\(reply.errors)")
    let other = try RetNetProgram(
      ["generate", "--model", "chat", "--persona", folder + "/own.state", "-p", "Hi", "--max-tokens", "3"])
    #expect(other.status == 2)
    #expect(other.errors.contains("was trained with the weights"))
    let again = try train(["--init", "recall", "--steps", "1", "--batch-tokens", "64", "--length", "64"])
    #expect(again.status == 2)
    #expect(again.errors.contains("--force"))
  }

  @Test("No model and unsuitable options are wrong usage")
  func usage() throws {
    for arguments in [[], ["--init", "recall", "--resume"], ["--init", "recall", "--average", "0.9"]] {
      #expect(try train(arguments).status == 64, "\(arguments)")
    }
  }

  @Test("The error for an unknown persona names the available ones")
  func unknown() throws {
    try FileManager.default.createDirectory(atPath: folder + "/personas", withIntermediateDirectories: true)
    for name in ["witty", "caring"] {
      _ = FileManager.default.createFile(atPath: folder + "/personas/\(name).state", contents: nil)
    }
    let error = #expect(throws: PersonaError.self) { try Persona.path("grumpy", folder: folder) }
    #expect(error?.description.contains("caring, witty") == true)
    #expect(try Persona.path("witty", folder: folder) == folder + "/personas/witty.state")
    #expect(try Persona.path("./x", folder: folder) == "./x")
  }
}

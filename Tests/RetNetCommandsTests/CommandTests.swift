import Testing

@testable import RetNetCommands

@Suite("Commands")
struct CommandTests {
  @Test("The command is called retnet")
  func name() {
    #expect(RetNetCommand.configuration.commandName == "retnet")
  }
}

import Foundation
import RetNetSession

// Each line of input is a message, and an empty line ends the chat.
let folder = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "Models/chat"
let chat = try ChatModel(contentsOf: URL(filePath: folder)).makeChat(seed: 1)
while let message = readLine(), !message.isEmpty {
  for try await token in chat.respond(to: message) { FileHandle.standardOutput.write(Data(token.text.utf8)) }
  FileHandle.standardOutput.write(Data("\n".utf8))
}

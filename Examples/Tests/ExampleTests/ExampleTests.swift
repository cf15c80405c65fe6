import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("The examples")
struct ExampleTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "retnet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  @Test("The network of the tutorial learns its task, and its forms agree")
  func toyTask() throws {
    let program = try ExampleProgram("ToyTask")
    #expect(program.status == 0)
    let losses = program.numbers(after: "loss")
    #expect(losses.count == 7)
    #expect((losses.last ?? .infinity) < 0.3)  // guessing one of 8 symbols costs ln 8 = 2.08 nats
    #expect(program.lines.contains("11 of 11 correct"))
    // The expected symbol is the one of the line before.
    let read = program.numbers(after: "read")
    #expect(program.numbers(after: "expected") == [-1] + read.dropLast())
    #expect((program.numbers(after: "differ by").first ?? 1) < 1e-4)  // Float32, scores of a few units
  }

  @Test("The network with a retention layer learns from the past of its signal")
  func dropInRetention() throws {
    let program = try ExampleProgram("DropInRetention")
    #expect(program.status == 0)
    let losses = program.numbers(after: "loss")
    #expect(losses.count == 7)
    #expect((losses.last ?? .infinity) < 0.35)  // guessing one of 2 labels costs ln 2 = 0.69 nats
    #expect(program.lines.last?.hasSuffix("% correct") == true)
  }

  @Test("The chat answers each line of its input")
  func chat() throws {
    let model = ExampleProgram.repository("Models/chat").path
    let program = try ExampleProgram("ChatInTenLines", [model], input: "Hello!\nHow are you?\n\n")
    #expect(program.status == 0)
    #expect(program.lines.count == 2)
    let source = try String(
      contentsOf: ExampleProgram.repository("Examples/Sources/ChatInTenLines/main.swift"), encoding: .utf8)
    #expect(source.split(separator: "\n").count <= 10)
  }

  @Test("The trained model answers a question of its text")
  func trainAndTalk() throws {
    let text = ExampleProgram.repository("Examples/Texts/animals.txt").path
    let program = try ExampleProgram("TrainAndTalk", [text, folder.appending(path: "model").path, "Who barks?"])
    #expect(program.status == 0)
    #expect(program.lines.last == "reply: The dog.")
  }

  @Test("The plot of a state has a rectangle for each entry that is not zero")
  func plotState() throws {
    final class Counter: NSObject, XMLParserDelegate {
      var rectangles = 0

      func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
      ) {
        if name == "rect" { rectangles += 1 }
      }
    }
    let svg = folder.appending(path: "state.svg")
    let program = try ExampleProgram(
      "PlotState", [ExampleProgram.repository("Models/chat").path, svg.path, "The cat sat on the mat."])
    #expect(program.status == 0)
    let (parser, counter) = (XMLParser(data: try Data(contentsOf: svg)), Counter())
    parser.delegate = counter
    #expect(parser.parse())
    // In Models/chat, S has 32 rows and 64 columns. The terminal has a line for two rows, and one more below them.
    #expect(counter.rectangles > 1000)
    #expect(program.lines.count == 17)
  }
}

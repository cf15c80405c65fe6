import Foundation
import Lessons
import Testing

@testable import RetNetTUI
@testable import TerminalKit

@Suite("The lesson command")
struct LessonCommandTests {
  private let folder: LessonFolder
  private let names: [String]

  init() throws {
    folder = try LessonFolder()
    names = try LessonCatalog.lessons(environment: [:]).map(\.name)
  }

  private func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> RetNetProgram {
    try RetNetProgram(
      ["lesson"] + arguments, input: Array(input.utf8),
      environment: ["XDG_STATE_HOME": folder.path].merging(environment) { $1 })
  }

  private var broken: String {
    LessonDocument.example.replacing("  g: gamma(0, 2)", with: "  g: gama(0, 2)")
      .replacing("title: How", with: "titel: How")
  }

  @Test("The documentation's example has no faults and every kind of task")
  func documented() throws {
    let lesson = try LessonReader.lesson(
      LessonDocument.example, file: "docs/lessons.md", checks: LessonCatalog.checks
    ).get()
    var kinds: Set<String> = []
    for step in lesson.steps {
      switch step.task {
      case .read: kinds.insert("read")
      case .action: kinds.insert("await")
      case .question(let question):
        switch question.answer {
        case .number: kinds.insert("number")
        case .choice: kinds.insert("choices")
        case .words: kinds.insert("text")
        }
      }
    }
    #expect(kinds == ["read", "await", "number", "choices", "text"])
  }

  @Test("The documentation names every quantity with its arguments, every page and every lesson")
  func quantities() throws {
    for quantity in Quantity.allCases {
      #expect(
        LessonDocument.text.contains("| `\(quantity.signature)` | \(quantity.meaning.replacing("|", with: "\\|")) |"))
    }
    for (name, _) in Quantity.constants { #expect(LessonDocument.text.contains("`\(name)`"), "\(name)") }
    for name in names { #expect(LessonDocument.text.contains("| `\(name)` |")) }
  }

  @Test("The list names all lessons; as JSON it has the progress of each")
  func list() throws {
    let list = try run(["--list"])
    #expect(list.status == 0)
    for name in names { #expect(list.output.contains(" \(name) ")) }
    let json = try #require(try run(["--list", "--json"]).json(as: [String: [[String: Any]]].self))
    let lessons = try #require(json["lessons"])
    #expect(lessons.compactMap { $0["name"] as? String } == names)
    #expect(lessons.allSatisfy { $0["finished"] as? Bool == false && $0["step"] as? Int == 1 })
  }

  @Test("A lesson resumes at the step where it stopped; --reset clears the progress")
  func progress() throws {
    let first = try run(["decay"], input: "0.99609375\nnext\nquit\n")
    #expect(first.status == 0)
    #expect(first.output.contains("Right. 1 − 2^−8 = 0.99609375."))
    let second = try run([], input: "quit\n")
    #expect(second.output.contains("Lesson 3 of 12, Decay and half-life – step 2 of 5"))
    let listed = try run(["--list"])
    #expect(listed.output.contains("step 2 of 5"))
    #expect(try run(["decay", "--reset"]).status == 0)
    #expect(try !run(["--list"]).output.contains("step 2 of 5"))
  }

  @Test("Lines are at most 80 columns wide")
  func width() throws {
    let output = try run(["xpos"], input: "0.1\nnext\nwhy\nnext\n?\n").output
    #expect(output.contains("step 3 of 5"))
    for line in output.split(separator: "\n") { #expect(TextWidth.width(of: String(line)) <= 80, "\(line)") }
  }

  @Test("A damaged progress file is reported and renamed, and the lesson continues")
  func damaged() throws {
    try FileManager.default.createDirectory(atPath: folder.path + "/retnet", withIntermediateDirectories: true)
    _ = try folder.write("retnet/lessons.json", "{\"lessons\": 5")
    let result = try run(["decay"], input: "quit\n")
    #expect(result.status == 0)
    #expect(result.errors.contains("lessons.json' is damaged and was renamed to"))
    #expect(
      try String(contentsOfFile: folder.path + "/retnet/lessons.json.damaged", encoding: .utf8).hasPrefix("{\"les"))
    #expect(result.output.contains("step 1 of 5"))
    #expect(folder.progress.read().problem == nil, "the new file is valid")
  }

  @Test("--check reports each fault of a file on its own line, and a lesson runs by its path")
  func teacher() throws {
    let good = try folder.write("good.yaml", LessonDocument.example)
    let bad = try folder.write("bad.yaml", broken)
    let checked = try run(["--check", good, bad])
    #expect(checked.status == 2)
    #expect(checked.output == "\(good): fading, 5 steps\n")
    #expect(checked.errorLines.contains { $0.contains("\(bad):2: found key 'titel' in a lesson") })
    #expect(checked.errorLines.contains { $0.contains("\(bad):6: found 'gama' in the formula 'gama(0, 2)'") })
    #expect(try run(["--check", "-"], input: LessonDocument.example).output == "-: fading, 5 steps\n")
    let json = try #require(try run(["--check", bad, "--json"]).json(as: [String: [[String: Any]]].self))
    #expect(json["faults"]?.contains { $0["line"] as? Int == 6 } == true)
    let walked = try run([good], input: "next\n0.984\nnext\nhead 3\nnext\nA\nnext\n:freeze on\nnext\n")
    #expect(walked.status == 0)
    #expect(walked.output.contains("γ = 0.99219"))
    #expect(walked.output.components(separatedBy: "Right.").count == 4)
    #expect(walked.output.contains("Done. From the next step on, its state does not change."))
  }

  @Test("--check reports places that the lesson's model does not have, with the line and the valid range")
  func checkedModel() throws {
    let example = LessonDocument.example
    let changed = example.replacing("\":head 2\", feed", with: "\":probe 99 0\", \":head 9\", feed")
      .replacing("\":layer 0\"", with: "\":layer 9\"").replacing("g: gamma(0, 2)", with: "g: gamma(7, 0)")
    let bad = try folder.write("bad.yaml", changed)
    let checked = try run(["--check", bad])
    #expect(checked.status == 2)
    #expect(checked.errorLines.count == 4)
    for (line, words) in [
      (6, "found layer 7 of gamma in the formula 'gamma(7, 0)', expected 0 to 1."),
      (8, "':layer 9' in do: :layer got 9, the model has layers 0 to 1,"),
      (8, "':head 9' in do: :head got 9, the model has heads 0 to 3,"),
      (8, "':probe 99 0' in do: :probe got (99, 0), the state has rows 0 to 7 and columns 0 to 7,"),
    ] {
      #expect(checked.errorLines.contains { $0.contains("\(bad):\(line): ") && $0.contains(words) }, "\(words)")
    }
    let lost = try folder.write("lost.yaml", example.replacing("model: recall", with: "model: nowhere"))
    let unreadable = try run(["--check", lost])
    #expect(unreadable.status == 2)
    #expect(unreadable.errorLines.count == 1)
    #expect(unreadable.errors.contains("\(lost):4: found the model 'nowhere', which cannot be read"))
    #expect(unreadable.errors.contains("There is no model 'nowhere'"))
  }

  @Test("Every bundled lesson passes --check on its model")
  func checkedBundle() throws {
    let checked = try run(["--check", try #require(LessonCatalog.bundles.last)])
    #expect(checked.status == 0)
    #expect(checked.errors.isEmpty)
    #expect(checked.output.split(separator: "\n").count == names.count)
  }

  @Test("A bad file exits with 2 and file:line, an unknown lesson with 2, conflicting options with 64")
  func badInput() throws {
    let bad = try folder.write("bad.yaml", broken)
    let file = try run([bad])
    #expect(file.status == 2)
    #expect(file.errorLines.count == 1)
    #expect(file.errors.contains("\(bad):1: found a lesson without 'title'"))
    let own = try run(["--list"], environment: ["RETNET_LESSONS": folder.path])
    #expect(own.status == 2)
    #expect(own.errors.contains("bad.yaml:1: found"))
    let unknown = try run(["nowhere"])
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("There is no lesson 'nowhere'; there are recurrence, "))
    #expect(try run(["--reset", "--list"]).status == 64)
    #expect(try run(["decay", "--check", bad]).status == 64)
    #expect(try run([folder.path + "/missing.yaml"]).status == 2)
  }

  @Test("Lessons of $RETNET_LESSONS follow the bundled ones")
  func ownFolder() throws {
    _ = try folder.write("good.yaml", LessonDocument.example)
    let list = try run(["--list"], environment: ["RETNET_LESSONS": folder.path])
    #expect(list.output.contains("13  fading"))
    _ = try folder.write("twice.yaml", LessonDocument.example)
    let twice = try run(["--list"], environment: ["RETNET_LESSONS": folder.path])
    #expect(twice.status == 2)
    #expect(twice.errors.contains("twice.yaml:1: found the name 'fading'"))
  }

  @Test("A lesson as JSON has computed numbers")
  func computed() throws {
    let json = try #require(try run(["decay", "--json"]).json())
    let steps = try #require(json["steps"] as? [[String: Any]])
    #expect(steps.count == 5)
    #expect((steps[0]["text"] as? [String])?[0].contains("Head 0 has 1 − 1/32 = 0.96875.") == true)
    #expect(steps[1]["page"] as? String == "none")
    #expect(steps[1]["pageAfter"] as? String == "explore decay")
    #expect(steps[2]["pageAfter"] == nil)
  }

  @Test("Plain mode names the page after the answer only once the question is answered")
  func pageAfter() throws {
    let asked = try run(["memory"], input: "3\n").output
    #expect(asked.contains("Beside it: :explore head"))
    #expect(!asked.contains(":explore prediction"))
    for line in ["7", "why"] {
      #expect(try run(["memory"], input: "\(line)\n").output.contains("Beside it: :explore prediction"))
    }
  }

  @Test("In plain chat a lesson has its own session, and the conversation is unchanged")
  func fromChat() throws {
    let lines = "a3 f7\n:lesson\n:lesson decay\n:state\n:reset\nquit\n:state\n:quit\n"
    let with = try RetNetProgram(
      ["--plain", "--model", "recall"], input: Array(lines.utf8), environment: ["XDG_STATE_HOME": folder.path])
    let without = try RetNetProgram(["--plain", "--model", "recall"], input: Array("a3 f7\n:state\n:quit\n".utf8))
    #expect(with.status == 0)
    #expect(with.output.contains("step 1 of 5"))
    #expect(with.output.split(separator: "\n").last == without.output.split(separator: "\n").last)
    #expect(with.errors.contains("Back in the session with recall."))
  }
}

/// The documentation for authors of lessons.
enum LessonDocument {
  static let text: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return (try? String(contentsOf: url.appendingPathComponent("docs/lessons.md"), encoding: .utf8)) ?? ""
  }()

  static var example: String {
    let parts = text.components(separatedBy: "```")
    return parts.first { $0.hasPrefix("yaml\n") }.map { String($0.dropFirst(5)) } ?? ""
  }
}

/// A folder for lesson files and their progress, removed on deinitialization.
private final class LessonFolder: Sendable {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("lessons-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var progress: LessonProgressFile { LessonProgressFile(environment: ["XDG_STATE_HOME": path]) }

  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    return path + "/" + name
  }
}

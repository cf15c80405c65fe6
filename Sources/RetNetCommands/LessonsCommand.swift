import ArgumentParser
import Foundation
import Lessons
import RetNet
import RetNetTUI
import TerminalKit

/// `retnet lesson`: retention step by step, on the real engine.
struct LessonsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Learn retention step by step, with numbers of a real model.",
    discussion: """
      Without a name it goes on with the lesson that was open last, or with the first that is not finished. In a lesson, \
      'next', 'back', 'hint', 'why' and 'quit' are words of the lesson, '?S' says what a symbol is, a line that opens with \
      ':' is a command of the app, and any other line is an answer.

      Lessons are YAML files (docs/lessons.md). A teacher's own are named on the command line, or stand in $RETNET_LESSONS, \
      a folder or a file.

      With --json: the list as {"lessons":[{"name":…,"title":…,"about":…,"model":…,"steps":…,"step":…,"finished":…}]}; of \
      one lesson {"name":…,"title":…,"model":…,"steps":[{"text":[…],"problems":[…],"page":…,"pageAfter":…}]}, its numbers \
      computed, and pages where the step names them; with --check \
      {"faults":[{"file":…,"line":…,"found":…,"expected":…,"remedy":…}]}.
      """)

  @Argument(help: "A lesson's name or number, or a file or folder of lessons.") var name: String?
  @Flag(help: "List the lessons and how far they have been gone through.") var list = false
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Forget the progress in the named lesson, or in all.") var reset = false
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Check these files against their models and name every fault.", valueName: "file"))
  var check: [String] = []
  @OptionGroup var threads: ThreadArguments

  func validate() throws {
    if !check.isEmpty, list || reset || name != nil {
      throw ValidationError("--check reads files alone: leave the name, --list and --reset out.")
    }
    if reset, list || json {
      throw ValidationError("--reset forgets, and prints nothing: leave --list and --json out.")
    }
  }

  @MainActor func run() async throws {
    if !check.isEmpty { return try checkFiles() }
    let file = LessonProgressFile()
    let lessons = try found()
    let (kept, problem) = file.read()
    if let problem { StandardError.message(problem) }
    if reset { return try forget(kept, lessons, file) }
    if list || (json && (name == nil || isFolder)) { return try printList(LessonList(lessons, kept)) }
    guard let lesson = try chosen(lessons, kept) else { throw LessonCatalogError.none(bundles: LessonCatalog.bundles) }
    let threads = try threads.count()
    let loader: ModelLoader = { name, _ in try LoadedModel.read(name, threads: threads, tells: false) }
    if json { return try await printLesson(lesson, loader) }
    let chat = try await PlainChat.lesson(
      lesson, among: lessons, streams: ChatCommand.streams, loader: loader, file: file)
    for await line in ChatCommand.lines(prompt: TTY.isTerminal(STDIN_FILENO) ? "› " : nil) {
      if await chat.run(line: line.text) != nil { return }
      line.done()
    }
  }

  /// Whether `name` is a path, and which of its lessons are meant is open.
  private var isFolder: Bool { name.map(LessonCatalog.isFolder) ?? false }

  /// The lessons that the name is looked up among.
  private func found() throws -> [Lesson] {
    guard let name, LessonCatalog.isPath(name) || isFolder else { return try LessonCatalog.lessons() }
    return try LessonCatalog.read(LessonCatalog.files(at: name))
  }

  private func chosen(_ lessons: [Lesson], _ progress: LessonProgress) throws -> Lesson? {
    guard let name, !LessonCatalog.isPath(name), !isFolder else { return progress.next(of: lessons) }
    return try LessonCatalog.lesson(name, among: lessons)
  }

  // MARK: Without a learner

  private func forget(_ progress: LessonProgress, _ lessons: [Lesson], _ file: LessonProgressFile) throws {
    var progress = progress
    if name != nil {
      for lesson in isFolder ? lessons : [try chosen(lessons, progress)].compactMap({ $0 }) {
        progress.forget(lesson.name)
      }
    } else {
      progress = LessonProgress()
    }
    try file.write(progress)
  }

  private func checkFiles() throws {
    let (read, faults) = try LessonCatalog.check(
      check.flatMap { try LessonCatalog.files(at: $0) }, LessonCatalog.checks { try LoadedModel.read($0).info })
    let output = StandardOutput()
    if json {
      let writer = JSONWriter(output)
      try writer.object {
        try writer.field("faults") {
          try writer.objects(faults) { fault in
            try writer.field("file", fault.file)
            try writer.field("line", fault.line)
            try writer.field("found", fault.found)
            try writer.field("expected", fault.expected)
            try writer.field("remedy", fault.remedy)
          }
        }
      }
      try writer.endLine()
    } else {
      for lesson in read { try output.write("\(lesson.file): \(lesson.name), \(lesson.steps.count) steps\n") }
      for fault in faults { StandardError.message("\(fault)") }
    }
    try output.flush()
    if !faults.isEmpty { throw ExitCode(2) }
  }

  private func printList(_ list: LessonList) throws {
    let output = StandardOutput()
    if json { try list.write(JSONWriter(output)) } else { try output.write(list.text) }
    try output.flush()
  }

  /// Every step as a learner finds it who does what the lesson asks.
  @MainActor private func printLesson(_ lesson: Lesson, _ loader: @escaping ModelLoader) async throws {
    let stage = try await LessonStage(lesson, loader: loader)
    var pages: [LessonPage] = []
    for index in lesson.steps.indices { pages.append(try await stage.page(of: index)) }
    let output = StandardOutput()
    let json = JSONWriter(output)
    try json.object {
      try json.field("name", lesson.name)
      try json.field("title", lesson.title)
      try json.field("model", lesson.model)
      try json.field("steps") {
        try json.objects(zip(lesson.steps, pages)) { step, page in
          try json.field("text", page.paragraphs)
          try json.field("problems", page.problems)
          if let name = step.page { try json.field("page", name) }
          if let name = step.pageAfter { try json.field("pageAfter", name) }
        }
      }
    }
    try json.endLine()
    try output.flush()
  }
}

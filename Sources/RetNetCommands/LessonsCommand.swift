import ArgumentParser
import Foundation
import Lessons
import RetNet
import RetNetTUI
import TerminalKit

/// `retnet lesson`: lessons on retention with a real model.
struct LessonsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Learn retention step by step, with numbers of a real model.",
    discussion: """
      Without a name it resumes the lesson that was open last, or opens the first that is not finished. In a lesson, \
      'next', 'back', 'hint', 'why' and 'quit' control the lesson, '?S' explains the symbol S, a line that starts with \
      ':' is a command of the app, and any other line is an answer.

      Lessons are YAML files (docs/lessons.md). Name your own on the command line, or put them into $RETNET_LESSONS, a \
      folder or a file. With --check the file - is standard input.

      With --json: the list as {"lessons":[{"name":…,"title":…,"about":…,"model":…,"steps":…,"step":…,"finished":…}]}; \
      for one lesson {"name":…,"title":…,"model":…,"steps":[{"text":[…],"problems":[…],"page":…,"pageAfter":…}]}, with \
      computed numbers, and pages for steps that name them; with --check \
      {"faults":[{"file":…,"line":…,"found":…,"expected":…,"remedy":…}]}.
      """)

  @Argument(help: "A lesson's name or number, or a file or folder of lessons.", completion: .file()) var name: String?
  @Flag(help: "List the lessons and your progress.") var list = false
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Reset the progress of the named lesson, or of all.") var reset = false
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Check these files against their models and list all faults.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var check: [String] = []
  @OptionGroup var threads: ThreadArguments
  @OptionGroup var progress: ProgressArguments

  func validate() throws {
    if !check.isEmpty, list || reset || name != nil {
      throw ValidationError("--check only reads files: omit the name, --list and --reset.")
    }
    if reset, list || json {
      throw ValidationError("--reset prints nothing: omit --list and --json.")
    }
  }

  @MainActor func run() async throws {
    if !check.isEmpty { return try checkFiles() }
    let file = LessonProgressFile()
    let lessons = try availableLessons()
    let (progress, problem) = file.read()
    if let problem { StandardError.message(problem) }
    if reset { return try resetProgress(progress, lessons, file) }
    if list || (json && (name == nil || isFolder)) { return try printList(LessonList(lessons, progress)) }
    guard let lesson = try selected(lessons, progress) else {
      throw LessonCatalogError.none(bundles: LessonCatalog.bundles)
    }
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

  /// Whether `name` is a path that can contain several lessons.
  private var isFolder: Bool { name.map(LessonCatalog.isFolder) ?? false }

  /// The lessons to search for the name.
  private func availableLessons() throws -> [Lesson] {
    guard let name, LessonCatalog.isPath(name) || isFolder else { return try LessonCatalog.lessons() }
    return try LessonCatalog.read(LessonCatalog.files(at: name))
  }

  private func selected(_ lessons: [Lesson], _ progress: LessonProgress) throws -> Lesson? {
    guard let name, !LessonCatalog.isPath(name), !isFolder else { return progress.next(of: lessons) }
    return try LessonCatalog.lesson(name, among: lessons)
  }

  // MARK: Not interactive

  private func resetProgress(_ progress: LessonProgress, _ lessons: [Lesson], _ file: LessonProgressFile) throws {
    var progress = progress
    if name != nil {
      for lesson in isFolder ? lessons : [try selected(lessons, progress)].compactMap({ $0 }) {
        progress.forget(lesson.name)
      }
    } else {
      progress = LessonProgress()
    }
    try file.write(progress)
  }

  private func checkFiles() throws {
    let shown = progress.start("checking lessons", unit: "files")
    defer { shown.end() }
    let (read, diagnostics) = try StandardInput.named(in: check) {
      try LessonCatalog.check(
        check.flatMap { try LessonCatalog.files(at: $0) }, LessonCatalog.checks { try LoadedModel.read($0).info },
        progress: shown.update)
    }
    shown.end()
    let output = StandardOutput()
    if json {
      let writer = JSONWriter(output)
      try writer.object {
        try writer.field("faults") {
          try writer.objects(diagnostics) { diagnostic in
            try writer.field("file", diagnostic.file)
            try writer.field("line", diagnostic.line)
            try writer.field("found", diagnostic.found)
            try writer.field("expected", diagnostic.expected)
            try writer.field("remedy", diagnostic.remedy)
          }
        }
      }
      try writer.endLine()
    } else {
      for lesson in read { try output.write("\(lesson.file): \(lesson.name), \(lesson.steps.count) steps\n") }
      for diagnostic in diagnostics { StandardError.message("\(diagnostic)") }
    }
    try output.flush()
    if !diagnostics.isEmpty { throw ExitCode(2) }
  }

  private func printList(_ list: LessonList) throws {
    let output = StandardOutput()
    if json { try list.write(JSONWriter(output)) } else { try output.write(list.text) }
    try output.flush()
  }

  /// Prints every step, computed as for a learner who follows the instructions.
  @MainActor private func printLesson(_ lesson: Lesson, _ loader: @escaping ModelLoader) async throws {
    let shown = progress.start("computing the lesson", unit: "steps")
    defer { shown.end() }
    let session = try await PlainLessonSession(lesson, loader: loader)
    var pages: [LessonPage] = []
    for index in lesson.steps.indices {
      shown.update(index, of: lesson.steps.count)
      pages.append(try await session.page(of: index))
    }
    shown.end()
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

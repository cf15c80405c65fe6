import Foundation
import TestSupport
import Testing

@testable import RetNetTUI
@testable import TerminalKit

/// The key table and what it generates: help, footers, documents.
@Suite("Key table")
struct KeyTableTests {
  @Test("A key has one meaning per context", arguments: KeyContext.allCases)
  func unique(context: KeyContext) {
    let keys = KeyTable.bindings.filter { $0.context == context }.flatMap(\.actions.keys)
    #expect(Set(keys).count == keys.count)
  }

  @Test("No page key hides a key that opens a page or a view")
  func pagesStayReachable() {
    let pages: [Key] =
      Explorer.Page.allCases.compactMap(\.key).map { .character($0) } + Lab.Page.allCases.map { .character($0.key) }
      + ReplyTree.Page.allCases.map { .character($0.key) } + ["1", "2", "3", "4", "5", "(", ")", "?", "i", ":"]
    for context in [
      KeyContext.live, .time, .explorer, .tree, .laboratory, .formsPage, .normsPage, .lessonList, .lesson,
    ] {
      #expect(Set(pages).isDisjoint(with: KeyTable.actions[context]?.keys.map { $0 } ?? []), "\(context)")
    }
  }

  @Test("Help has a line for every binding, and it fits into 80 columns")
  func help() {
    for binding in KeyTable.bindings {
      let line = HelpText.lines(of: HelpText.sections(.standard)).first {
        $0.hasPrefix("  \(binding.label) ") && $0.hasSuffix(" \(binding.meaning)")
      }
      #expect(line.map { TextWidth.width(of: $0) <= 77 } == true, "\(binding.label): \(binding.meaning)")
    }
  }

  @Test("docs/keys.md equals the key table")
  func document() throws {
    let path = Repository.document("docs/keys.md")
    if ProcessInfo.processInfo.environment["RETNET_RECORD"] != nil {
      try HelpText.document.write(toFile: path, atomically: true, encoding: .utf8)
      Issue.record("docs/keys.md is written. Run the test without RETNET_RECORD.")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == HelpText.document, "RETNET_RECORD=1 writes it")
  }

  @Test(
    "The key table has every key that a table in the documents names",
    arguments: ["docs/app.md", "docs/explorer.md", "docs/laboratory.md"])
  func documents(path: String) throws {
    let known = Set(KeyTable.bindings.flatMap { $0.label.split(separator: " ") }.map(String.init))
    var isKeyTable = false
    var count = 0
    for line in try String(contentsOfFile: Repository.document(path), encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      guard line.hasPrefix("|") else {
        isKeyTable = false
        continue
      }
      let cell = line.split(separator: "|", omittingEmptySubsequences: false)[1]
      if cell == " key " { isKeyTable = true }
      guard isKeyTable, cell != " key ", !cell.hasPrefix("---") else { continue }
      let words = cell.replacing("`", with: "").replacing(/\(.*\)/, with: "").split { " ,".contains($0) }
      for word in words where !word.hasPrefix(":") && !["and", "then"].contains(word) {
        let isCharacters = word.count == 1 || ["hjkl"].contains(word)
        #expect(known.contains(String(word)) || isCharacters && known.contains { $0.contains(word) }, "\(word)")
        count += 1
      }
    }
    #expect(count > 5)
  }
}

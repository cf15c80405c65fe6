import Foundation
import TestSupport
import Testing

@Suite("docs/reliability.md")
struct ReliabilityDocumentTests {
  @Test("Every test that it names exists")
  func names() throws {
    let document = try String(contentsOfFile: Repository.document("docs/reliability.md"), encoding: .utf8)
    let named = Set(document.matches(of: /`([A-Za-z]+(?:Tests|Properties))`/).map { String($0.1) })
    #expect(named.count > 20)
    var defined: Set<String> = []
    for folder in ["Tests", "Examples/Tests"] {
      let files = FileManager.default.enumerator(atPath: Repository.document(folder))
      while let file = files?.nextObject() as? String {
        guard file.hasSuffix(".swift") else { continue }
        let source = try String(contentsOfFile: Repository.document("\(folder)/\(file)"), encoding: .utf8)
        defined.formUnion(source.matches(of: /(?:struct|class|enum) (\w+)/).map { String($0.1) })
      }
    }
    #expect(named.subtracting(defined).isEmpty)
  }
}

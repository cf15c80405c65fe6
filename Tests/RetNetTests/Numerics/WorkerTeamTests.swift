import Synchronization
import Testing

@testable import RetNet

@Suite("Worker teams")
struct WorkerTeamTests {
  /// Counts how often each part was performed, and whether a thread ran two at a time.
  private struct Counting: TeamWork {
    let counts: UnsafeMutablePointer<Int>
    let busy: UnsafeMutablePointer<Atomic<Bool>>
    let threads: Int
    let collisions: UnsafeMutablePointer<Atomic<Int>>

    func perform(part: Int, thread: Int) {
      if thread >= threads || busy[thread].exchange(true, ordering: .acquiringAndReleasing) {
        collisions.pointee.add(1, ordering: .relaxed)
      }
      counts[part] += 1
      busy[thread].store(false, ordering: .releasing)
    }
  }

  @Test("Every part is performed once, and all before perform returns", arguments: [1, 2, 3, 7])
  func everyPartOnce(threads: Int) {
    let team = WorkerTeam(threads: threads)
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: 100)
    counts.initialize(repeating: 0, count: 100)
    let busy = UnsafeMutablePointer<Atomic<Bool>>.allocate(capacity: threads)
    for i in 0..<threads { (busy + i).initialize(to: Atomic(false)) }
    let collisions = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: 1)
    collisions.initialize(to: Atomic(0))
    defer {
      counts.deallocate()
      busy.deallocate()
      collisions.deallocate()
    }
    let work = Counting(counts: counts, busy: busy, threads: threads, collisions: collisions)
    var expected = Array(repeating: 0, count: 100)
    for round in 0..<3000 {
      let parts = round * 37 % 101
      team.perform(work, parts: parts)
      for part in 0..<parts { expected[part] += 1 }
      if (0..<100).contains(where: { counts[$0] != expected[$0] }) {
        Issue.record("round \(round) of \(parts) parts")
        return
      }
    }
    #expect(collisions.pointee.load(ordering: .relaxed) == 0)
  }

  @Test("A team performs work after sleeping, and its threads exit with their owner")
  func sleepsAndWakes() async throws {
    for _ in 0..<3 {
      let team = WorkerTeam(threads: 3)
      let sums = Buffer<Float>(count: 64)
      struct Adding: TeamWork {
        let sums: UnsafeMutablePointer<Float>
        func perform(part: Int, thread: Int) { sums[part] += Float(part) }
      }
      for _ in 0..<4 {
        try await Task.sleep(for: .milliseconds(5))
        team.perform(Adding(sums: sums.pointer), parts: 64)
      }
      #expect(sums.values == (0..<64).map { 4 * Float($0) })
    }
  }

  @Test("A team with reserved cores, or after a rest, performs all parts", arguments: [1, 2, 3])
  func lentCores(threads: Int) {
    let team = WorkerTeam(threads: threads)
    let sums = Buffer<Float>(count: 64)
    struct Adding: TeamWork {
      let sums: UnsafeMutablePointer<Float>
      func perform(part: Int, thread: Int) { sums[part] += Float(part) }
    }
    for round in 0..<30 {
      if round.isMultiple(of: 3) {
        CoreReservation.borrow {
          for _ in 0..<20 { team.perform(Adding(sums: sums.pointer), parts: 64) }
        }
      } else {
        for _ in 0..<20 { team.perform(Adding(sums: sums.pointer), parts: 64) }
        team.rest()
      }
    }
    #expect((0..<64).allSatisfy { sums.pointer[$0] == Float(600 * $0) })
  }

  @Test("Rows are divided without gap or overlap", arguments: [1, 2, 4], [0, 1, 3, 4, 31, 256, 1000])
  func rowParts(threads: Int, rows: Int) {
    for rowBytes in [64, 1 << 20] {
      let ranges = RowParts(rows: rows, of: rows + 512, rowBytes: rowBytes, threads: threads).ranges
      #expect(ranges.flatMap { Array($0) } == Array(0..<rows))
      #expect(ranges.allSatisfy { !$0.isEmpty })
    }
  }
}

import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Operations and bytes of a model")
struct OperationCountTests {
  /// 2 layers of 4 heads with d_k 4 and d_v 6, two of them sharing keys and values.
  private static func model(tied: Bool) -> RetNetModel {
    var configuration = ModelConfiguration(
      vocabularySize: 10, modelDim: 8, layers: 2, heads: 4, keyValueHeads: 2, keyDim: 16, valueDim: 24,
      feedForwardDim: 12)
    configuration.tiedHead = tied
    return RetNetModel(configuration, seed: 1)
  }

  /// The weights of one block: W_q, W_k, W_v, W_g, W_o, then the MLP's three.
  private static let ofBlock = 8 * 16 + 8 * 8 + 8 * 12 + 8 * 24 + 24 * 8 + 3 * 8 * 12

  @Test("The matrices of blocks and head are counted, embedding and vectors are not", arguments: [true, false])
  func matrices(tied: Bool) {
    let count = OperationCount(Self.model(tied: tied))
    #expect(count.blockNumbers == 2 * Self.ofBlock)
    #expect(count.headNumbers == 10 * 8)
  }

  /// Products of one head, counted one by one: `pairs` of tokens that see each other inside a chunk, `crossing` tokens
  /// that read the state, and every token that is written into it.
  private static func retention(time: Int, chunk: Int) -> Double {
    let (d, v) = (4.0, 6.0)
    var operations = 0.0
    for n in 0..<time {
      let start = n / chunk * chunk
      for _ in start...n { operations += 2 * d + 2 * v }  // q·k, and the score times v
      if start > 0 { operations += 2 * d * v }  // q S
      operations += 2 * d * v  // kᵀ v
    }
    return 2 * 4 * operations  // layers, heads
  }

  @Test("Retention's products are those of Eqs. 5 and 7, counted one by one", arguments: [1, 5, 8, 12, 13])
  func retention(time: Int) {
    let count = OperationCount(Self.model(tied: true))
    #expect(count.retention(.parallel, tokens: time) == Self.retention(time: time, chunk: time))
    for chunk in [1, 4, 5, 64] {
      #expect(count.retention(.chunkwise(length: chunk), tokens: time) == Self.retention(time: time, chunk: chunk))
    }
    // Eq. 6: kᵀ v and q S, 24 products each, for every token and head.
    #expect(count.retention(.recurrent, tokens: time) == Double(2 * 4 * time * 2 * 2 * 24))
  }

  @Test("Prefill has one row of logits, training all of them and three times the products")
  func wholes() {
    let count = OperationCount(Self.model(tied: false))
    let (blocks, head) = (Double(2 * Self.ofBlock), 80.0)
    let retention = Self.retention(time: 12, chunk: 5)
    #expect(count.prefill(.chunkwise(length: 5), tokens: 12) == 2 * 12 * blocks + retention + 2 * head)
    #expect(
      count.training(.chunkwise(length: 5), sequences: 3, tokens: 12) == 6 * 36 * (blocks + head) + 3 * 3 * retention)
  }

  @Test("A decoded token reads every weight once, but only one row of an untied embedding")
  func traffic() {
    // Norms of a block: two of 8, and the group norm's 6; one of 8 at the end.
    let vectors = 2 * (8 + 8 + 6) + 8
    let tied = DecodeTraffic(Self.model(tied: true), storedAs: .bf16)
    #expect(tied.weightBytes == 2 * (2 * Self.ofBlock + 80) + 4 * vectors)
    let untied = DecodeTraffic(Self.model(tied: false), storedAs: .f32)
    #expect(untied.weightBytes == 4 * (2 * Self.ofBlock + 80 + 8 + vectors))
    // S in Float32, z and c in Double, read and written.
    let state = 2 * 4 * (4 * 4 * 6 + 8 * 4 + 8)
    #expect(tied.stateBytes == state)
    #expect(tied.bytes == tied.weightBytes + 2 * state)
  }

  @Test("A type's name ends with its bits")
  func bits() {
    #expect(WeightType.f32.bits == 32)
    #expect(WeightType.bf16.bits == 16)
    #expect(WeightType.f16.bits == 16)
    #expect(WeightType.allCases.allSatisfy { [4, 8, 16, 32].contains($0.bits) })
  }
}

import RetNet
import RetNetText

extension RetNetModel {
  /// A small model with a tokenizer and three more tokens. Its weights are large enough for distinct logits.
  package static func small(_ tokenizer: Tokenizer) -> RetNetModel {
    let configuration = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize + 3, modelDim: 16, layers: 2, heads: 2, keyDim: 16, valueDim: 16,
      feedForwardDim: 12)
    let model = RetNetModel(configuration, seed: 11)
    let weights = (0..<model.parameterCount).map { model.parameters.block![$0] * 8 }
    return RetNetModel(RetNetArchitecture(configuration), copying: weights)
  }
}

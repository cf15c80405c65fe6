/// `README.md` of a model folder, with the block at its top that the Hugging Face hub reads.
package enum ModelCard {
  package static let file = "README.md"

  /// - Parameters:
  ///   - name: the model's name, as of its folder.
  ///   - origin: a sentence about where the model is from.
  ///   - type: the type of the weights.
  package static func text(
    _ configuration: ModelConfiguration, parameters: Int, name: String, origin: String, type: WeightType?
  ) -> String {
    let c = configuration
    // The hub's name of the library that opens the folder. Only this program reads matrices with scales.
    let library = c.dialect == .fla && type?.isQuantized != true ? "library_name: fla\n" : ""
    return """
      ---
      license: unknown
      pipeline_tag: text-generation
      \(library)tags:
      - retnet
      - retention
      ---

      # \(JSONText.escaped(name))

      \(origin)

      | | |
      |---|---|
      | parameters | \(parameters.digitGroups())\(c.tiedHead ? " (tied head counted once)" : "")\
      \(type.map { ", stored as \($0.rawValue)" } ?? "") |
      | shape | \(c.layers) layers, model width \(c.modelDim), \(c.heads) heads of d_k \(c.headDim) and d_v \
      \(c.headValueDim), gated MLP of \(c.feedForwardDim) |
      | vocabulary | \(c.vocabularySize.digitGroups()) tokens |
      | layout | \(c.dialect.rawValue) |

      ## Use

          retnet --model FOLDER

      ## Licence

      The licence depends on the model's origin and on the text that it was trained on. Replace `unknown` at the top, and
      add the languages of that text, such as `language: en`.

      """
  }
}

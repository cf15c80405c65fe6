import CKernels

#if !canImport(Accelerate)
  import CBLAS
#endif

/// What computes products on this machine.
package enum ComputeLibraries {
  /// The name and version of BLAS, the kernel that it chose for this processor, and the threads of one call. Empty texts
  /// and nil for what the library does not report.
  package static var blas: (name: String, kernel: String, threads: Int?) {
    #if canImport(Accelerate)
      ("Accelerate", "", nil)
    #else
      (text(openblas_get_config()), text(openblas_get_corename()), Int(openblas_get_num_threads()))
    #endif
  }

  /// The vector instructions that the kernels of this library use.
  package static var vectorLevel: String { retnet_vector_level().map { String(cString: $0) } ?? "" }

  /// Whether products of bfloat16 numbers have their own instructions.
  package static var hasBfloat16Products: Bool { retnet_has_bf16_product() != 0 }

  #if !canImport(Accelerate)
    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
      pointer.map { String(cString: $0).split(separator: " ").joined(separator: " ") } ?? ""
    }
  #endif
}

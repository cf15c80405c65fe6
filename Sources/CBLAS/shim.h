// The C interface of OpenBLAS: the standard CBLAS functions and the control of its threads.
#include <cblas.h>

// Faults and signals that end the process: what must be C to be safe inside a signal handler.
#ifndef CFAULTS_H
#define CFAULTS_H

#include "fatal_signals.h"
#include "mapped_ranges.h"

#endif

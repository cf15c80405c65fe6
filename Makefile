# retnet: build, run and test. `make help` lists the targets.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
# Passed to the app by `make run`, for example: make run ARGS="--plain"
ARGS ?=

# The tests are a separate, optimised build with testing enabled, so that it and the release build do not replace
# each other. Overflow, array bounds and exclusive access trap in every build. -assert-config adds the other checks of a
# debug build: assertions, bounds of unsafe buffers, and messages of preconditions.
TEST_FLAGS = -c release -Xswiftc -enable-testing -Xswiftc -assert-config -Xswiftc Debug --scratch-path .build/tests
FORMATTED = Sources Tests Scripts Package.swift Benchmarks/Package.swift Benchmarks/Benchmarks Examples \
  Tools/Corpus/Package.swift Tools/Corpus/Sources Tools/Corpus/Tests \
  Tools/Robustness/Package.swift Tools/Robustness/Sources

# Where Scripts/words.swift looks for phrases that do not read as plain English.
PROSE = Sources packaging Tests Lessons docs Scripts Examples Benchmarks Training Tools/Corpus/Sources Tools/Corpus/Tests \
  Tools/Robustness/Sources Tools/Robustness/README.md \
  $(wildcard *.md)

# On macOS, SentencePiece and wide ncurses come from Homebrew, which the compiler does not search by default.
ifeq ($(shell uname -s),Darwin)
  BREW ?= $(shell brew --prefix 2>/dev/null || echo /opt/homebrew)
  export BREW
  # The names of BLAS functions that Accelerate has kept since macOS 13.3; the older ones give warnings.
  SEARCH_FLAGS = -Xcc -DACCELERATE_NEW_LAPACK -Xcc -I$(BREW)/opt/ncurses/include -Xcc -I$(BREW)/include -Xcxx -I$(BREW)/include \
    -Xlinker -L$(BREW)/opt/ncurses/lib -Xlinker -L$(BREW)/lib
endif

.PHONY: run build corpus test examples memcheck sanitize robustness fuzz fuzz-corpus mutate torture soak lint format \
  docs pictures benchmark compare stage install uninstall dist deb clean help requirements

run: build ## Builds for release and opens the app with the bundled model (ARGS="…" are its arguments)
	@.build/release/retnet $(ARGS)

# The build reports on stderr, so that `make -s run ARGS="… --json"` prints only results.
build: requirements ## Builds for release into .build/release
	@$(SWIFT) build -c release --product retnet $(SEARCH_FLAGS) >&2

corpus: requirements ## Builds the corpus tools (docs/corpus.md) into Tools/Corpus/.build/release
	cd Tools/Corpus && $(SWIFT) build -c release --product retnet-corpus $(SEARCH_FLAGS)

# With few tests at a time, a test that watches a terminal need not wait for all others between two looks.
test sanitize: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
test: requirements ## Runs all tests (optimised, with debug checks; the corpus in debug), then examples, robustness, lint
	$(SWIFT) test $(TEST_FLAGS) $(SEARCH_FLAGS)
	cd Tools/Corpus && $(SWIFT) test $(SEARCH_FLAGS)
	@$(MAKE) --no-print-directory examples robustness lint
	@echo "All tests passed; the format is clean."

# Uses the library as an external package. Leaks are not checked, as Foundation never frees a few bytes.
EXAMPLE_FLAGS = --package-path Examples --scratch-path .build/examples --sanitize=address
examples: export ASAN_OPTIONS = detect_leaks=0
examples: requirements ## Runs the examples and the public API's tests under the address sanitizer
	$(SWIFT) test $(EXAMPLE_FLAGS) $(SEARCH_FLAGS)

# OpenBLAS must use kernels that valgrind supports. Valgrind cannot read the debug information of this build.
# Scripts/valgrind.supp has the suppressions, each with its reason.
memcheck: requirements ## Runs layers, gradients, models and invalid calls under valgrind
	@SWIFT="$(SWIFT)" Scripts/requirements.sh valgrind
	$(SWIFT) build --package-path Examples --scratch-path .build/memcheck --product Memcheck -debug-info-format none \
	  $(SEARCH_FLAGS)
	OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=1 valgrind --quiet --error-exitcode=1 \
	  --suppressions=Scripts/valgrind.supp .build/memcheck/debug/Memcheck Models/recall

# The suites that read files, for the address sanitizer, and those that use threads, for both. Numerics are in `make test`:
# a debug build takes minutes for them. The first error of a sanitizer ends the run. Scripts/thread-sanitizer.txt has the
# suppressions, each with its reason.
READING = AtomicFile FileBytes Safetensors DamagedSafetensors TensorFiles TensorSummary PyTorchWeights ModelFolder \
  SmallFloat InitialState StoredMatrix QuantizedMatrix UTF8 Tokenizer DialogueFile ChatFormat SessionFile Recording \
  Snapshot TrainingStart TrainingCorpus LessonReader Probes SuiteContent Export NPYFile Conversion QuantizedModel \
  AddedTokens ModelStateFile TextTraining
THREADED = WorkerTeam Contention Threads PieceOrder Inference RecurrentStep RetNetStack RetentionModule ChatModel \
  ChatReply ChatState TextGenerator Engine TrainingRun CarriedState ModelProperties
EMPTY =
suites = '\.($(subst $(EMPTY) ,|,$(strip $(1))))\w*/'
SANITIZE_FLAGS = --sanitize=$(1) --scratch-path .build/$(1) $(SEARCH_FLAGS)
sanitize: export ASAN_OPTIONS = detect_leaks=0
sanitize: export TSAN_OPTIONS = halt_on_error=1 suppressions=$(CURDIR)/Scripts/thread-sanitizer.txt
sanitize: export RETNET_PROPERTY_CASES = 10
sanitize: requirements ## Runs the tests that read files or use threads under the address and thread sanitizers
	$(SWIFT) test $(call SANITIZE_FLAGS,address) --filter $(call suites,$(READING) $(THREADED))
	$(SWIFT) test $(call SANITIZE_FLAGS,thread) --filter $(call suites,$(THREADED))

# Tools/Robustness/README.md describes these targets. In a debug build, without coverage, with the program of the tests.
ROBUSTNESS = Tools/Robustness/.build/debug/Robustness
robustness: requirements ## Reads and runs stored and changed files, kills and exits, and a long run, for a minute
	$(SWIFT) build --package-path Tools/Robustness -debug-info-format none $(SEARCH_FLAGS)
	$(ROBUSTNESS) fuzz all --runs 2000
	$(ROBUSTNESS) mutate --program .build/tests/release/retnet --runs 65 --keep .build/failures
	$(ROBUSTNESS) torture --program .build/tests/release/retnet --kills 3 --exits 6 --sizes 3
	$(ROBUSTNESS) soak --steps 5000 --training 200 --messages 100 --events 500

# The long runs use the release builds of the program and of the tools.
SEED ?= 1
TOOLS_FLAGS = -c release --package-path Tools/Robustness -Xswiftc -enable-testing -debug-info-format none $(SEARCH_FLAGS)
TOOLS = Tools/Robustness/.build/release/Robustness

mutate: build ## Runs the program with RUNS (5,000) changed files and command lines of SEED (1)
	$(SWIFT) build $(TOOLS_FLAGS)
	$(TOOLS) mutate --runs $(or $(RUNS),5000) --seed $(SEED) --keep .build/failures

torture: build ## Kills the program KILLS (100) times each, leaves it EXITS (500) times, and fills disks (as root)
	$(SWIFT) build $(TOOLS_FLAGS)
	$(TOOLS) torture --kills $(or $(KILLS),100) --exits $(or $(EXITS),500) --sizes 32 --seed $(SEED)

soak: requirements ## A million steps, 5,000 messages, 50,000 events of the app, 10,000 training steps
	$(SWIFT) build $(TOOLS_FLAGS)
	$(TOOLS) soak --steps 1000000 --messages 5000 --events 50000 --training 10000 --seed $(SEED)

# libFuzzer without its main, so that the program parses its own arguments first. Apple's toolchain has none: use that of
# swift.org on macOS.
COVERAGE = edge,trace-cmp,inline-8bit-counters,pc-table
LIBFUZZER = $(shell "$(dir $(shell which $(SWIFT)))clang" -print-file-name=libclang_rt.fuzzer_no_main-$(shell uname -m).a)
FUZZ_FLAGS = -c release --package-path Tools/Robustness --scratch-path .build/fuzz --sanitize=address \
  -debug-info-format none -Xswiftc -enable-testing -Xswiftc -sanitize-coverage=$(COVERAGE) -Xswiftc -use-ld=lld \
  -Xcc -DRETNET_LIBFUZZER -Xcc -fsanitize-coverage=$(COVERAGE) -Xcxx -fsanitize-coverage=$(COVERAGE) \
  -Xlinker $(LIBFUZZER) $(SEARCH_FLAGS)
FUZZ = .build/fuzz/release/Robustness
SECONDS ?= 60
fuzz: export ASAN_OPTIONS = detect_leaks=0
fuzz: export SWIFT_BACKTRACE = enable=no
fuzz: requirements ## Fuzzes each reader, guided by coverage, for SECONDS (60); TARGETS="a b" chooses readers
	$(SWIFT) build $(FUZZ_FLAGS)
	@failed=; for target in $(or $(TARGETS),$$($(FUZZ) fuzz --list)); do \
	  mkdir -p .build/fuzz/inputs/$$target; \
	  echo "== $$target"; \
	  $(FUZZ) fuzz $$target -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=65536 -seed=$(SEED) \
	    -artifact_prefix=.build/fuzz/$$target- .build/fuzz/inputs/$$target Tools/Robustness/Corpus/$$target \
	    2>&1 | tail -n 12; \
	  [ $${PIPESTATUS[0]} = 0 ] || failed="$$failed $$target"; \
	done; [ -z "$$failed" ] || { echo "FAILED:$$failed (inputs: .build/fuzz/*-crash-*)"; exit 1; }
fuzz: SHELL = /bin/bash

fuzz-corpus: requirements ## Writes Tools/Robustness/Corpus, the first inputs of the fuzz targets, from files here
	$(SWIFT) build --package-path Tools/Robustness -debug-info-format none $(SEARCH_FLAGS)
	$(ROBUSTNESS) corpus

lint: ## Checks format, target dependencies, documentation comments, code and links in documents, and words
	$(SWIFT) format lint --strict -r -p $(FORMATTED)
	$(SWIFT) package dump-package | $(SWIFT) Scripts/targets.swift docs/architecture.md
	$(SWIFT) Scripts/symbols.swift $(wildcard Sources/RetNet*)
	$(SWIFT) Scripts/snippets.swift Examples/Tests/PublicAPITests/DocumentationTests.swift README.md docs/library.md \
	  $(wildcard Sources/*/*.docc/*.md)
	$(SWIFT) Scripts/links.swift .
	$(SWIFT) Scripts/words.swift $(PROSE)

format: ## Formats the source in place
	$(SWIFT) format -i -r -p $(FORMATTED)

# DOC_BASE is the path of the documentation on its server, for example /retnet; empty for the root.
DOC_BASE ?=
docs: requirements ## Builds the library's documentation into .build/docs, for a static web server
	@SWIFT="$(SWIFT)" DOC_BASE="$(DOC_BASE)" Scripts/documentation.sh $(SEARCH_FLAGS)

# The first run writes the pictures that differ, and therefore fails.
pictures: requirements ## Draws docs/pictures with the bundled models
	-@RETNET_RECORD=1 $(SWIFT) test $(TEST_FLAGS) $(SEARCH_FLAGS) --filter PictureTests
	$(SWIFT) test $(TEST_FLAGS) $(SEARCH_FLAGS) --skip-build --filter PictureTests

benchmark: requirements ## Measures parts of the library (Benchmarks/README.md)
	cd Benchmarks && $(SWIFT) package $(SEARCH_FLAGS) benchmark --no-progress

compare: build ## Compares the speed of retnet, PyTorch and llama.cpp (Benchmarks/README.md)
	Benchmarks/pytorch/compare.py
	Benchmarks/llamacpp/compare.py

# What is installed runs without the folder of the toolchain: on Linux the Swift run-time is linked statically. This has
# its own folder, as the flag changes how every module is compiled. SWIFT_FLAGS are more arguments of `swift build`.
SWIFT_FLAGS ?=
STATIC = $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)
STAGE = .build/stage
stage: requirements
	@$(SWIFT) build -c release --product retnet --scratch-path .build/install $(STATIC) $(SWIFT_FLAGS) $(SEARCH_FLAGS) >&2
	@SWIFT="$(SWIFT)" Scripts/install.sh stage .build/install/release/retnet $(STAGE)

install: stage ## Installs into PREFIX (/usr/local): the program, models, lessons, manual pages, completions, licences
	@Scripts/install.sh install $(STAGE) "$(DESTDIR)$(PREFIX)"

uninstall: ## Removes exactly what `make install` installed into PREFIX (/usr/local)
	@Scripts/install.sh uninstall "$(DESTDIR)$(PREFIX)"

DIST ?= .build/dist
dist: stage ## Writes an archive that runs without a toolchain into DIST (.build/dist)
	@Scripts/package.sh archive $(STAGE) "$(DIST)"

deb: stage ## Writes a Debian package into DIST (.build/dist)
	@SWIFT="$(SWIFT)" Scripts/requirements.sh dpkg-shlibdeps
	@Scripts/package.sh debian $(STAGE) "$(DIST)"

clean: ## Removes all build folders
	rm -rf .build Benchmarks/.build Tools/Corpus/.build Tools/Robustness/.build

requirements: ## Installs missing system packages, or lists them
	@SWIFT="$(SWIFT)" Scripts/requirements.sh

help: ## Lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

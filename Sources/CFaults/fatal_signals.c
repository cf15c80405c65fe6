// Everything that runs in a handler is async-signal-safe: system calls, atomics, and memory prepared before.

#include "fatal_signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mapped_ranges.h"

#ifndef NSIG
#define NSIG 65
#endif

// MARK: Output

/// `nanosleep` is not async-signal-safe.
static void wait_milliseconds(int duration) { poll(NULL, 0, duration); }

/// Writes to stderr, unless it does not accept output.
static void report(const char *text) {
  size_t length = strlen(text);
  while (length > 0) {
    struct pollfd waiting = {STDERR_FILENO, POLLOUT, 0};
    if (poll(&waiting, 1, 100) != 1 || !(waiting.revents & POLLOUT)) return;
    ssize_t count = write(STDERR_FILENO, text, length);
    if (count <= 0) return;
    text += count;
    length -= (size_t)count;
  }
}

static void report_number(int number) {
  char digits[12];
  char *start = digits + sizeof digits;
  *--start = 0;
  do {
    *--start = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  report(start);
}

// MARK: The terminal

static struct {
  /// A descriptor of its own if possible, so that it can be non-blocking.
  int descriptor;
  bool owns_descriptor;
  struct termios modes;
  char leave[512];
  size_t length;
} guard;

/// Whether `guard` has a terminal to restore.
static atomic_bool guarded;
/// Whether a handler ends the process.
static atomic_bool ending;
/// Whether a thread writes to the terminal, and whether a handler has stopped it.
static atomic_bool writing, parked;
static _Atomic(pthread_t) writer;

/// Stops the calling thread, as another one ends the process.
static noreturn void park(void) {
  if (pthread_equal(pthread_self(), atomic_load(&writer))) atomic_store(&parked, true);
  for (;;) pause();
}

/// Dispatch blocks most signals on its threads, but not this one.
static const int park_signal = SIGSYS;

void fatal_signals_guard_terminal(int descriptor, const struct termios *modes, const char *leave, size_t length) {
  fatal_signals_release_terminal();
  // O_NONBLOCK on the given descriptor would apply to every process that shares it.
  char path[256];
  int own = ttyname_r(descriptor, path, sizeof path) == 0
    ? open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
  guard.owns_descriptor = own >= 0;
  guard.descriptor = own >= 0 ? own : descriptor;
  guard.modes = *modes;
  guard.length = length < sizeof guard.leave ? length : sizeof guard.leave;
  memcpy(guard.leave, leave, guard.length);
  atomic_store(&guarded, true);
}

void fatal_signals_release_terminal(void) {
  if (atomic_exchange(&guarded, false) && guard.owns_descriptor) close(guard.descriptor);
}

void fatal_signals_begin_output(void) {
  fatal_signals_use_alternate_stack();
  atomic_store(&writer, pthread_self());
  atomic_store(&writing, true);
  if (atomic_load(&ending)) park();
}

void fatal_signals_end_output(void) { atomic_store(&writing, false); }

void fatal_signals_restore_terminal(void) {
  if (!atomic_exchange(&guarded, false)) return;
  // A process in the background would be stopped for changing the modes.
  sigset_t background, before;
  sigemptyset(&background);
  sigaddset(&background, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &background, &before);
  size_t written = 0;
  for (int attempt = 0; attempt < 200 && written < guard.length; attempt++) {
    if (attempt > 0) wait_milliseconds(1);
    if (written == 0) tcflush(guard.descriptor, TCOFLUSH);
    tcflow(guard.descriptor, TCOON);
    struct pollfd waiting = {guard.descriptor, POLLOUT, 0};
    if (!guard.owns_descriptor && poll(&waiting, 1, 0) != 1) continue;
    ssize_t count = write(guard.descriptor, guard.leave + written, guard.length - written);
    if (count > 0) written += (size_t)count;
    if (count < 0 && errno != EAGAIN && errno != EINTR) break;
  }
  tcsetattr(guard.descriptor, TCSANOW, &guard.modes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

// MARK: The end of the process

/// Reserves the end of the process for the calling thread, and stops the thread that writes to the terminal.
static void begin_end(void) {
  if (atomic_exchange(&ending, true)) park();
  if (!atomic_load(&writing) || pthread_equal(pthread_self(), atomic_load(&writer))) return;
  pthread_kill(atomic_load(&writer), park_signal);
  for (int attempt = 0; attempt < 100 && atomic_load(&writing) && !atomic_load(&parked); attempt++) {
    wait_milliseconds(1);
  }
}

noreturn void fatal_signals_end(int signal) {
  begin_end();
  fatal_signals_restore_terminal();
  _exit(128 + signal);
}

noreturn void process_end(int status) {
  // Not all streams: another thread may hold the lock of stdin while it waits for a line.
  fflush(stdout);
  fflush(stderr);
  fatal_signals_restore_terminal();
  _exit(status);
}

static bool chains_handlers;
static struct sigaction previous[NSIG];

static const struct {
  int number;
  const char *name;
  /// Whether the signal means a defect of the program.
  bool is_fault;
} handled[] = {
  {SIGSEGV, "SIGSEGV", true}, {SIGBUS, "SIGBUS", true}, {SIGILL, "SIGILL", true}, {SIGTRAP, "SIGTRAP", true},
  {SIGABRT, "SIGABRT", true}, {SIGFPE, "SIGFPE", true}, {SIGSYS, "SIGSYS", true},
  {SIGQUIT, "SIGQUIT", false}, {SIGXCPU, "SIGXCPU", false}, {SIGALRM, "SIGALRM", false},
  {SIGVTALRM, "SIGVTALRM", false}, {SIGPROF, "SIGPROF", false}, {SIGUSR1, "SIGUSR1", false},
  {SIGUSR2, "SIGUSR2", false},
#ifdef SIGPOLL
  {SIGPOLL, "SIGPOLL", false},
#endif
#ifdef SIGPWR
  {SIGPWR, "SIGPWR", false},
#endif
#ifdef SIGSTKFLT
  {SIGSTKFLT, "SIGSTKFLT", false},
#endif
#ifdef SIGEMT
  {SIGEMT, "SIGEMT", true},
#endif
};
enum { handled_count = sizeof handled / sizeof *handled };

/// The signal for which the program must end before SIGALRM arrives; 0 for none.
static atomic_int awaited_end;

int fatal_signals_awaited_end(void) { return atomic_load(&awaited_end); }

static void report_signal(int signal) {
  const char *name = "real-time";
  bool is_fault = false;
  for (int i = 0; i < handled_count; i++) {
    if (handled[i].number != signal) continue;
    name = handled[i].name;
    is_fault = handled[i].is_fault;
  }
  report(is_fault ? "retnet: internal error (signal " : "retnet: ended by a signal (");
  report_number(signal);
  report(", ");
  report(name);
  report(is_fault ? "). Please report it with the command, its input and the output of 'retnet --version'.\n" : ").\n");
}

static void end_by_signal(int signal, siginfo_t *info, void *context) {
  int awaited = atomic_load(&awaited_end);
  if (signal == SIGALRM && awaited) fatal_signals_end(awaited);
  begin_end();
  fatal_signals_restore_terminal();
  const char *file = signal == SIGBUS ? mapped_range_name(info->si_addr) : NULL;
  if (file) {
    report("retnet: '");
    report(file);
    report("' was shortened while it was in use, or cannot be read any more. Restore the file and start again.\n");
    _exit(2);
  }
  report_signal(signal);
  const struct sigaction *before = &previous[signal];
  if (chains_handlers && (before->sa_flags & SA_SIGINFO)) before->sa_sigaction(signal, info, context);
  struct sigaction action = {0};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, NULL);
  sigset_t unblocked;
  sigemptyset(&unblocked);
  sigaddset(&unblocked, signal);
  pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
  raise(signal);
  _exit(128 + signal);
}

static void install(int signal) {
  struct sigaction action = {0};
  action.sa_sigaction = end_by_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  if (sigaction(signal, NULL, &previous[signal]) != 0) return;
  if (!(previous[signal].sa_flags & SA_SIGINFO) && previous[signal].sa_handler == SIG_IGN) return;
  sigaction(signal, &action, NULL);
}

static atomic_int continuations;

int fatal_signals_continuations(void) { return atomic_load(&continuations); }

static void count_continuation(int signal) {
  (void)signal;
  atomic_fetch_add(&continuations, 1);
}

void fatal_signals_install(bool chains) {
  chains_handlers = chains;
  fatal_signals_use_alternate_stack();
  for (int i = 0; i < handled_count; i++) install(handled[i].number);
#ifdef SIGRTMIN
  for (int number = SIGRTMIN; number <= SIGRTMAX && number < NSIG; number++) install(number);
#endif
  signal(SIGCONT, count_continuation);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

// MARK: Alternate stacks

enum { alternate_stack_size = 64 << 10 };

static pthread_key_t alternate_stack_key;
static pthread_once_t alternate_stack_once = PTHREAD_ONCE_INIT;

static void free_alternate_stack(void *memory) {
  stack_t none = {.ss_flags = SS_DISABLE, .ss_size = alternate_stack_size};
  sigaltstack(&none, NULL);
  munmap(memory, alternate_stack_size);
}

static void create_alternate_stack_key(void) { pthread_key_create(&alternate_stack_key, free_alternate_stack); }

void fatal_signals_use_alternate_stack(void) {
  pthread_once(&alternate_stack_once, create_alternate_stack_key);
  if (pthread_getspecific(alternate_stack_key)) return;
  void *memory = mmap(NULL, alternate_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack = {.ss_sp = memory, .ss_size = alternate_stack_size};
  if (sigaltstack(&stack, NULL) != 0 || pthread_setspecific(alternate_stack_key, memory) != 0) {
    munmap(memory, alternate_stack_size);
  }
}

// MARK: The signal pipe

static atomic_int pipe_descriptor = -1;
static atomic_bool interrupt_is_pending;

void signal_pipe_set(int descriptor) { atomic_store(&pipe_descriptor, descriptor); }

void signal_pipe_acknowledge(void) { atomic_store(&interrupt_is_pending, false); }

void signal_pipe_handler(int signal) {
  int saved = errno;
  if (signal == SIGTERM || signal == SIGHUP) {
    if (atomic_exchange(&awaited_end, signal)) fatal_signals_end(signal);
    alarm(1);
  }
  if (signal == SIGINT && atomic_exchange(&interrupt_is_pending, true)) fatal_signals_end(signal);
  unsigned char byte = (unsigned char)signal;
  ssize_t ignored = write(atomic_load(&pipe_descriptor), &byte, 1);
  (void)ignored;
  errno = saved;
}

/// Stops the process as `signal` does by default.
static void stop_by(int signal) {
  struct sigaction standard = {0}, before, before_continue;
  standard.sa_handler = SIG_DFL;
  sigaction(signal, &standard, &before);
  sigaction(SIGCONT, &standard, &before_continue);
  // Sent to this thread and unblocked, the signal stops the process before `raise` returns.
  sigset_t stop, mask;
  sigemptyset(&stop);
  sigaddset(&stop, signal);
  pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
  raise(signal);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGCONT, &before_continue, NULL);
  sigaction(signal, &before, NULL);
}

void signal_pipe_await_foreground(int terminal) {
  // Without a shell, SIGTTOU has no effect, and this waits.
  for (pid_t group = tcgetpgrp(terminal); group > 0 && group != getpgrp(); group = tcgetpgrp(terminal)) {
    stop_by(SIGTTOU);
    wait_milliseconds(20);
  }
}

void signal_pipe_stop(int terminal, bool group) {
  if (group) {
    struct sigaction ignored = {0}, before;
    ignored.sa_handler = SIG_IGN;
    sigaction(SIGTSTP, &ignored, &before);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
  }
  stop_by(SIGTSTP);
  signal_pipe_await_foreground(terminal);
}

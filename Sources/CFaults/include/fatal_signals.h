// Signals that end the process: handlers that restore the terminal first.
#ifndef CFAULTS_FATAL_SIGNALS_H
#define CFAULTS_FATAL_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>
#include <termios.h>

/// Handles every signal that ends a process by default, except SIGKILL, SIGINT, SIGTERM, SIGHUP, and those that the
/// parent process ignores. A handler restores the terminal, reports the signal on stderr, and ends the process by the
/// signal. A SIGBUS in a mapped file names the file and exits with 2. SIGPIPE and SIGXFSZ are ignored, so that the
/// calls that cause them fail.
///
/// Replaces the handlers of the Swift runtime, which may ask questions on the terminal. With `chains` they run after
/// the terminal is restored.
void fatal_signals_install(bool chains);

/// How often the process has been continued after a stop, while no other handler of SIGCONT was installed.
int fatal_signals_continuations(void);

/// Lets handlers run on this thread after its stack has overflowed. Has an effect once per thread.
void fatal_signals_use_alternate_stack(void);

/// Makes the handlers restore a terminal.
///
/// - descriptor: the terminal.
/// - modes: the modes to restore.
/// - leave: the bytes that undo what was sent to the terminal, at most 512. They are copied.
void fatal_signals_guard_terminal(int descriptor, const struct termios *modes, const char *leave, size_t length);

/// Ends the guard, after the terminal is restored.
void fatal_signals_release_terminal(void);

/// Encloses output to the guarded terminal. A handler on another thread stops it, so that nothing follows the bytes
/// that restore the terminal.
void fatal_signals_begin_output(void);
void fatal_signals_end_output(void);

/// Restores the guarded terminal, if there is one. Discards output that the terminal does not accept.
/// Async-signal-safe.
void fatal_signals_restore_terminal(void);

/// Restores the terminal and exits with 128 + signal. Async-signal-safe.
noreturn void fatal_signals_end(int signal);

/// Flushes stdout and stderr, restores the terminal, and exits without running exit handlers.
noreturn void process_end(int status);

/// The signal after which the process has one second to end by itself; 0 for none.
int fatal_signals_awaited_end(void);

/// The write end of a pipe that receives the numbers of handled signals; −1 for none.
void signal_pipe_set(int descriptor);

/// A handler that writes the signal's number to the pipe, for a program that then ends, or responds, by itself.
///
/// After SIGTERM or SIGHUP it has one second to end; then, or with the second of these signals, `fatal_signals_end`
/// follows. The same holds for a second SIGINT without `signal_pipe_acknowledge` after the first.
void signal_pipe_handler(int signal);

/// States that the program has responded to SIGINT.
void signal_pipe_acknowledge(void);

/// Stops the process as SIGTSTP does by default, and with `group` the other processes of its group. Returns when it is
/// continued in the foreground of the terminal, or at once if no shell controls the process. No SIGCONT is handled.
void signal_pipe_stop(int terminal, bool group);

/// Stops the process while it is in the background of the terminal.
void signal_pipe_await_foreground(int terminal);

#endif

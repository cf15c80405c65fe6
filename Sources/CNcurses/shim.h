// Wide ncurses for Swift: its macros as functions and its globals as accessors.
#ifndef CNCURSES_SHIM_H
#define CNCURSES_SHIM_H

#define NCURSES_WIDECHAR 1
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#include <curses.h>
#include <stdint.h>
#include <wchar.h>

// Pairs beyond 255 and init_extended_pair require ncurses 6.1; macOS has an older version.
#if defined(NCURSES_EXT_COLORS) && NCURSES_EXT_COLORS && NCURSES_VERSION_PATCH >= 20170401
#define CN_EXTENDED_PAIRS 1
#else
#define CN_EXTENDED_PAIRS 0
#endif

// Declared here and not included: <term.h> defines hundreds of short macros, and <wchar.h> may hide wcwidth.
extern int setupterm(NCURSES_CONST char *term, int descriptor, int *status);
extern int wcwidth(wchar_t character);

/// The name of a standard capability of terminfo by its index; NULL after the last one, and where <term.h> has no
/// arrays of names.
#if defined(NCURSES_REENTRANT) && NCURSES_REENTRANT
static inline const char *cn_flag_name(int index) { return NULL; }
static inline const char *cn_number_name(int index) { return NULL; }
static inline const char *cn_string_name(int index) { return NULL; }
#else
extern NCURSES_CONST char *const boolnames[], *const numnames[], *const strnames[];
static inline const char *cn_flag_name(int index) { return boolnames[index]; }
static inline const char *cn_number_name(int index) { return numnames[index]; }
static inline const char *cn_string_name(int index) { return strnames[index]; }
#endif

// No function here has a WINDOW *: the header of macOS hides that structure, others declare it, and Swift imports the
// two pointers as different types. wint_t differs likewise.

/// A pad from which keys are read without waiting; NULL without memory.
static inline void *cn_open_keyboard(void) {
  WINDOW *keyboard = newpad(1, 1);
  keypad(keyboard, true);
  nodelay(keyboard, true);
  return keyboard;
}

/// Returns OK with a character, KEY_CODE_YES with the code of a key, or ERR if there is none.
static inline int cn_read_keyboard(void *keyboard, uint32_t *value) {
  wint_t read = 0;
  int status = wget_wch((WINDOW *)keyboard, &read);
  *value = (uint32_t)read;
  return status;
}

static inline void cn_close_keyboard(void *keyboard) { delwin((WINDOW *)keyboard); }

/// Makes the next update draw the whole screen again.
static inline void cn_repaint(void) { clearok(stdscr, true); }

/// Prepares the changes for doupdate.
static inline void cn_stage(void) { wnoutrefresh(stdscr); }

static inline int cn_colors(void) { return COLORS; }

/// Number of color pairs, including pair 0.
static inline int cn_pair_limit(void) {
#if CN_EXTENDED_PAIRS
  return COLOR_PAIRS;
#else
  return COLOR_PAIRS < 256 ? COLOR_PAIRS : 256;
#endif
}

/// Whether a pair can have any 24-bit color.
static inline bool cn_has_extended_pairs(void) { return CN_EXTENDED_PAIRS; }

static inline int cn_init_pair(int pair, int foreground, int background) {
#if CN_EXTENDED_PAIRS
  return init_extended_pair(pair, foreground, background);
#else
  return init_pair((short)pair, (short)foreground, (short)background);
#endif
}

/// Draws one character, a base with its combining marks, at a position of the screen. The cursor does not move.
static inline int cn_put_cell(int row, int column, const wchar_t *text, attr_t attributes, int pair) {
  cchar_t cell;
#if CN_EXTENDED_PAIRS
  int extended = pair;
  if (setcchar(&cell, text, attributes, (short)(pair < 32767 ? pair : 32767), &extended) == ERR) return ERR;
#else
  if (setcchar(&cell, text, attributes, (short)pair, NULL) == ERR) return ERR;
#endif
  return mvwadd_wchnstr(stdscr, row, column, &cell, 1);
}

static inline attr_t cn_bold(void) { return A_BOLD; }
static inline attr_t cn_dim(void) { return A_DIM; }
static inline attr_t cn_underline(void) { return A_UNDERLINE; }
static inline attr_t cn_reverse(void) { return A_REVERSE; }

static inline int cn_columns(void) { return getmaxx(stdscr); }
static inline int cn_rows(void) { return getmaxy(stdscr); }

static inline mmask_t cn_mouse_press(void) { return BUTTON1_PRESSED; }
static inline mmask_t cn_mouse_release(void) { return BUTTON1_RELEASED; }
static inline mmask_t cn_mouse_move(void) { return REPORT_MOUSE_POSITION; }
static inline mmask_t cn_mouse_wheel_up(void) { return BUTTON4_PRESSED; }
static inline mmask_t cn_mouse_wheel_down(void) {
#ifdef BUTTON5_PRESSED
  return BUTTON5_PRESSED;
#else
  return 0;  // the older mouse interface has four buttons
#endif
}

#endif

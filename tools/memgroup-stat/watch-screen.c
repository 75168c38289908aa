// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat watch: the live screen. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "escape.h"
#include "grid.h"
#include "listing.h"
#include "recent.h"
#include "screen-map.h"
#include "terminal.h"
#include "views.h"
#include "waiting.h"
#include "watch.h"
#include "watcher.h"

/* A smaller screen shows only that it is too small. */
#define HEIGHT_MIN 10
#define WIDTH_MIN 40
/* Decisions and the map are shown where there is room for them. */
#define HEIGHT_FOR_DECISIONS 16
#define HEIGHT_FOR_MAP 20

#define KEY_ESCAPE 27
#define KEY_ERASE_LINE 21	/* Ctrl-U */

#define NODES_LIST "NODE,RATIO,ALLOWED,HEADROOM,EARLY-KERNEL,KERNEL,MOVABLE,CMA"

struct screen {
	const struct request *request;
	uint64_t interval_ns;
	struct replay *replay;		/* NULL: the running system */
	struct watcher watcher;

	/* The last reading that failed, until one does not. */
	bool failed;
	struct fault fault;

	struct screen_map map;

	struct recent recent;
	bool decisions_known;
	char *decisions_seen;		/* the policy's counter when they were read */
	uint64_t decisions_replayed;	/* how many these were the last of */
	struct fault decisions_fault;

	struct selection columns, node_columns, recent_columns;
	struct grid groups, nodes, decisions;
	bool *changed;			/* groups, by their index */
	bool any_changed;
	/* More than the clock is not as it is on the screen. */
	bool stale;

	struct listing_order order;
	char filter[120], filter_before[120];
	size_t *rows, nr_rows;		/* groups that are shown, in their order */
	size_t top, left;		/* first row, first column */
	size_t page, nr_shown;		/* rows and columns on the screen */

	bool paused, editing, help, done;
};

/* Reading */

static const char *setting(const struct model *model, const char *name)
{
	size_t i;

	for (i = 0; i < model->policy.nr_settings; i++)
		if (!strcmp(model->policy.settings[i].name, name))
			return model->policy.settings[i].value;
	return NULL;
}

static void replay_decisions_until_now(struct screen *s)
{
	const uint64_t count = replay_count(s->replay);

	if (s->decisions_known && count == s->decisions_replayed)
		return;
	s->stale = true;
	s->decisions_known = !recent_copy(&s->recent, replay_decisions(s->replay),
					  replay_page_bytes(s->replay),
					  &s->decisions_fault);
	s->decisions_replayed = count;
}

/* The kernel counts its decisions: there are new ones only if the number is. */
static void read_decisions(struct screen *s)
{
	const struct model *model = &s->watcher.now;
	const char *number = setting(model, "decisions");
	struct sysroot root;
	int err;

	if (s->replay) {
		replay_decisions_until_now(s);
		return;
	}
	if (model->from == FROM_SYSFS) {
		strcpy(s->decisions_fault.text, "Only a kernel with CONFIG_MEMGROUP tells decisions.");
		return;
	}
	if (s->decisions_known && number && s->decisions_seen &&
	    !strcmp(number, s->decisions_seen))
		return;
	s->stale = true;
	free(s->decisions_seen);
	s->decisions_seen = number ? strdup(number) : NULL;
	err = sysroot_open(&root, s->request->sysroot, &s->decisions_fault);
	if (!err) {
		err = recent_read(&s->recent, &root, &s->decisions_fault);
		sysroot_close(&root);
	}
	s->decisions_known = !err;
}

static int arrange(struct screen *s, struct fault *fault)
{
	const struct model *model = &s->watcher.now;
	int err;

	free(s->rows);
	s->rows = NULL;
	s->nr_rows = 0;
	err = listing_make(s->groups.table, model, &s->order, &s->rows, &s->nr_rows, fault);
	if (s->top >= s->nr_rows)
		s->top = s->nr_rows ? s->nr_rows - 1 : 0;
	return err;
}

/* What is not new any more stops standing out at the next reading. */
static int mark_changes(struct screen *s, const struct changes *changes, bool first,
			struct fault *fault)
{
	size_t i;

	/* Those of the last time are not any more. */
	s->stale |= s->any_changed || changes_any(changes);
	s->any_changed = false;
	free(s->changed);
	s->changed = calloc(s->watcher.now.nr_groups + 1, sizeof(*s->changed));
	if (!s->changed)
		return fault_nomem(fault);
	for (i = 0; i < changes->nr_groups && !first; i++)
		if (changes->groups[i].kind != MODEL_REMOVED)
			s->any_changed = s->changed[changes->groups[i].after] = true;
	return 0;
}

/* Returns 0 or a negative errno value, which s->fault explains. */
static int read_once(struct screen *s)
{
	const bool first = !s->watcher.now.policy.name;
	struct changes changes;
	int err = s->replay ? replay_apply(s->replay, &s->fault) : 0;

	err = err ?: watcher_read(&s->watcher, &changes, &s->fault);
	s->stale |= s->failed || err;
	s->failed = err != 0;
	if (err)
		return err;
	/* Its memory may be used again for what is other blocks now. */
	if (changes.before->blocks != changes.after->blocks)
		screen_map_forget(&s->map);
	err = mark_changes(s, &changes, first, &s->fault) ?: arrange(s, &s->fault);
	changes_free(&changes);
	s->failed = err != 0;
	read_decisions(s);
	return err;
}

/* Drawing */

/* In the colour, where there are any; drawing with it ends with normal(). */
static void paint(enum terminal_color color, attr_t otherwise)
{
	attrset(terminal_has_colors() ? COLOR_PAIR(color) | A_BOLD : otherwise);
}

static void normal(void)
{
	attrset(A_NORMAL);
}

static void interval_text(uint64_t ns, char *text, size_t size)
{
	const unsigned int hundredths = (unsigned int)(ns / 10000000 % 100);

	if (hundredths)
		snprintf(text, size, "%" PRIu64 ".%02us", ns / 1000000000, hundredths);
	else
		snprintf(text, size, "%" PRIu64 "s", ns / 1000000000);
}

/* How often it is read, and the time; of a recording its speed, and its time. */
static void when_text(const struct screen *s, char *text, size_t size)
{
	char every[32], clock[16] = "";
	time_t now = time(NULL);
	struct tm local;
	uint64_t ns;

	if (s->replay) {
		ns = replay_now(s->replay);
		snprintf(text, size, "%s%gx  %" PRIu64 ".%03us",
			 replay_has_lost(s->replay) ? "LOST EVENTS  " :
			 replay_ended(s->replay) ? "END  " : "",
			 (double)replay_speed(s->replay) / REPLAY_SPEED_ONE,
			 ns / 1000000000, (unsigned int)(ns / 1000000 % 1000));
		return;
	}
	interval_text(s->interval_ns, every, sizeof(every));
	if (localtime_r(&now, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	snprintf(text, size, "every %s  %s", every, clock);
}

static void draw_title(const struct screen *s, int width)
{
	char *words = policy_in_words(&s->watcher.now.policy);
	char right[80];
	int x;

	when_text(s, right, sizeof(right));
	if (s->paused)
		strcpy(right, "PAUSED");
	else if (words && text_width(words) + 1 + text_width(right) > width)
		*right = '\0';
	x = width - text_width(right);
	attrset(A_BOLD);
	draw_text(0, 0, x - 1, words ? words : "");
	normal();
	if (s->paused)
		paint(COLOR_OF_KERNEL, A_REVERSE);
	draw_text(0, x, width - x, right);
	normal();
	free(words);
}

static void draw_status(const struct screen *s, int y, int width)
{
	char left[300], right[64] = "";
	char *fault;
	int room;

	if (s->editing) {
		snprintf(left, sizeof(left), "Filter by device: %s", s->filter);
		draw_text(y, 0, width - 1, left);
		return;
	}
	if (s->failed) {
		fault = escape_terminal(s->fault.text, escape_locale_is_utf8());
		paint(COLOR_OF_ERROR, A_REVERSE);
		draw_text(y, 0, width - 1, fault ? fault : "");
		normal();
		free(fault);
		return;
	}
	if (s->nr_rows > s->page)
		snprintf(right, sizeof(right), "%zu-%zu of %zu", s->top + 1,
			 s->top + s->page < s->nr_rows ? s->top + s->page : s->nr_rows,
			 s->nr_rows);
	if (*s->filter)
		snprintf(left, sizeof(left), "Devices with \"%s\": %zu of %zu  / change",
			 s->filter, s->nr_rows, s->watcher.now.nr_groups);
	else
		strcpy(left, "? help  q quit  s sort  / filter  p pause  r refresh");
	room = width - 1 - text_width(right);
	attrset(A_DIM);
	draw_text(y, 0, room - 1, left);
	normal();
	draw_text(y, room, width - room - 1, right);
}

static void draw_groups(struct screen *s, const struct area *area)
{
	const struct model *model = &s->watcher.now;
	const bool headings = !s->groups.options->noheadings;
	size_t last;

	s->page = area->height > headings ? (size_t)(area->height - headings) : 1;
	/* A larger window shows what was above. */
	if (s->top + s->page > s->nr_rows)
		s->top = s->nr_rows > s->page ? s->nr_rows - s->page : 0;
	s->groups.data = model;
	s->groups.rows = s->rows;
	s->groups.nr_rows = s->nr_rows;
	s->groups.marked = s->changed;
	s->groups.sorted = s->order.column;
	s->groups.descending = s->order.descending;
	grid_measure(&s->groups, area, s->top);
	last = grid_last_column(&s->groups, area);
	if (s->left > last)
		s->left = last;
	s->nr_shown = grid_draw(&s->groups, area, s->top, s->left);
	if (!model->nr_groups)
		draw_text(area->y + headings, 0, area->width,
			  "No memory groups, no hotplugged memory.");
	else if (!s->nr_rows)
		draw_text(area->y + headings, 0, area->width, "No device matches.");
}

static void draw_decisions(struct screen *s, const struct area *area)
{
	char *fault, *rest;
	int y;

	s->decisions.nr_rows = s->recent.nr_runs;
	grid_measure(&s->decisions, area, 0);
	grid_draw(&s->decisions, area, 0, 0);
	if (s->decisions_known) {
		if (!s->recent.nr_runs)
			draw_text(area->y + 1, 0, area->width, "No decision yet.");
		return;
	}
	/* In as many lines as there are; it is ASCII, mostly. */
	fault = escape_terminal(s->decisions_fault.text, escape_locale_is_utf8());
	rest = fault;
	for (y = 1; rest && *rest && y < area->height; y++) {
		draw_text(area->y + y, 0, area->width, rest);
		rest += strnlen(rest, (size_t)area->width);
	}
	free(fault);
}

static void draw_help(const struct screen *s, int height, int width)
{
	const char *const lines[] = {
		"q             quit",
		"s  S          sort by next, reverse",
		"/             filter by device",
		"p  space      pause, go on",
		s->replay ? "+  -          faster, slower" : "+  -          slower, faster",
		"r             refresh now",
		"arrows, PgUp, PgDn, Home, End scroll",
		"h  ?          this help; any key ends it",
	};
	const int rows = (int)ARRAY_SIZE(lines);
	const bool framed = width >= WIDTH_MIN + 4 && height >= rows + 2;
	const int wide = framed ? WIDTH_MIN + 4 : WIDTH_MIN, tall = rows + 2 * framed;
	const int y = (height - tall) / 2, x = (width - wide) / 2;
	WINDOW *window = newwin(tall, wide, y, x);
	int i;

	if (!window)
		return;
	if (framed)
		box(window, 0, 0);
	for (i = 0; i < rows; i++)
		mvwaddnstr(window, i + framed, 2 * framed, lines[i], WIDTH_MIN);
	wnoutrefresh(stdscr);
	wnoutrefresh(window);
	delwin(window);
}

static int at_most(int number, int most)
{
	return number < most ? number : most;
}

/* From top to bottom: policy, nodes, groups, decisions, and a line of status. */
static void draw_parts(struct screen *s, int height, int width)
{
	const int nr_nodes = (int)s->watcher.now.nr_nodes;
	struct area area = { .y = 1, .width = width };
	int left = height - 2, below = 0, map = 0, wanted;
	struct fault fault;

	draw_title(s, width);
	/* Of a single node the numbers are the system's. */
	area.height = 1 + (nr_nodes > 2 ? at_most(nr_nodes, 1 + height / 8) : 1);
	s->nodes.data = &s->watcher.now;
	s->nodes.nr_rows = s->watcher.now.nr_nodes;
	grid_measure(&s->nodes, &area, 0);
	grid_draw(&s->nodes, &area, 0, 0);
	area.y += area.height;
	left -= area.height;

	if (height >= HEIGHT_FOR_MAP)
		map = 1 + height / 6;
	left -= map;
	if (height >= HEIGHT_FOR_DECISIONS) {
		/* Groups first, but some decisions always; then what is left over. */
		wanted = 2 + at_most((int)s->nr_rows, height);
		below = left - wanted < left / 3 ? left / 3 : left - wanted;
		below = at_most(below, 1 + RECENT_MAX);
	}
	area.height = left - below;
	draw_groups(s, &area);
	area.y += area.height;
	area.height = map;
	/* Without memory for it, there is none. */
	if (map && screen_map_draw(&s->map, &s->watcher.now, &area, &fault))
		screen_map_forget(&s->map);
	area.y += area.height;
	area.height = below;
	if (below)
		draw_decisions(s, &area);
	draw_status(s, height - 1, width);
}

/* Most of the time nothing happens, and this is all there is to draw. */
static void draw_clock(const struct screen *s)
{
	int height, width;

	getmaxyx(stdscr, height, width);
	if (height < HEIGHT_MIN || width < WIDTH_MIN)
		return;
	move(0, 0);
	clrtoeol();
	draw_title(s, width);
	refresh();
}

static void draw(struct screen *s)
{
	int height, width;
	char text[60];

	s->stale = false;
	getmaxyx(stdscr, height, width);
	erase();
	if (height < HEIGHT_MIN || width < WIDTH_MIN) {
		snprintf(text, sizeof(text), "%dx%d, needs %dx%d", width, height, WIDTH_MIN,
			 HEIGHT_MIN);
		draw_text(0, 0, width, "terminal too small");
		draw_text(1, 0, width, text);
		refresh();
		return;
	}
	draw_parts(s, height, width);
	curs_set(s->editing);
	if (s->editing) {
		const int x = text_width("Filter by device: ") + text_width(s->filter);

		move(height - 1, x < width ? x : width - 1);
	}
	if (s->help)
		draw_help(s, height, width);
	doupdate();
	if (!s->help)
		refresh();
}

/* Keys */

/* Of the columns that can be seen; after the last one as the groups come. */
static void sort_by_next(struct screen *s)
{
	const size_t end = s->left + s->nr_shown;
	size_t i = s->left;

	while (i < end && s->order.column && s->columns.column[i] != s->order.column)
		i++;
	if (s->order.column)
		i++;
	if (s->order.column && i > end)
		i = s->left;
	s->order.column = i < end ? s->columns.column[i] : NULL;
	/* The largest numbers are what one looks for. */
	s->order.descending = s->order.column && s->order.column->right;
}

static void change_interval(struct screen *s, int step)
{
	static const uint64_t steps[] = { 5, 10, 20, 50, 100, 200, 500, 1000, 3000, 6000 };
	const uint64_t hundredth = 10000000;
	size_t i;

	if (step > 0) {
		for (i = 0; i < ARRAY_SIZE(steps); i++)
			if (steps[i] * hundredth > s->interval_ns)
				break;
		if (i < ARRAY_SIZE(steps))
			s->interval_ns = steps[i] * hundredth;
		return;
	}
	for (i = ARRAY_SIZE(steps); i > 0; i--) {
		if (steps[i - 1] * hundredth < s->interval_ns) {
			s->interval_ns = steps[i - 1] * hundredth;
			return;
		}
	}
}

static void scroll_rows(struct screen *s, bool down, size_t by)
{
	const size_t last = s->nr_rows > s->page ? s->nr_rows - s->page : 0;

	if (down)
		s->top = last - s->top > by ? s->top + by : last;
	else
		s->top = s->top > by ? s->top - by : 0;
}

static void scroll_columns(struct screen *s, bool right)
{
	if (!right)
		s->left -= s->left > 0;
	else if (s->left < s->columns.nr - 1)
		s->left++;
}

/* A key that is no character. */
static void function_key(struct screen *s, wint_t key)
{
	switch (key) {
	case KEY_UP:
	case KEY_DOWN:
		scroll_rows(s, key == KEY_DOWN, 1);
		break;
	case KEY_PPAGE:
	case KEY_NPAGE:
		scroll_rows(s, key == KEY_NPAGE, s->page);
		break;
	case KEY_HOME:
	case KEY_END:
		scroll_rows(s, key == KEY_END, s->nr_rows);
		break;
	case KEY_LEFT:
	case KEY_RIGHT:
		scroll_columns(s, key == KEY_RIGHT);
		break;
	}
}

static void begin_filter(struct screen *s)
{
	s->editing = true;
	strcpy(s->filter_before, s->filter);
}

/* Returns whether to read at once. */
static bool command_key(struct screen *s, wint_t key)
{
	switch (key) {
	case 'q':
		s->done = true;
		break;
	case 's':
		sort_by_next(s);
		break;
	case 'S':
		s->order.descending = !s->order.descending;
		break;
	case '/':
		begin_filter(s);
		break;
	case ' ':
	case 'p':
		s->paused = !s->paused;
		return !s->paused;
	case '+':
	case '-':
		if (s->replay)
			replay_change_speed(s->replay, key == '+');
		else
			change_interval(s, key == '+' ? 1 : -1);
		break;
	case 'h':
	case '?':
		s->help = true;
		break;
	case 'r':
		watcher_hurry(&s->watcher);
		return true;
	case KEY_ESCAPE:
		*s->filter = '\0';
		break;
	}
	return false;
}

/* Takes the last character away. */
static void erase_character(char *text)
{
	size_t len = strlen(text);

	while (len && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	text[len ? len - 1 : 0] = '\0';
}

static void edit_filter(struct screen *s, wint_t key)
{
	char bytes[MB_LEN_MAX + 1] = "";
	mbstate_t state = { 0 };
	size_t len;

	switch (key) {
	case '\r':
	case '\n':
		s->editing = false;
		break;
	case KEY_ESCAPE:
		strcpy(s->filter, s->filter_before);
		s->editing = false;
		break;
	case '\b':
	case 127:
		erase_character(s->filter);
		break;
	case KEY_ERASE_LINE:
		*s->filter = '\0';
		break;
	default:
		len = wcrtomb(bytes, (wchar_t)key, &state);
		if (iswprint(key) && len != (size_t)-1 &&
		    strlen(s->filter) + len < sizeof(s->filter))
			strncat(s->filter, bytes, len);
	}
	s->top = 0;
}

/* Returns whether to read at once. */
static bool take_keys(struct screen *s)
{
	bool now = false;
	wint_t key;
	int kind;

	while (!s->done && (kind = get_wch(&key)) != ERR) {
		if (kind == KEY_CODE_YES && key == KEY_RESIZE)
			continue;
		if (s->help)
			s->help = false;
		else if (s->editing && kind == KEY_CODE_YES && key == KEY_BACKSPACE)
			edit_filter(s, '\b');
		else if (s->editing && kind == KEY_CODE_YES && key == KEY_ENTER)
			edit_filter(s, '\r');
		else if (kind == KEY_CODE_YES)
			function_key(s, key);
		else if (s->editing)
			edit_filter(s, key);
		else
			now |= command_key(s, key);
	}
	/* Without memory the rows stay away, and the status line tells. */
	if (arrange(s, &s->fault))
		s->failed = true;
	return now;
}

static void take_signal(struct screen *s, int number)
{
	switch (number) {
	case SIGWINCH:
		terminal_resize();
		memset(s->groups.width, 0, sizeof(s->groups.width));
		break;
	case SIGTSTP:
		terminal_suspend();
		break;
	case SIGCONT:
		terminal_retake();
		break;
	default:
		s->done = true;
	}
}

/* Until the end is asked for, or cannot be. */
static int live(struct screen *s, struct waiting *waiting, uint64_t count,
		struct fault *fault)
{
	uint64_t read_ns = monotonic_ns(), readings = 1, woken_ns = read_ns, before_ns;

	while (!s->done && (!count || readings < count)) {
		bool now = false;
		int number, wake;

		if (s->stale || s->editing)
			draw(s);
		else
			draw_clock(s);
		wake = waiting_wait(waiting, STDIN_FILENO, STDOUT_FILENO,
				    s->paused ? UINT64_MAX : read_ns + s->interval_ns,
				    &number, fault);
		if (wake < 0)
			return wake;
		if (wake == WAKE_GONE)
			return 0;
		before_ns = woken_ns;
		woken_ns = monotonic_ns();
		if (s->replay && !s->paused)
			replay_pass(s->replay, woken_ns - before_ns);
		s->stale |= wake != WAKE_TIME;
		if (wake == WAKE_SIGNAL)
			take_signal(s, number);
		else if (wake == WAKE_INPUT)
			now = take_keys(s);
		if (s->done || (wake != WAKE_TIME && !now))
			continue;
		/* A failure is shown; it may be over the next time. */
		read_once(s);
		readings++;
		read_ns = monotonic_ns();
	}
	draw(s);
	return 0;
}

static int set_up(struct screen *s, struct fault *fault)
{
	static const struct table_options plain;

	s->groups = (struct grid){
		.table = s->request->command->table, .columns = &s->columns,
		.options = &s->request->table,
	};
	s->nodes = (struct grid){
		.table = &nodes_table, .columns = &s->node_columns,
		.options = &s->request->table,
	};
	s->decisions = (struct grid){
		.table = &recent_table, .data = &s->recent, .columns = &s->recent_columns,
		.options = &plain, .cut = true,
	};
	s->order.filtered = table_column(s->groups.table, "DEVICE");
	s->order.filter = s->filter;
	return selection_parse(&s->columns, s->groups.table, s->request->columns, fault) ?:
		selection_parse(&s->node_columns, &nodes_table, NODES_LIST, fault) ?:
		selection_parse(&s->recent_columns, &recent_table, NULL, fault);
}

static void screen_free(struct screen *s)
{
	watcher_stop(&s->watcher);
	replay_stop(s->replay);
	recent_free(&s->recent);
	screen_map_forget(&s->map);
	free(s->decisions_seen);
	free(s->changed);
	free(s->rows);
	free(s);
}

int watch_screen(const struct request *request, const struct watch_options *options,
		 struct fault *fault)
{
	static const int more[] = { SIGTSTP, SIGCONT, SIGWINCH, 0 };
	struct screen *s = calloc(1, sizeof(*s));
	struct waiting waiting;
	int err;

	if (!s)
		return fault_nomem(fault);
	s->request = request;
	s->interval_ns = options->interval_ns;
	if (options->replay) {
		s->replay = replay_start(options->replay, options->speed, fault);
		if (!s->replay) {
			err = -errno;
			goto out;
		}
	}
	watcher_start(&s->watcher, request, s->replay);
	err = terminal_check(fault) ?: set_up(s, fault);
	if (!err) {
		err = read_once(s);
		*fault = s->fault;
	}
	if (!err)
		err = waiting_start(&waiting, more, fault);
	if (err)
		goto out;
	err = terminal_start(fault);
	if (!err) {
		err = live(s, &waiting, options->count, fault);
		terminal_stop();
		if (!err && s->replay)
			err = replay_say_notes(s->replay, fault);
	}
	waiting_stop(&waiting);
out:
	screen_free(s);
	return err;
}

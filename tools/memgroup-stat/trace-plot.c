// SPDX-License-Identifier: GPL-2.0
#include "trace-plot.h"

#include <inttypes.h>
#include <string.h>

#include "pen.h"
#include "units.h"

#define MARGIN		24
/* The curves: where they begin, behind what is said of them, and their size. */
#define LEFT		120
#define WIDTH		860
#define HEIGHT		200
#define LINE_STEP	18
#define PANEL_SPACE	26
/* Marks of what happened, a lane for each kind. */
#define LANE_STEP	20
#define LANE_HEIGHT	12
#define MARK_WIDTH	2
#define TIME_STEPS	4
#define TICKS_MAX	5
#define SWATCH		22
#define LEGEND_STEP	200
/* A limit so many times beyond what is MOVABLE would leave the rest at the bottom. */
#define LIMIT_MOST	8

#define TEXT_COLOR	0x222222
#define FAINT_COLOR	0x666666
#define RULE_COLOR	0xdddddd
#define PAPER_COLOR	0xffffff
#define ALARM_COLOR	0xb00000

static const struct font
	title_font = { .size = 20, .bold = true, .color = TEXT_COLOR },
	text_font = { .size = 13, .color = TEXT_COLOR },
	alarm_font = { .size = 13, .bold = true, .color = ALARM_COLOR },
	head_font = { .size = 13, .bold = true, .color = TEXT_COLOR },
	axis_font = { .size = 12, .align = ALIGN_RIGHT, .color = TEXT_COLOR },
	time_font = { .size = 12, .align = ALIGN_MIDDLE, .color = FAINT_COLOR };

/* By Okabe and Ito, as the map's. What is drawn later is in front. */
static const struct curve {
	enum timeline_number number;
	int width;
	uint32_t color;
	const char *label;
} curves[] = {
	{ TIMELINE_LIMIT, 2, 0x444444, "limit" },
	{ TIMELINE_HEADROOM, 2, 0x56b4e9, "headroom" },
	{ TIMELINE_MOVABLE, 3, 0x009e73, "MOVABLE" },
};

static const struct lane {
	enum timeline_mark mark;
	uint32_t color;
	const char *label;
} lanes[] = {
	{ TIMELINE_KERNEL, 0xe69f00, "KERNEL decision" },
	{ TIMELINE_FAILURE, 0xd55e00, "failure" },
	{ TIMELINE_GAP, ALARM_COLOR, "lost events" },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static uint64_t in_bytes(const struct trace_plot *plot, uint64_t pages)
{
	uint64_t bytes;

	return __builtin_mul_overflow(pages, plot->page_bytes, &bytes) ? UINT64_MAX : bytes;
}

/* Where the bin begins; that behind the last one is where the curves end. */
static int bin_at(const struct timeline *timeline, size_t bin)
{
	return LEFT + (int)(bin * WIDTH / timeline->nr_bins);
}

/* How high the curves of a track go, in bytes. */
static uint64_t find_scale(const struct trace_plot *plot, size_t track)
{
	const struct timeline *timeline = &plot->summary->timeline;
	uint64_t movable = 0, limit = 0, most;
	size_t i;

	for (i = 0; i < timeline->nr_bins; i++) {
		const struct timeline_bin *bin = &timeline->track[track][i];

		if (!bin->count)
			continue;
		if (bin->number[TIMELINE_MOVABLE].most > movable)
			movable = bin->number[TIMELINE_MOVABLE].most;
		if (bin->number[TIMELINE_LIMIT].most > limit)
			limit = bin->number[TIMELINE_LIMIT].most;
	}
	most = limit > movable ? limit : movable;
	if (movable && most / LIMIT_MOST > movable)
		most = movable * LIMIT_MOST;
	/* Something to divide by. */
	return in_bytes(plot, most) ?: 1;
}

/* From the upper edge; what is beyond the scale is drawn along it. */
static int height_of(uint64_t bytes, uint64_t scale)
{
	if (bytes > scale)
		bytes = scale;
	return HEIGHT - (int)((__uint128_t)bytes * HEIGHT / scale);
}

static void draw_grid(const struct pen *pen, uint64_t scale)
{
	char size[UNITS_SIZE_MAX];
	uint64_t step = 1, at;

	while (scale / step > TICKS_MAX)
		step *= 2;
	for (at = 0; at <= scale; at += step) {
		const int y = pen->y + height_of(at, scale);

		pen_fill(pen, LEFT, y, WIDTH, 1, RULE_COLOR);
		units_format_size(at, size);
		pen_text(pen, LEFT - 8, y + 4, &axis_font, size);
		if (at > UINT64_MAX - step)
			break;
	}
}

/* A line as wide as the curve, from one bin to another. */
static void draw_level(const struct pen *pen, const struct curve *curve, int from, int to,
		       int height)
{
	pen_fill(pen, from, pen->y + height - curve->width / 2, to - from, curve->width,
		 curve->color);
}

static void draw_curve(const struct trace_plot *plot, const struct pen *pen, size_t track,
		       const struct curve *curve, uint64_t scale)
{
	const struct timeline *timeline = &plot->summary->timeline;
	int from = -1, last = 0;
	size_t i;

	for (i = 0; i < timeline->nr_bins; i++) {
		const struct timeline_bin *bin = &timeline->track[track][i];
		const struct timeline_range *range = &bin->number[curve->number];
		int x, top, bottom;

		if (!bin->count)
			continue;
		x = bin_at(timeline, i);
		top = height_of(in_bytes(plot, range->most), scale);
		bottom = height_of(in_bytes(plot, range->least), scale);
		if (from >= 0) {
			/* As it was, until here. */
			draw_level(pen, curve, from, x, last);
			top = last < top ? last : top;
			bottom = last > bottom ? last : bottom;
		}
		pen_fill(pen, x, pen->y + top - curve->width / 2, curve->width,
			 bottom - top + curve->width, curve->color);
		last = height_of(in_bytes(plot, range->last), scale);
		from = x;
	}
	if (from >= 0)
		draw_level(pen, curve, from, LEFT + WIDTH, last);
}

static void draw_panel(const struct trace_plot *plot, struct pen *pen, size_t track)
{
	const int node = plot->summary->domains[track].node;
	const uint64_t scale = find_scale(plot, track);
	size_t i;

	pen->y += LINE_STEP;
	if (node < 0)
		pen_text(pen, MARGIN, pen->y, &head_font, "System");
	else
		pen_print(pen, MARGIN, pen->y, &head_font, "Node %d", node);
	pen->y += 10;
	draw_grid(pen, scale);
	for (i = 0; i < COUNT(curves); i++)
		draw_curve(plot, pen, track, &curves[i], scale);
	pen->y += HEIGHT + PANEL_SPACE;
}

static void draw_lane(const struct timeline *timeline, struct pen *pen,
		      const struct lane *lane)
{
	size_t i;

	pen_text(pen, LEFT - 8, pen->y + LANE_HEIGHT - 2, &axis_font, lane->label);
	pen_fill(pen, LEFT, pen->y + LANE_HEIGHT, WIDTH, 1, RULE_COLOR);
	for (i = 0; i < timeline->nr_bins; i++)
		if (timeline->marks[lane->mark][i])
			pen_fill(pen, bin_at(timeline, i), pen->y, MARK_WIDTH, LANE_HEIGHT,
				 lane->color);
	pen->y += LANE_STEP;
}

static void draw_time(const struct trace_plot *plot, struct pen *pen)
{
	const struct timeline *timeline = &plot->summary->timeline;
	const __uint128_t length = (__uint128_t)timeline->nr_bins << timeline->shift;
	char time[UNITS_TIME_MAX];
	int i;

	pen->y += 12;
	if (!plot->has_clock) {
		pen_text(pen, LEFT + WIDTH / 2, pen->y, &time_font,
			 "in this order; the clock of the trace does not count nanoseconds");
		pen->y += LINE_STEP;
		return;
	}
	for (i = 0; i <= TIME_STEPS; i++) {
		const __uint128_t at = length * (unsigned int)i / TIME_STEPS;

		units_format_time(at > UINT64_MAX ? UINT64_MAX : (uint64_t)at, time);
		pen_text(pen, LEFT + i * WIDTH / TIME_STEPS, pen->y, &time_font, time);
	}
	pen->y += LINE_STEP;
}

static void draw_legend(struct pen *pen)
{
	size_t i;

	pen->y += LINE_STEP;
	for (i = 0; i < COUNT(curves); i++) {
		const int x = LEFT + (int)i * LEGEND_STEP;

		pen_fill(pen, x, pen->y - 5 - curves[i].width / 2, SWATCH, curves[i].width,
			 curves[i].color);
		pen_text(pen, x + SWATCH + 8, pen->y, &text_font, curves[i].label);
	}
	pen->y += LINE_STEP;
	pen_text(pen, LEFT, pen->y, &text_font,
		 "As the decisions found it, over the time since the first event. Limit: the most that may be");
	pen->y += LINE_STEP;
	pen_text(pen, LEFT, pen->y, &text_font,
		 "MOVABLE, along the upper edge if it is far beyond what is. Headroom: what is left of it.");
}

static void draw_title(const struct trace_plot *plot, struct pen *pen)
{
	const size_t left_out = plot->summary->nr_domains > TIMELINE_TRACKS ?
				plot->summary->nr_domains - TIMELINE_TRACKS : 0;

	pen->y = MARGIN + 16;
	pen_text(pen, MARGIN, pen->y, &title_font, "MOVABLE memory and its limit over time");
	if (plot->lost) {
		pen->y += 22;
		pen_text(pen, MARGIN, pen->y, &alarm_font, plot->lost);
	}
	if (left_out) {
		pen->y += 22;
		pen_print(pen, MARGIN, pen->y, &text_font,
			  "The numbers of %s%zu more nodes are not drawn.",
			  plot->summary->other_domains ? "at least " : "", left_out);
	}
	pen->y += 10;
}

/* Returns how high it is; without a canvas it is only measured. */
static int draw_all(const struct trace_plot *plot, struct canvas *canvas)
{
	const struct timeline *timeline = &plot->summary->timeline;
	struct pen pen = { .canvas = canvas };
	bool any = false;
	size_t i;

	draw_title(plot, &pen);
	for (i = 0; i < TIMELINE_TRACKS; i++) {
		if (!timeline->track[i])
			continue;
		draw_panel(plot, &pen, i);
		any = true;
	}
	if (!any) {
		pen.y += LINE_STEP;
		pen_text(&pen, MARGIN, pen.y, &text_font,
			 "No decision compared MOVABLE memory with a limit.");
		pen.y += PANEL_SPACE;
	}
	if (timeline->nr_bins) {
		for (i = 0; i < COUNT(lanes); i++)
			draw_lane(timeline, &pen, &lanes[i]);
		draw_time(plot, &pen);
	}
	if (any)
		draw_legend(&pen);
	return pen.y + MARGIN;
}

struct plot_image {
	const struct trace_plot *plot;
	int height;
};

static void draw(struct canvas *canvas, const void *data)
{
	const struct plot_image *image = data;
	const struct pen pen = { .canvas = canvas };

	pen_fill(&pen, 0, 0, LEFT + WIDTH + 2 * MARGIN, image->height, PAPER_COLOR);
	draw_all(image->plot, canvas);
}

int trace_plot_write(FILE *out, const struct trace_plot *plot,
		     int (*write)(FILE *out, const struct image *image,
				  struct fault *fault),
		     struct fault *fault)
{
	const struct plot_image data = { .plot = plot, .height = draw_all(plot, NULL) };
	const struct image image = {
		.title = "MOVABLE memory and its limit over time",
		.width = LEFT + WIDTH + 2 * MARGIN,
		.height = data.height,
		.draw = draw,
		.data = &data,
	};

	return write(out, &image, fault);
}

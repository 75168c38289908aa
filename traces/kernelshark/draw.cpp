// SPDX-License-Identifier: GPL-2.0
/*
 * The drawing half: a sign for each decision, a bar for each operation, on the plots of
 * CPUs and tasks, and on those of memory groups, which are tasks to KernelShark.
 */
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <KsPlugins.hpp>
#include <KsPluginsGUI.hpp>

#include "plugin.h"
#include "sign.hpp"
#include "window.hpp"

namespace {

/*
 * Colours that can be told apart whatever kind of colours one sees, those of the map of
 * memgroup-stat; each zone also has a shape, and decisions a row, of its own.
 */
const KsPlot::Color zone_color[NR_MARK_ZONES] = {
	{0x00, 0x9e, 0x73}, {0xe6, 0x9f, 0x00}, {0xcc, 0x79, 0xa7}, {0x99, 0x99, 0x99},
};
const KsPlot::Color failure_color(0xd5, 0x5e, 0x00);
const KsPlot::Color cross_color(0x00, 0x00, 0x00);
const KsPlot::Color empty_color(0xff, 0xff, 0xff);

/* The corners of each zone's sign around its middle: ▲ ■ ◆ ▼ */
struct corner {
	float x, y;
};

const std::vector<corner> zone_shape[NR_MARK_ZONES] = {
	{{0, -1}, {1, 0.8f}, {-1, 0.8f}},
	{{-0.8f, -0.8f}, {0.8f, -0.8f}, {0.8f, 0.8f}, {-0.8f, 0.8f}},
	{{0, -1}, {1, 0}, {0, 1}, {-1, 0}},
	{{-1, -0.8f}, {1, -0.8f}, {0, 1}},
};

/* Parts of the height of a plot, from its base: signs of kernel zones, of the others. */
const float kernel_row = 0.5f, movable_row = 0.82f, bar_height = 0.28f;
const float sign_radius = 0.16f;

bool is_operation(const struct mark &mark)
{
	return mark.kind == MARK_ONLINE || mark.kind == MARK_OFFLINE;
}

void draw_polygon(const std::vector<KsPlot::Point> &points, const KsPlot::Color &color,
		  bool fill, float size)
{
	KsPlot::Polygon polygon(points.size());

	for (size_t i = 0; i < points.size(); i++)
		polygon.setPoint(i, points[i]);
	polygon.setFill(fill);
	polygon._color = color;
	polygon._size = size;
	polygon.draw();
}

} // namespace

std::unordered_set<const Sign *> Sign::all;

Sign::Sign(const struct mark &mark, int left, int right, int base, int height)
	: entry(*mark.entry), kind(mark.kind), zone(mark.zone), failed(mark.failed)
{
	radius = std::max(4.f, height * sign_radius);
	x = right;
	if (is_operation(mark)) {
		/* One that took less than a pixel is to be seen, too. */
		begin = std::min(left, right - 2);
		top = base - std::lround(height * bar_height);
		y = base - 1;
	} else {
		const bool kernel = zone == MARK_NORMAL || zone == MARK_DMA;

		begin = x;
		y = base - std::lround(height * (kernel ? kernel_row : movable_row));
		top = y;
	}
	all.insert(this);
}

Sign::~Sign()
{
	all.erase(this);
}

double Sign::distance(int at_x, int at_y) const
{
	const double dx = std::max({begin - at_x, at_x - x, 0});
	const double dy = std::max({top - at_y, at_y - y, 0});

	return std::hypot(dx, dy);
}

void Sign::_draw(const KsPlot::Color &, float size) const
{
	const bool operation = kind == MARK_ONLINE || kind == MARK_OFFLINE;
	const bool fill = kind == MARK_DECISION || kind == MARK_ONLINE || failed;
	const KsPlot::Color &color = failed ? failure_color : zone_color[zone];
	std::vector<KsPlot::Point> points;

	if (operation) {
		points = {{begin, top}, {x, top}, {x, y}, {begin, y}};
	} else {
		for (const corner &c : zone_shape[zone])
			points.emplace_back(x + std::lround(c.x * radius),
					    y + std::lround(c.y * radius));
	}
	/* An empty bar is empty, not of the colour that KernelShark gives to the task. */
	if (operation && !fill)
		draw_polygon(points, empty_color, true, size);
	draw_polygon(points, color, fill, size);
	/* Operations follow one another closely. */
	if (operation && fill && x - begin >= 6)
		KsPlot::drawLine({begin, top}, {begin, y}, empty_color, 1);
	if (failed)
		draw_cross(size);
}

/* A cross above the end of the bar: it did not come to its end. */
void Sign::draw_cross(float size) const
{
	const int r = std::lround(radius), middle = top - r - 1;

	KsPlot::drawLine({x - r, middle - r}, {x + r, middle + r}, cross_color, size + 1);
	KsPlot::drawLine({x - r, middle + r}, {x + r, middle - r}, cross_color, size + 1);
}

void Sign::_doubleClick() const
{
	window_mark(&entry);
}

namespace {

struct canvas {
	KsCppArgV *arguments;
	/* By time; failures are drawn last, so that nothing covers them. */
	std::vector<KsPlot::PlotObject *> signs, failures;
};

} // namespace

static void add_sign(const struct mark *mark, int first_bin, int last_bin, void *context)
{
	canvas *to = static_cast<canvas *>(context);
	const KsPlot::Graph *graph = to->arguments->_graph;
	const int last = graph->size() - 1;
	const int left = graph->bin(std::min(first_bin, last))._base.x();
	const int right = graph->bin(std::min(last_bin, last))._base.x();

	(mark->failed ? to->failures : to->signs).push_back(
		new Sign(*mark, left, right, graph->base(), graph->height()));
}

void plugin_draw(struct kshark_cpp_argv *arguments, int stream_id, int id, int action)
{
	const struct mark_lane lane = {(action & KSHARK_TASK_DRAW) != 0, id};
	struct marks *marks = plugin_marks(stream_id);
	canvas to = {KS_ARGV_TO_CPP(arguments), {}, {}};

	if (!marks || !(action & (KSHARK_TASK_DRAW | KSHARK_CPU_DRAW)) ||
	    !to.arguments->_graph || to.arguments->_graph->size() <= 0)
		return;
	window_shows(to.arguments->_histo);
	marks_show(marks, to.arguments->_histo, &lane, add_sign, &to);
	/* The list is drawn from its front. */
	to.signs.insert(to.signs.end(), to.failures.begin(), to.failures.end());
	for (auto sign = to.signs.rbegin(); sign != to.signs.rend(); ++sign)
		to.arguments->_shapes->push_front(*sign);
}

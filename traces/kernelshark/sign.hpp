/* SPDX-License-Identifier: GPL-2.0 */
/* One mark on the screen. */
#ifndef MEMGROUP_SIGN_HPP
#define MEMGROUP_SIGN_HPP

#include <unordered_set>

#include <KsPlotTools.hpp>

#include "marks.h"

class Sign final : public KsPlot::PlotObject {
public:
	/* @base is the lower edge of the plot, all are in pixels of the widget. */
	Sign(const struct mark &mark, int left, int right, int base, int height);
	~Sign() override;
	Sign(const Sign &) = delete;
	Sign &operator=(const Sign &) = delete;

	/* In pixels, 0 inside. */
	double distance(int at_x, int at_y) const override;

	/* A copy: KernelShark may free its own before it draws again. */
	const kshark_entry entry;

	/* Those on the screen. KernelShark owns them, and has no way to ask for them. */
	static std::unordered_set<const Sign *> all;

private:
	void _draw(const KsPlot::Color &color, float size) const override;
	void _doubleClick() const override;
	void draw_cross(float size) const;

	const enum mark_kind kind;
	const enum mark_zone zone;
	const bool failed;
	float radius;
	int begin, x, top, y;
};

#endif

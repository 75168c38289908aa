// SPDX-License-Identifier: GPL-2.0
/*
 * A menu that leads from one notable event to the next and plots memory groups, and
 * tooltips that say what a sign means.
 */
#include <climits>
#include <cstdlib>

#include <QAction>
#include <QApplication>
#include <QHelpEvent>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QStatusBar>
#include <QToolTip>
#include <QVector>

#include <KsPlugins.hpp>
#include <KsPluginsGUI.hpp>

#include "plugin.h"
#include "sign.hpp"
#include "window.hpp"

/*
 * KernelShark's own class, of which Debian ships no header: the one function of it that
 * is called here, as libkshark-gui exports it. No object is made of this.
 */
class KsMainWindow : public QMainWindow {
public:
	void setTaskPlots(int stream_id, QVector<int> tasks);
};

namespace {

QPointer<QMainWindow> window;
QPointer<QMenu> menu;

/* The entry that was marked last, and the time on the screen. */
kshark_entry marked;
bool is_marked;
int64_t shown_from, shown_to;

/* Where a search begins: at what was marked, or outside of it at the screen's edge. */
kshark_entry start(bool forward)
{
	kshark_entry edge = {};

	if (is_marked && marked.ts >= shown_from && marked.ts <= shown_to)
		return marked;
	edge.ts = forward ? shown_from : shown_to;
	edge.stream_id = forward ? INT16_MIN : INT16_MAX;
	edge.offset = forward ? INT64_MIN : INT64_MAX;
	return edge;
}

void jump(bool forward)
{
	const kshark_entry from = start(forward);
	const kshark_entry *to = plugin_seek(&from, forward);

	if (to)
		window_mark(to);
	else if (window)
		window->statusBar()->showMessage(forward ?
			"No KERNEL decision and no failure after this." :
			"No KERNEL decision and no failure before this.", 5000);
}

void plot_groups()
{
	kshark_context *context = nullptr;
	int *streams;

	if (!window || !kshark_instance(&context))
		return;
	streams = kshark_all_streams(context);
	for (int i = 0; streams && i < context->n_streams; i++) {
		const struct marks *marks = plugin_marks(streams[i]);
		QVector<int> tasks;

		for (size_t g = 0; marks && g < marks->nr_groups; g++) {
			const int task = marks_group_task(marks->groups[g].mgid);

			if (task >= 0)
				tasks.append(task);
		}
		if (!tasks.isEmpty())
			static_cast<KsMainWindow *>(window.data())->setTaskPlots(streams[i], tasks);
	}
	free(streams);
}

void add_action(const char *text, const char *keys, void (*function)())
{
	QAction *action = menu->addAction(text);

	action->setShortcut(QKeySequence(keys));
	QObject::connect(action, &QAction::triggered, function);
}

/* The sign under the mouse, or near to it. */
const Sign *sign_at(const QPoint &at)
{
	const Sign *nearest = nullptr;
	double least = 8;

	for (const Sign *sign : Sign::all) {
		const double distance = sign->distance(at.x(), at.y());

		if (distance < least) {
			least = distance;
			nearest = sign;
		}
	}
	return nearest;
}

void show_tip(QHelpEvent *event)
{
	const Sign *sign = sign_at(event->pos());
	char *words = sign ? plugin_words(&sign->entry) : nullptr;

	if (words) {
		/* As HTML, so that it is broken into lines. */
		QToolTip::showText(event->globalPos(),
				   "<p>" + QString::fromUtf8(words).toHtmlEscaped() + "</p>");
	} else {
		QToolTip::hideText();
	}
	free(words);
}

/* Qt asks the widget under a mouse that rests; KernelShark's has nothing to say. */
class Tips : public QObject {
public:
	using QObject::QObject;

	bool eventFilter(QObject *watched, QEvent *event) override
	{
		if (event->type() != QEvent::ToolTip || !watched->inherits("KsGLWidget"))
			return false;
		show_tip(static_cast<QHelpEvent *>(event));
		return true;
	}
};

} // namespace

void window_mark(const kshark_entry *entry)
{
	marked = *entry;
	is_marked = true;
	if (window)
		markEntryA(window, &marked);
}

void window_shows(const kshark_trace_histo *histo)
{
	shown_from = histo->min;
	shown_to = histo->max;
}

extern "C" PLUGIN_ENTRY void *KSHARK_MENU_PLUGIN_INITIALIZER(void *main_window)
{
	/* The plugin may be loaded a second time; the menu stays. */
	if (menu)
		return nullptr;
	window = static_cast<QMainWindow *>(main_window);
	menu = window->menuBar()->addMenu("Memory");
	add_action("Next KERNEL decision or failure", "Ctrl+K", [] { jump(true); });
	add_action("Previous KERNEL decision or failure", "Ctrl+Shift+K", [] { jump(false); });
	add_action("Plot memory groups", "Ctrl+Shift+G", plot_groups);
	qApp->installEventFilter(new Tips(window));
	return nullptr;
}

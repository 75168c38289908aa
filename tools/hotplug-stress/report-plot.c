// SPDX-License-Identifier: GPL-2.0
#include "report-model.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * gnuplot gets everything on its standard input, the data first, and draws to its
 * standard output, which is the file: no name of a file and no text of the report is
 * ever a part of its language. The script below is what follows the data.
 */
static const char script[] =
	"set encoding utf8\n"
	"set output\n"
	"set multiplot layout 1,2 margins screen left,0.97,bottom,upper spacing 0.03 \\\n"
	"	title heading noenhanced\n"
	"set border 3\n"
	"set tics nomirror noenhanced\n"
	"set grid xtics linetype 1 linewidth 0.5 linecolor rgb '#cccccc'\n"
	"set yrange [rows + 0.5:0.5]\n"
	"set style fill solid 0.8 noborder\n"
	"set key at screen left, screen legend left bottom horizontal Left reverse samplen 1\n"
	"set logscale x\n"
	"set format x '%.0s %cs'\n"
	"set xrange [least:most]\n"
	"set xlabel 'Time for an operation'\n"
	"plot $latency using 3:1:3:7 with xerrorbars linecolor rgb '#999999' linewidth 2 \\\n"
	"		pointtype 0 notitle, \\\n"
	"	'' using 3:1:ytic(2) with points linecolor rgb '#0072b2' pointtype 7 \\\n"
	"		pointsize 1.3 title 'p50', \\\n"
	"	'' using 4:1 with points linecolor rgb '#56b4e9' pointtype 9 \\\n"
	"		pointsize 1.2 title 'p90', \\\n"
	"	'' using 5:1 with points linecolor rgb '#e69f00' pointtype 5 \\\n"
	"		pointsize 1.0 title 'p99', \\\n"
	"	'' using 6:1 with points linecolor rgb '#d55e00' pointtype 13 \\\n"
	"		pointsize 1.2 title 'p99.9', \\\n"
	"	'' using 7:1 with points linecolor rgb '#333333' pointtype 2 \\\n"
	"		pointsize 1.0 title 'max'\n"
	"unset logscale x\n"
	"unset key\n"
	"set format x '%g %%'\n"
	"set format y ''\n"
	"set xrange [0:115]\n"	/* the last label is behind its bar */
	"set xtics 0,20,100\n"
	"set xlabel 'Came back, of the bytes that were asked back'\n"
	"plot $back using (0):1:(0):2:($1 - 0.3):($1 + 0.3) with boxxyerror \\\n"
	"		linecolor rgb '#009e73', \\\n"
	"	'' using ($2 + 1):1:3 with labels noenhanced left\n"
	"unset multiplot\n";

enum { ROW_PIXELS = 26, FRAME_PIXELS = 160, WIDTH_PIXELS = 1150, LETTER_PIXELS = 7 };

static const char *format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && strcmp(dot, ".svg") == 0)
		return "svg font 'sans,13' background rgb 'white'";
	if (dot && strcmp(dot, ".png") == 0)
		return "pngcairo font 'sans,10'";
	return NULL;
}

/* As a string of gnuplot's language: what could end it or is steering it is left out. */
static void put_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++)
		fputc(*text < ' ' || *text > '~' || strchr("\"\\`$@", *text) ? '?' : *text, out);
	fputc('"', out);
}

static void put_label(FILE *out, const struct cell *cell)
{
	char label[128];

	snprintf(label, sizeof(label), "%s, %s, %s", device_kind_name(cell->device),
		 cell_operation(cell), cell->policy);
	put_text(out, label);
}

/* Row, label and quantiles in seconds. */
static void put_latency(FILE *out, const struct report *report)
{
	size_t i, j;

	fputs("$latency << END\n", out);
	for (i = 0; i < report->nr_cells; i++) {
		const struct cell *cell = report->cells[i];

		fprintf(out, "%zu ", i + 1);
		put_label(out, cell);
		for (j = 0; j < NR_QUANTILES; j++) {
			uint64_t ns = histogram_quantile(&cell->latency,
							 quantiles[j].thousandths);

			/* 0 has no logarithm. */
			fprintf(out, " %.9f", (double)(ns ?: 1) / 1e9);
		}
		fputc('\n', out);
	}
	fputs("END\n", out);
}

/* Row, percent and label, for each that takes memory away. */
static void put_back(FILE *out, const struct report *report)
{
	size_t i;

	/* gnuplot does not plot nothing at all: row 0 is out of sight. */
	fputs("$back << END\n0 0 \"\"\n", out);
	for (i = 0; i < report->nr_cells; i++) {
		const struct cell *cell = report->cells[i];
		double percent;

		if (cell->grows || !cell->asked_bytes)
			continue;
		percent = 100.0 * (double)cell->done_bytes / (double)cell->asked_bytes;
		fprintf(out, "%zu %.3f \"%.1f %%\"\n", i + 1, percent, percent);
	}
	fputs("END\n", out);
}

/* The decades around all times. */
static void put_range(FILE *out, const struct report *report)
{
	double least = 1, most = 1e-9;
	size_t i;

	for (i = 0; i < report->nr_cells; i++) {
		const struct histogram *latency = &report->cells[i]->latency;
		double low = (double)(histogram_quantile(latency, 500) ?: 1) / 1e9;
		double high = (double)(latency->max ?: 1) / 1e9;

		while (least > low)
			least /= 10;
		while (most < high)
			most *= 10;
	}
	fprintf(out, "least = %g\nmost = %g\n", least, least < most ? most : least * 10);
}

static void put_heading(FILE *out, const struct report_header *header)
{
	char heading[192];

	snprintf(heading, sizeof(heading), "%s, pattern %s, %" PRIu64 " %s on %s", header->policy,
		 header->pattern, header->runs, header->runs == 1 ? "run" : "runs",
		 header->kernel);
	fputs("heading = ", out);
	put_text(out, heading);
	fputc('\n', out);
}

static void put_all(FILE *out, const struct report *report,
		    const struct report_header *header, const char *terminal)
{
	size_t height = FRAME_PIXELS + ROW_PIXELS * report->nr_cells;
	size_t longest = 0, i;

	for (i = 0; i < report->nr_cells; i++) {
		const struct cell *cell = report->cells[i];
		size_t length = strlen(device_kind_name(cell->device)) +
				strlen(cell_operation(cell)) + strlen(cell->policy);

		if (length > longest)
			longest = length;
	}
	fprintf(out, "set terminal %s size %d,%zu\n", terminal, WIDTH_PIXELS, height);
	fprintf(out, "rows = %zu\nleft = %g\nbottom = %g\nupper = 1 - %g\nlegend = 1 - %g\n",
		report->nr_cells, (double)(longest + 8) * LETTER_PIXELS / WIDTH_PIXELS,
		65.0 / (double)height, 75.0 / (double)height, 55.0 / (double)height);
	put_heading(out, header);
	put_range(out, report);
	put_latency(out, report);
	put_back(out, report);
	fputs(script, out);
}

/* All that gnuplot shall read, in a file without a name; or an error. */
static int make_input(const struct report *report, const struct report_header *header,
		      const char *terminal, struct fault *fault)
{
	int fd = memfd_create("gnuplot", MFD_CLOEXEC);
	FILE *out = fd < 0 ? NULL : fdopen(dup(fd), "w");

	if (out) {
		put_all(out, report, header, terminal);
		if (!fclose(out) && lseek(fd, 0, SEEK_SET) == 0)
			return fd;
	}
	if (fd >= 0)
		close(fd);
	return fault_set(fault, ENOMEM, "cannot keep the input of gnuplot in memory");
}

/* The first line of what gnuplot complained about. */
static void first_line(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);
	size_t skip;

	text[n > 0 ? n : 0] = '\0';
	skip = strspn(text, "\n ");
	memmove(text, text + skip, strlen(text + skip) + 1);
	text[strcspn(text, "\n")] = '\0';
}

static int run_gnuplot(int in, int out, const char *path, struct fault *fault)
{
	/* Without the user's own settings. */
	char *const argv[] = { (char []){ "gnuplot" }, (char []){ "-d" }, NULL };
	int status, err, errors = memfd_create("gnuplot-errors", MFD_CLOEXEC);
	posix_spawn_file_actions_t actions;
	char said[256] = "";
	pid_t pid;

	if (errors < 0)
		return fault_set(fault, errno, "cannot run gnuplot: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	err = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err == ENOENT) {
		err = fault_set(fault, ENOENT,
				"%s: gnuplot is needed to draw it, and not there: install gnuplot-nox",
				path);
	} else if (err) {
		err = fault_set(fault, err, "cannot run gnuplot: %s", strerror(err));
	} else {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		first_line(errors, said, sizeof(said));
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			err = fault_set(fault, EIO, "%s: gnuplot failed: %s", path,
					*said ? said : "it did not say why");
	}
	close(errors);
	return err;
}

/* As open() makes new files. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

int report_plot(const struct report *report, const struct report_header *header,
		const char *path, struct fault *fault)
{
	const char *terminal = format_of(path);
	char draft[PATH_MAX];
	int in, out, err;

	if (!terminal)
		return fault_set(fault, EINVAL, "%s: the name of a plot ends in .svg or .png",
				 path);
	if (!report->nr_cells)
		return fault_set(fault, ENODATA, "%s: there is no operation to draw", path);
	if ((size_t)snprintf(draft, sizeof(draft), "%s.XXXXXX", path) >= sizeof(draft))
		return fault_set(fault, ENAMETOOLONG, "%s: %s", path,
				 strerror(ENAMETOOLONG));
	in = make_input(report, header, terminal, fault);
	if (in < 0)
		return in;
	out = mkostemp(draft, O_CLOEXEC);
	if (out < 0) {
		err = fault_set(fault, errno, "%s: %s", path, strerror(errno));
		close(in);
		return err;
	}
	err = run_gnuplot(in, out, path, fault);
	if (!err && (fchmod(out, usual_mode()) || rename(draft, path)))
		err = fault_set(fault, errno, "%s: %s", path, strerror(errno));
	if (err)
		unlink(draft);
	close(in);
	close(out);
	return err;
}

# SPDX-License-Identifier: GPL-2.0
# The lines of trials to tables: how often each kind of forecast was right, and how many
# bytes were forecast and came back. Loads that hold references that page flags do not
# show (splice, while it goes on) are counted by themselves.

function value(name,   i) {
	for (i = 2; i <= NF; i++)
		if (index($i, name "=") == 1)
			return substr($i, length(name) + 2)
	return ""
}

# The load that was there when the forecast was made.
function load_now(   parts) {
	if (value("mode") == "ended")
		return "-"
	split(value("load"), parts, "+")
	return value("mode") == "goes-on" ? parts[1] : parts[2]
}

$1 == "trial" {
	trials++
	now = load_now()
	hidden = now ~ /splice/ ? "hidden" : "shown"
	hidden_trials += hidden == "hidden"
}

$1 == "block" {
	forecast = value("verdict") == "back" ? "back" : "held"
	key = hidden " " forecast " " (value("verdict") == "part" ? "part" : value("sureness"))
	blocks[key]++
	right[key] += (value("returned") > 0) == (forecast == "back")
}

$1 == "device" {
	kind = value("type")
	key = hidden " " kind " " value("sureness")
	back = value("returned") / 1048576
	said = value("forecast") / 1048576
	off = back > said ? back - said : said - back
	devices[key]++
	exact[key] += off == 0
	within[key] += value("least") + 0 <= value("returned") + 0 &&
		       value("returned") + 0 <= value("most") + 0
	bytes[key] += value("bytes") / 1048576
	said_sum[key] += said
	back_sum[key] += back
	off_sum[key] += off
	if (off > off_most[key])
		off_most[key] = off
}

function block_row(what, key) {
	if (blocks[key])
		printf "  %-36s %6d %6d %5.1f %%\n", what, blocks[key], right[key],
			100 * right[key] / blocks[key]
}

function block_rows(which) {
	block_row("comes back, sure", which " back sure")
	block_row("comes back, likely", which " back likely")
	block_row("comes back, unsure", which " back unsure")
	block_row("stays, sure", which " held sure")
	block_row("stays, likely", which " held likely")
	block_row("stays, unsure", which " held unsure")
	block_row("comes back in part, as a whole stays", which " held part")
}

function device_row(kind, sureness, which,   key) {
	key = which " " kind " " sureness
	if (devices[key])
		printf "  %-8s %-7s %7d %5d %6d %8d %8d %8d %7.1f %6.1f %%\n", kind, sureness,
			devices[key], exact[key], within[key], bytes[key], said_sum[key],
			back_sum[key], off_most[key], 100 * off_sum[key] / bytes[key]
}

function device_rows(which) {
	device_row("static", "sure", which)
	device_row("static", "likely", which)
	device_row("static", "unsure", which)
	device_row("dynamic", "sure", which)
	device_row("dynamic", "likely", which)
	device_row("dynamic", "unsure", which)
}

function tables(which) {
	print "  block by block                      forecasts  right"
	block_rows(which)
	print ""
	print "  devices          number exact bounds  MiB: all forecast returned worst off   off of all"
	device_rows(which)
}

END {
	printf "%d trials. In %d, nobody holds references that page flags do not show:\n\n",
		trials, trials - hidden_trials
	tables("shown")
	if (hidden_trials) {
		print ""
		printf "In %d, pages that look as if they could be moved are held by pipes:\n\n",
			hidden_trials
		tables("hidden")
	}
}

# sentences.awk: prints FILE:LINE: COUNT words: SENTENCE for each sentence of more
# than MAX words, in the comments and texts of C, in Markdown and in manual pages.
# Run by tests/style.

function finish(   count, all, i, words) {
	gsub(/[ \t]+/, " ", text)
	all = split(text, words, " ")
	for (i = 1; i <= all; i++)
		count += words[i] ~ /[A-Za-z0-9]/
	if (count > max)
		print FILENAME ":" start ": " count " words: " text
	text = ""
}

# Takes a piece of running text; a sentence ends at a full stop.
function take(piece,   at) {
	while (match(piece, /[.!?]["')`*]*([ \t]|$)/)) {
		at = RSTART + RLENGTH
		# An abbreviation ends no sentence.
		if (substr(piece, 1, at) ~ /(^|[ (])(e\.g|i\.e|etc|cf|vs)\.[ \t]*$/) {
			add(substr(piece, 1, at - 1))
			piece = substr(piece, at)
			continue
		}
		add(substr(piece, 1, at - 1))
		finish()
		piece = substr(piece, at)
	}
	add(piece)
}

function add(piece) {
	if (text == "")
		start = FNR
	text = text " " piece
}

function strings(line,   piece) {
	while (match(line, /"([^"\\]|\\.)*"/)) {
		piece = substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
		gsub(/\\n/, ". ", piece)
		take(piece)
		finish()
	}
}

function c_line(line) {
	if (!comment && match(line, /\/\*/)) {
		comment = 1
		strings(substr(line, 1, RSTART - 1))
		line = substr(line, RSTART + 2)
	} else if (!comment) {
		strings(line)
		return
	}
	sub(/^[ \t]*\*+([ \t]|$)/, "", line)
	# A paragraph ends at an empty line; what is indented is a sample.
	if (line ~ /^[ \t]*$/ || line ~ /^(\t|    )/)
		finish()
	if (line ~ /^\t/)
		return
	if (match(line, /\*\//)) {
		take(substr(line, 1, RSTART - 1))
		finish()
		comment = 0
		c_line(substr(line, RSTART + RLENGTH))
	} else
		take(line)
}

function markdown_line(line,   cells, count, i) {
	if (line ~ /^ *```/ || line ~ /^<!-- (begin|end) /)
		fenced = !fenced
	if (fenced || line ~ /^(    |\t|<!--)/ || line ~ /^[ \t]*$/ || line ~ /^#/) {
		finish()
		return
	}
	if (line ~ /^\|/) {
		finish()
		count = split(line, cells, "|")
		for (i = 1; i <= count; i++) {
			take(cells[i])
			finish()
		}
		return
	}
	if (line ~ /^ *([-*]|[0-9]+\.) /)
		finish()
	take(line)
}

function manual_line(line,   cells, count, i) {
	if (line ~ /^\.(nf|EX)/)
		fenced = 1
	if (line ~ /^\.(fi|EE)/)
		fenced = 0
	if (line ~ /^\.TS/)
		table = 1
	if (line ~ /^\.TE/)
		table = 0
	if (fenced || line ~ /^[.']\\"/)
		return
	if (table) {
		count = split(line, cells, "|")
		for (i = 1; i <= count; i++) {
			take(cells[i])
			finish()
		}
		return
	}
	# The tag of an entry is no part of a sentence.
	if (tag) {
		tag = 0
		return
	}
	tag = line ~ /^\.TP/
	if (line ~ /^\.(B|I|R|BR|RB|BI|IB|IR|RI) /) {
		sub(/^\.[A-Z]+ /, "", line)
		gsub(/"/, "", line)
	} else if (line ~ /^[.']/) {
		finish()
		return
	}
	take(line)
}

FNR == 1 {
	finish()
	fenced = table = tag = comment = 0
}
FILENAME ~ /\.(c|h|def)$/ {c_line($0); next}
FILENAME ~ /\.md$/ {markdown_line($0); next}
{manual_line($0)}
END {finish()}

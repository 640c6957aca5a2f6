# comments.awk: prints FILE:LINE: COMMENT for each function whose comment does not
# begin with a verb in the third person, as "Returns". Run by tests/style.

# Plurals, and other words that end like such a verb.
BEGIN {
	split("Whether This Its Rows Words Members Names Seconds Milliseconds " \
		"Options Bytes Elements Keys Patterns Numbers Groups Users Texts " \
		"Entries Headers Operands Others Processes Files Lines", list, " ")
	for (i in list)
		noun[list[i]] = 1
}

function finish() {
	if (pending && text ~ /^[a-z][^=;{}]*[a-z_0-9]\(/ && text !~ /^typedef/) {
		word = first
		sub(/,$/, "", word)
		if (word !~ /^[A-Z][a-z]+s$/ || word in noun)
			print FILENAME ":" place ": " comment
	}
	pending = 0
	text = ""
}

FNR == 1 {
	pending = inside = 0
	text = ""
}
/^\/\*/ {
	finish()
	inside = 1
	comment = ""
	place = FNR
}
inside {
	line = $0
	sub(/^(\/\*| \*)[* ]*/, "", line)
	comment = comment (comment == "" || line == "" ? "" : " ") line
	if ($0 ~ /\*\//) {
		inside = 0
		pending = 1
		split(comment, words, " ")
		first = words[1]
	}
	next
}
pending && /^($|[ \t#])/ && text == "" {
	pending = 0
	next
}
pending {
	text = text " " $0
	sub(/^ /, "", text)
	if (text ~ /[;{]/ || text ~ /\(/)
		finish()
}
END {finish()}

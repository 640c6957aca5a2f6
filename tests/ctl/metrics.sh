#!/bin/bash
# SPDX-License-Identifier: MIT
# status --prometheus and the alert rules, by promtool where it is.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
rules=$srcdir/packaging/examples/prometheus-rules.yaml

fresh() {
	bare_node && "$node" "$root" sign-in alice sub-a dev 0 >/dev/null 2>&1 &&
		mkdir -p "$root/etc/playpen/accounts.d" &&
		printf '{"serial":7}\n{"name":"bob","locked":true}\n{"end":1}\n' \
			>"$root/etc/playpen/accounts.d/people.jsonl" &&
		ctl 0 'bob: locked' apply
}

metrics_say_what_status_says() {
	fresh && ctl 0 'playpen_accounts{state="bound"} 1' status --prometheus || return
	local line
	for line in 'playpen_part_ok{part="configuration"} 1' \
		'playpen_uid_key_info{fingerprint="f6025b78a35fcef3"} 1' \
		'playpen_accounts_file_serial{file="people.jsonl"} 7' \
		'playpen_accounts_file_late{file="people.jsonl"} 0' \
		'playpen_pending_logins 0' 'playpen_doctor_finding{check='; do
		[[ $said == *"$line"* ]] || { echo "# no $line" && return 1; }
	done
}

metrics_have_no_name_and_no_subject() {
	fresh && ctl 0 playpen_ status --prometheus &&
		[[ $said != *alice* && $said != *bob* && $said != *sub-a* ]]
}

what_is_broken_is_a_metric_and_no_failure() {
	fresh && echo nonsense >>"$root/etc/playpen/playpen.conf" &&
		ctl 0 'playpen_part_ok{part="configuration"} 0' status --prometheus &&
		[[ $said == *'playpen_part_ok{part="state"} 1'* ]]
}

promtool_finds_no_fault_in_the_metrics() {
	command -v promtool >/dev/null || { skipped='no promtool' && return; }
	fresh && "$playpenctl" --root "$root" status --prometheus | promtool check metrics &&
		! echo 'playpen_x{a="b} 1' | promtool check metrics 2>/dev/null
}

the_alert_rules_hold() {
	command -v promtool >/dev/null || { skipped='no promtool' && return; }
	sed "s,RULES,$rules," "$srcdir/tests/prometheus/rules.yaml" >"$root/rules.yaml"
	promtool test rules "$root/rules.yaml" || return
	sed 's/> 20$/> 2000/' "$rules" >"$root/changed.yaml"
	sed "s,RULES,$root/changed.yaml," "$srcdir/tests/prometheus/rules.yaml" \
		>"$root/rules.yaml"
	! promtool test rules "$root/rules.yaml" >/dev/null 2>&1
}

every_metric_of_a_rule_is_there() {
	fresh && ctl 0 playpen_ status --prometheus || return
	local metric
	for metric in $(grep -o 'playpen_[a-z_]*' "$rules" | sort -u); do
		[[ $said == *"# TYPE $metric "* ]] || { echo "# no $metric" && return 1; }
	done
}

for each in metrics_say_what_status_says metrics_have_no_name_and_no_subject \
	what_is_broken_is_a_metric_and_no_failure promtool_finds_no_fault_in_the_metrics \
	the_alert_rules_hold every_metric_of_a_rule_is_there; do
	runs "$each"
done
finish

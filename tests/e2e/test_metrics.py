# SPDX-License-Identifier: MIT
"""status --prometheus on a node, through the real node_exporter and Prometheus."""

import json
import shutil
import urllib.parse

import pytest

from rig.wait import until

TEXTFILES = "/var/lib/prometheus/node-exporter"
EXPORTER = "127.0.0.1:19100"
PROMETHEUS = "127.0.0.1:19090"
CONF = f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
scrape_configs:
- job_name: node
  static_configs: [{{targets: ['{EXPORTER}']}}]
rule_files: [/etc/prometheus/rules.yaml]
"""


def metrics(node):
    return node.out("playpenctl status --prometheus").splitlines()


def test_sign_ins_and_refusals_are_counted_without_a_name(dex, node, ssh):
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)
    node.run("playpenctl user lock bob")
    assert ssh(node, "bob", "true").result()[1] == 255
    lines = metrics(node)
    assert 'playpen_decisions_total{stage="auth",result="accept",reason="none"} 1' in lines
    assert any(line.startswith('playpen_decisions_total{stage="auth",result="reject",reason="')
               for line in lines)
    assert 'playpen_accounts{state="bound"} 1' in lines
    assert not any("alice" in line or "bob" in line or "127.0" in line for line in lines)
    assert node.out("stat -c '%a %U' /run/playpen/decisions-*") == "600 root"


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="there is no Prometheus here")
def test_prometheus_answers_what_the_node_says(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    unit = node.out("cat /usr/lib/systemd/system/playpen-metrics.service "
                    "/lib/systemd/system/playpen-metrics.service 2>/dev/null | "
                    "sed -n 's/^ExecStart=//p' | head -n 1")
    node.run(f"mkdir -p {TEXTFILES} /etc/prometheus /srv/prometheus; cd {TEXTFILES}; {unit}")
    assert node.out(f"stat -c %a {TEXTFILES}/playpen.prom") == "644"
    # The rules as they are, but for the time that Prometheus waits.
    node.run("sed 's/^    for: [0-9]*m$/    for: 3s/' "
             "/usr/share/doc/playpen/examples/prometheus-rules.yaml "
             ">/etc/prometheus/rules.yaml; test $(grep -c 'for: 3s' /etc/prometheus/rules.yaml) -gt 4")
    node.write("/etc/prometheus/test.yaml", CONF)
    running = [
        node.popen(["prometheus-node-exporter", f"--web.listen-address={EXPORTER}",
                    "--collector.disable-defaults", "--collector.textfile",
                    f"--collector.textfile.directory={TEXTFILES}"]),
        node.popen(["prometheus", f"--web.listen-address={PROMETHEUS}",
                    "--config.file=/etc/prometheus/test.yaml",
                    "--storage.tsdb.path=/srv/prometheus"]),
    ]

    def ask(query):
        words = urllib.parse.urlencode({"query": query})
        done = node.run(["curl", "-s", f"http://{PROMETHEUS}/api/v1/query?{words}"], check=False)
        if done.returncode != 0 or not done.stdout.startswith("{"):
            return []  # it is not ready yet
        return [(r["metric"], r["value"][1]) for r in json.loads(done.stdout)["data"]["result"]]

    def alerts():
        """Returns the alerts that Prometheus has now: (name, part, state)."""
        text = node.out(["curl", "-s", f"http://{PROMETHEUS}/api/v1/alerts"])
        return [(a["labels"]["alertname"], a["labels"].get("part"), a["state"])
                for a in json.loads(text)["data"]["alerts"]
                if a["labels"]["alertname"] == "PlaypenPartBroken"]

    try:
        until(lambda: ask('playpen_part_ok{part="index"}'), "the first scrape", 60)
        ((_, value),) = ask('playpen_decisions_total{stage="auth",result="accept"}')
        assert value == "1"
        ((labels, _),) = ask("playpen_uid_key_info")
        assert labels["fingerprint"] == node.out("playpenctl uid-key fingerprint")
        assert ask("node_textfile_scrape_error")[0][1] == "0"
        assert alerts() == []
        node.run("mv /var/lib/playpen/index.v1 /root/")
        node.run(f"cd {TEXTFILES}; {unit}")
        until(lambda: ("PlaypenPartBroken", "index", "firing") in alerts(), "the alert", 90)
        pending = 'ALERTS{alertname="PlaypenPartBroken",part="index",alertstate="pending"}'
        assert ask(f"count_over_time({pending}[10m])"), "it was pending before"
        node.run(f"mv /root/index.v1 /var/lib/playpen/; cd {TEXTFILES}; {unit}")
        until(lambda: alerts() == [], "the end of the alert", 90)
    finally:
        for process in running:
            process.kill()

# SPDX-License-Identifier: MIT
"""The manifests of packaging/kubernetes, decoded as strictly as an API server does it,
and its plugin for kubectl against a stand-in for kubectl."""

import json
import os
import shutil
import subprocess

import pytest

from rig import paths

MANIFESTS = paths.SOURCE / "packaging" / "kubernetes"
PLUGIN = MANIFESTS / "kubectl-playpen"
SCRIPTS = ["image", "deb", "sysext", "kubernetes/playpen-node", "kubernetes/on-host",
           "kubernetes/kubectl-playpen"]


@pytest.fixture(scope="module")
def decode():
    """decode(directory): the program's result; objects() of it are by kind and name."""
    program = os.environ["PLAYPEN_MANIFESTS"]
    return lambda directory: subprocess.run([program, directory], capture_output=True, text=True)


def objects(done):
    assert done.returncode == 0, done.stderr
    every = [json.loads(line) for line in done.stdout.splitlines()]
    return {(o["kind"], o["metadata"]["name"]): o for o in every}


@pytest.fixture
def cluster(tmp_path):
    """A copy of the manifests with a directory of this cluster's own."""
    shutil.copytree(MANIFESTS, tmp_path / "k", ignore=shutil.ignore_patterns("uid.key"))
    shutil.copytree(MANIFESTS / "example", tmp_path / "k" / "mine")
    return tmp_path / "k"


def edit(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def with_component(cluster, name):
    edit(cluster / "mine/kustomization.yaml", "# components:\n", "components:\n")
    edit(cluster / "mine/kustomization.yaml", f"# - ../{name} ", f"- ../{name} ")
    return cluster / "mine"


def pod_of(decoded):
    return decoded["DaemonSet", "playpen-node"]["spec"]["template"]["spec"]


def containers(pod):
    return {c["name"]: c for c in pod["containers"]}


def test_the_example_is_what_an_api_server_takes(decode):
    pod = pod_of(objects(decode(MANIFESTS / "example")))
    assert pod["automountServiceAccountToken"] is False
    assert set(containers(pod)) == {"install", "carry"}
    assert "@sha256:" in containers(pod)["install"]["image"]


def test_a_misspelt_field_is_refused(decode, cluster):
    daemon_set = cluster / "node/daemonset.yaml"
    edit(daemon_set, "hostNetwork: true", "hostNetworks: true")
    done = decode(cluster / "mine")
    assert done.returncode == 1 and "hostNetworks" in done.stderr
    edit(daemon_set, "hostNetworks: true", "hostNetwork: true")
    objects(decode(cluster / "mine"))


def test_only_one_container_is_privileged_and_the_other_has_one_directory(decode):
    pod = pod_of(objects(decode(MANIFESTS / "example")))
    carry = containers(pod)["carry"]
    assert carry["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert "privileged" not in carry["securityContext"]
    host_paths = {v["name"]: v["hostPath"]["path"] for v in pod["volumes"] if "hostPath" in v}
    written = [host_paths[m["name"]] for m in carry["volumeMounts"] if m["name"] in host_paths]
    assert written == ["/etc/playpen/accounts.d"]
    for container in containers(pod).values():
        assert "memory" in container["resources"]["limits"]


def test_a_volume_that_could_be_emptied_is_not_mounted(decode):
    """An optional ConfigMap that is deleted empties its directory, and a subPath never
    changes."""
    text = json.dumps(pod_of(objects(decode(MANIFESTS / "example"))))
    assert '"optional": true' not in text and "subPath" not in text


def test_a_changed_configuration_makes_another_template(decode, cluster):
    def template():
        return json.dumps(pod_of(objects(decode(cluster / "mine"))))
    before = template()
    (cluster / "mine/playpen.conf").write_text("[issuer]\nurl = https://dex.example.org\n")
    assert template() != before


def test_accounts_only_has_nothing_privileged(decode, cluster):
    pod = pod_of(objects(decode(with_component(cluster, "accounts-only"))))
    assert set(containers(pod)) == {"carry"}
    assert [v["hostPath"]["path"] for v in pod["volumes"] if "hostPath" in v] == [
        "/etc/playpen/accounts.d"]
    assert "uid-key" not in json.dumps(pod) and "hostNetwork" not in json.dumps(pod)


def test_remove_runs_the_other_verb_alone(decode, cluster):
    pod = pod_of(objects(decode(with_component(cluster, "remove"))))
    assert set(containers(pod)) == {"install"}
    assert containers(pod)["install"]["args"] == ["remove"]


def test_what_is_made_once_has_plain_names(decode, cluster):
    (cluster / "first/uid.key").write_text("0" * 32 + "\n")
    made = objects(decode(cluster / "first"))
    assert set(made) == {("ConfigMap", "playpen-accounts"), ("Secret", "playpen-uid-key")}


def test_no_role_but_one_may_touch_pods_or_the_key(decode):
    roles = objects(decode(MANIFESTS / "rbac"))
    rights = {(name, resource, verb) for (_, name), role in roles.items()
              for rule in role["rules"] for resource in rule["resources"]
              for verb in rule["verbs"]}
    assert {n for n, r, v in rights if r == "pods" and v == "patch"} == {"playpen-now"}
    assert {n for n, r, v in rights if r == "secrets"} == {"playpen-uid-key"}
    people = {(r, v) for n, r, v in rights if n == "playpen-people"}
    assert people == {("configmaps", "get"), ("configmaps", "patch")}


def test_the_scripts_have_nothing_that_shellcheck_finds():
    subprocess.run(["shellcheck", *(paths.SOURCE / "packaging" / s for s in SCRIPTS)], check=True)


# --- kubectl playpen ---------------------------------------------------------

# A stand-in for kubectl and its server: one ConfigMap in a file. It refuses a patch of
# another version, as the server does, and the first one once if `conflict` exists.
KUBECTL = """#!/bin/sh
cd {directory}
case $1 in
get) cat "$2" ;;
logs) echo "playpen-node: carried accounts.jsonl, serial 4" ;;
patch)
	cat >patch
	if [ -e conflict ]; then
		rm conflict
		jq -c '.metadata.resourceVersion = "99"' configmap >new && mv new configmap
	fi
	jq -s '.[0] as $old | .[1] as $new |
		if $old.metadata.resourceVersion != $new.metadata.resourceVersion
		then error("the object has been modified") else $old * $new end |
		.metadata.resourceVersion = (.metadata.resourceVersion | tonumber + 1 | tostring)' \\
		configmap patch >new || exit 1
	mv new configmap
	;;
annotate)
	echo "$@" >annotated
	[ ! -e forbidden ] || {{ echo "Error from server (Forbidden)" >&2; exit 1; }}
	;;
esac
"""


class Cluster:
    def __init__(self, directory):
        self.directory = directory
        (directory / "kubectl").write_text(KUBECTL.format(directory=directory))
        (directory / "kubectl").chmod(0o755)
        self.set_file('{"serial":4}\n{"name":"alice","uid":70001}\n{"end":1}\n')

    def set_file(self, text):
        (self.directory / "configmap").write_text(json.dumps({
            "kind": "ConfigMap", "data": {"accounts.jsonl": text},
            "metadata": {"name": "playpen-accounts", "resourceVersion": "7"}}))

    def file(self):
        text = json.loads((self.directory / "configmap").read_text())["data"]["accounts.jsonl"]
        assert text.endswith("\n")
        return [json.loads(line) for line in text.splitlines()]

    def playpen(self, *words):
        environment = {**os.environ, "PATH": f"{self.directory}:{os.environ['PATH']}"}
        return subprocess.run([PLUGIN, *words], env=environment, capture_output=True, text=True)

    def change(self, *words):
        done = self.playpen(*words)
        assert done.returncode == 0, done.stderr
        first, *lines, last = self.file()
        assert last == {"end": len(lines)} and first["confirmed"].endswith("Z")
        return first["serial"], lines


@pytest.fixture
def stand_in(tmp_path):
    return Cluster(tmp_path)


def test_a_lock_for_who_is_not_listed_is_a_new_line(stand_in):
    serial, lines = stand_in.change("lock", "bob", "--reason", 'lost "laptop"', "--kill")
    assert serial == 5
    assert lines == [{"name": "alice", "uid": 70001},
                     {"name": "bob", "locked": True, "kill": True, "reason": 'lost "laptop"'}]


def test_a_lock_keeps_what_the_line_says(stand_in):
    assert stand_in.change("lock", "alice")[1] == [{"name": "alice", "uid": 70001, "locked": True}]
    serial, lines = stand_in.change("unlock", "alice")
    assert (serial, lines) == (6, [{"name": "alice", "uid": 70001, "locked": False}])


def test_a_lock_from_a_time_on(stand_in):
    lines = stand_in.change("lock", "alice", "--until", "2027-01-01T00:00:00Z")[1]
    assert lines == [{"name": "alice", "uid": 70001, "until": "2027-01-01T00:00:00Z"}]


def test_close_and_confirm(stand_in):
    assert stand_in.change("close", "alice")[1][0]["closed"] is True
    assert stand_in.change("confirm")[0] == 6


def test_a_change_that_another_one_made_meanwhile_is_kept(stand_in):
    (stand_in.directory / "conflict").touch()
    assert stand_in.change("lock", "bob")[0] == 5


def test_a_file_that_is_not_whole_is_not_written(stand_in):
    for text in ("", '{"serial":4}\n{"name":"alice"}\n', '{"name":"alice"}\n{"end":1}\n',
                 '{"serial":4}\n{"name":"alice"}\n{"end":2}\n'):
        stand_in.set_file(text)
        done = stand_in.playpen("lock", "bob")
        assert done.returncode == 1 and "not whole" in done.stderr
        assert not (stand_in.directory / "patch").exists()


def test_unlock_of_who_is_not_listed_is_refused(stand_in):
    done = stand_in.playpen("unlock", "bob")
    assert done.returncode == 1 and "nothing is said about bob" in done.stderr


def test_now_annotates_and_names_the_right_that_it_needs(stand_in):
    stand_in.change("lock", "bob", "--now")
    assert "playpen/changed=" in (stand_in.directory / "annotated").read_text()
    (stand_in.directory / "forbidden").touch()
    done = stand_in.playpen("lock", "alice", "--now")
    assert done.returncode == 1 and "root on every node" in done.stderr
    assert stand_in.file()[1]["locked"] is True, "the lock itself is written"


def test_wrong_calls_write_nothing(stand_in):
    for words in (["lock"], ["lock", "bob", "--frob"], ["lock", '"'], ["unlock", "bob", "--kill"],
                  ["frob"], []):
        assert stand_in.playpen(*words).returncode == 2
    assert not (stand_in.directory / "patch").exists()


def test_status(stand_in):
    for kind, found in (
            ("daemonset", {"status": {"desiredNumberScheduled": 3, "numberReady": 2}}),
            ("pods", {"items": [{"metadata": {"name": "playpen-node-x"},
                                 "spec": {"nodeName": "worker-1"}}]})):
        (stand_in.directory / kind).write_text(json.dumps(found))
    stand_in.set_file('{"serial":4}\n{"name":"bob","locked":true}\n{"end":1}\n')
    whole = stand_in.playpen("status").stdout.splitlines()
    assert whole == [
        "playpen-accounts: serial 4, confirmed never, 1 people, 1 locked, 0 closed",
        "nodes: 3 wanted, 0 of the last rollout, 2 ready"]
    assert stand_in.playpen("status", "--nodes").stdout.splitlines() == [
        *whole, "worker-1: playpen-node: carried accounts.jsonl, serial 4"]


def test_show(stand_in):
    stand_in.change("lock", "bob")
    assert json.loads(stand_in.playpen("show", "bob").stdout) == {"name": "bob", "locked": True}
    assert "nothing is said about carol" in stand_in.playpen("show", "carol").stdout

# SPDX-License-Identifier: MIT
"""docs/how-to/kubernetes.md in a real cluster (rig/cluster.py): its commands as they
stand there, with Dex in a pod and its storage in the cluster. The tests stand in the
order of the document; each leaves the node with playpen, and nobody locked."""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from pexpect import EOF

from rig import paths
from rig.cluster import FILES, Cluster, KubeNode, Times, cgroup_version, programs, why_not
from rig.debs import OLD, make_older, version
from rig.dex import Dex, email
from rig.node import Node
from rig.pod import make_image
from rig.registry import ADDRESS, Registry
from rig.ssh import authorize_key
from rig.wait import until

pytestmark = [pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
              pytest.mark.timeout(1800)]

ISSUER = "http://dex.playpen-platform.svc.cluster.local:5556/dex"
MINE = paths.LAB / "kubernetes"
ACCOUNTS = "/etc/playpen/accounts.d/accounts.jsonl"
SUDOERS = "Defaults timestamp_timeout=0\n%platform-admins ALL=(ALL) ALL\n"
GATE = "\n[service.sudo]\nrequire_groups = platform-admins\n"


@pytest.fixture(scope="module")
def times(request):
    """What was measured; shown at the end, and kept beside the pictures."""
    found = Times()
    yield found
    (paths.PICTURES / "kubernetes.txt").write_text("\n".join(found.lines) + "\n")
    report = request.config.pluginmanager.getplugin("terminalreporter")
    report.write_line("")
    for line in found.lines:
        report.write_line(line)


@pytest.fixture(scope="module")
def registry():
    made = Registry(programs())
    yield made.start()
    made.stop()


@pytest.fixture(scope="module")
def node(request, running_dex):
    """The node, booted; no kubelet runs. Its Dex will listen where that of other tests
    does."""
    running_dex.stop()
    request.addfinalizer(running_dex.start)
    made = KubeNode()
    request.addfinalizer(made.stop)
    made.start()
    return made.start_sshd()


@pytest.fixture(scope="module")
def cluster(request, times, node, registry):
    """A cluster of that node, with Dex in it as the identity guide has it."""
    pause = paths.LAB / "pause"
    subprocess.run(["gcc", "-O2", "-static", "-o", pause, FILES / "pause.c"], check=True)
    registry.push_programs("pause:1", (pause, "/pause"))
    registry.push_programs("dex:1", (paths.DEX_BINARY["release"], "/usr/bin/dex"))
    made = Cluster()
    request.addfinalizer(made.stop)
    times.lines.append(f"controllers in cgroup version {cgroup_version()}")
    with times.measure("etcd and the API server are ready"):
        made.start(node.name)
    with times.measure("the kubelet is started, the node is Ready"):
        node.start_kubelet(made)
    made.kubectl("create", "namespace", "playpen-platform")
    made.kubectl("create", "secret", "generic", "dex-credentials", "-n", "playpen-platform",
                 "--from-literal=client-id=playpen-confidential",
                 "--from-literal=client-secret=confidential-client-secret")
    made.kubectl("create", "configmap", "dex-config", "-n", "playpen-platform",
                 f"--from-file=config.yaml={dex_config()}")
    made.kubectl("apply", "--server-side", "-f", FILES / "dex.yaml")
    with times.measure("Dex is there, with its storage in the cluster"):
        made.kubectl("rollout", "status", "deployment/dex", "-n", "playpen-platform")
    return made


def dex_config(*clients):
    """Writes a config.yaml; returns its path."""
    config = yaml.safe_load(paths.DEX_CONFIG["release"].read_text())
    config.update(issuer=ISSUER, storage={"type": "kubernetes", "config": {"inCluster": True}})
    config["staticClients"] = [
        {"idEnv": "CLIENT_ID", "secretEnv": "CLIENT_SECRET", "name": "Applications",
         "redirectURIs": ["http://localhost:8000/callback"]}, *clients]
    path = paths.LAB / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


@pytest.fixture(scope="module")
def guide(cluster, node, registry, times):
    """Sections 1 to 5 of the document."""
    began = time.monotonic()
    shutil.copytree(paths.SOURCE / "packaging/kubernetes", MINE)
    digest = push_image(registry, paths.PACKAGES, "image")
    with times.measure("section 2: the client in Dex, and its restart"):
        add_client(cluster)
    shutil.copytree(MINE / "example", MINE / "mine")
    edit("kustomization.yaml", "registry.invalid/playpen-node", f"{ADDRESS}/playpen-node")
    edit("kustomization.yaml", "sha256:" + "0" * 64, digest)
    edit("playpen.conf", "allow_new_users = *\n", "allow_new_users = *\n" + GATE)
    cluster.shell(f"""
        kubectl create namespace playpen-nodes
        openssl rand -hex 16 >{MINE}/first/uid.key
        kubectl create -k {MINE}/first""")
    with times.measure("section 5: the node is set up"):
        apply(cluster)
    times.add("sections 1 to 5, all of it", time.monotonic() - began)
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    return cluster


def push_image(registry, debs, kind):
    """Section 1 of the document; returns the digest."""
    directory = paths.LAB / f"{kind}-of-nodes"
    directory.mkdir()
    digest = make_image(debs, directory)
    registry.push(f"oci-archive:{directory}/playpen-node.tar", f"playpen-node:{kind}")
    return digest


def add_client(cluster):
    """Section 2 of the document. The editor is cp."""
    client = yaml.safe_load((paths.SOURCE / "packaging/examples/dex-client.yaml").read_text())
    config = dex_config(*client["staticClients"]).read_text()
    edited = cluster.get("configmap", "dex-config", "-n", "playpen-platform")
    edited["data"]["config.yaml"] = config
    (paths.LAB / "edited.json").write_text(json.dumps(edited))
    cluster.shell("kubectl edit configmap dex-config -n playpen-platform",
                  EDITOR=f"cp {paths.LAB / 'edited.json'}")
    restart_dex(cluster)


def restart_dex(cluster):
    cluster.shell("""
        kubectl rollout restart deployment/dex -n playpen-platform
        kubectl rollout status deployment/dex -n playpen-platform""")


def edit(name, old, new):
    path = MINE / "mine" / name
    text = path.read_text()
    assert text.count(old) == 1, text
    path.write_text(text.replace(old, new))


def apply(cluster):
    """The two commands of section 5."""
    cluster.shell(f"""
        kubectl apply --server-side -k {MINE}/mine
        kubectl rollout status daemonset/playpen-node -n playpen-nodes --timeout=300s""")


def sign_in(ssh, node, name):
    return ssh(node, name, "id", "-un").sign_in()


def count(node, name, change):
    return node.log().count(f"name={name} change={change}")


def seconds_until_applied(cluster, node, line, name, change):
    """Runs a line of the document; returns the seconds until the node has done it."""
    before = count(node, name, change)
    began = time.monotonic()
    cluster.shell(line)
    until(lambda: count(node, name, change) > before, line, 150, step=0.1)
    return time.monotonic() - began


# --- the guide ---------------------------------------------------------------


def test_the_api_server_takes_the_manifests_strictly(guide):
    for directory in ("mine", "rbac"):
        guide.shell(f"kubectl apply --server-side --dry-run=server -k {MINE}/{directory}")
    spelt = (MINE / "node/daemonset.yaml").read_text()
    try:
        (MINE / "node/daemonset.yaml").write_text(spelt.replace("hostNetwork:", "hostNetworks:"))
        done = guide.kubectl("apply", "--server-side", "--dry-run=server", "-k", MINE / "mine",
                             check=False)
        assert done.returncode != 0 and "hostNetworks" in done.stderr
    finally:
        (MINE / "node/daemonset.yaml").write_text(spelt)


def test_alice_signs_in(guide, node, ssh, times):
    assert node.version() == version()
    with times.measure("ssh alice@node, with her approval"):
        assert sign_in(ssh, node, "alice") == ("alice", 0)
    (pod,) = guide.get("pods", "-n", "playpen-nodes")["items"]
    assert not [v for v in pod["spec"]["volumes"] if "serviceAccountToken" in json.dumps(v)]
    times.lines.append(f"a pod of a node is {len(json.dumps(pod))} bytes of JSON")
    pulled = [e["message"] for e in guide.get("events", "-n", "playpen-nodes")["items"]
              if e["reason"] == "Pulled" and "playpen-node" in e["message"]]
    times.lines.append(next(m for m in pulled if "Successfully" in m))


def test_sudo_is_for_the_group(guide, node, ssh):
    assert became_root(ssh, node, "alice")
    assert not became_root(ssh, node, "bob")


def became_root(ssh, node, name):
    shell = ssh(node, name)
    shell.sign_in_to_shell()
    shell.terminal.sendline("sudo id -un; echo end-$((40+2))")
    # Who is in no group of sudo's gate sees no address.
    if shell.terminal.expect([r"Open +(\S+)\r\n", "end-42\r\n"]) == 0:
        shell.url = shell.terminal.match.group(1)
        shell.approve()
        shell.terminal.expect_exact("end-42\r\n")
    return "root" in shell.terminal.before.split("\r\n")


# --- locks -------------------------------------------------------------------


def test_a_lock_with_now_is_there_at_once(guide, node, ssh, times):
    for _ in range(5):
        times.add("kubectl playpen lock bob --now, until the node has it",
                  seconds_until_applied(guide, node, "kubectl playpen lock bob --now",
                                        "bob", "locked"))
        if _ == 0:
            assert ssh(node, "bob").is_kept_out()
            assert '"locked":true' in guide.shell("kubectl playpen show bob")
            said = guide.shell("kubectl playpen status --nodes")
            assert "1 locked" in said and "1 ready" in said
            assert re.search(rf"^{node.name}: .*carried accounts.jsonl, serial ", said, re.M)
        seconds_until_applied(guide, node, "kubectl playpen unlock bob --now", "bob", "unlocked")
    assert sign_in(ssh, node, "bob") == ("bob", 0)


def test_a_lock_without_now_comes_when_the_kubelet_looks(guide, node, ssh, times):
    for verb in ("lock", "unlock", "lock", "unlock"):
        times.add(f"kubectl playpen {verb} bob, until the node has it",
                  seconds_until_applied(guide, node, f"kubectl playpen {verb} bob", "bob",
                                        f"{verb}ed"))
    assert sign_in(ssh, node, "bob") == ("bob", 0)


def test_a_configmap_that_is_deleted_unlocks_nobody(guide, node, ssh):
    seconds_until_applied(guide, node, "kubectl playpen lock bob --now", "bob", "locked")
    kept = guide.get("configmap", "playpen-accounts", "-n", "playpen-nodes")
    del kept["metadata"]["resourceVersion"], kept["metadata"]["uid"]
    guide.kubectl("delete", "configmap", "playpen-accounts", "-n", "playpen-nodes")
    guide.shell("kubectl annotate pods -n playpen-nodes --all --overwrite playpen/changed=now")
    until(lambda: "playpen-accounts" in guide.kubectl(
        "get", "events", "-n", "playpen-nodes", "--field-selector=reason=FailedMount").stdout,
          "the kubelet, which does not find it", 150, step=1)
    assert ssh(node, "bob").is_kept_out()
    guide.kubectl("create", "-f", "-", input=json.dumps(kept))
    seconds_until_applied(guide, node, "kubectl playpen unlock bob --now", "bob", "unlocked")
    assert sign_in(ssh, node, "bob") == ("bob", 0)


def test_each_role_may_what_the_document_says(guide, node):
    guide.shell(f"kubectl apply --server-side -k {MINE}/rbac")
    for role in ("playpen-viewer", "playpen-people", "playpen-now"):
        guide.kubectl("create", "rolebinding", role, "-n", "playpen-nodes", f"--role={role}",
                      f"--group={role}")
    assert playpen_as(guide, "status", "playpen-viewer") == ""
    assert "cannot patch" in playpen_as(guide, "lock bob", "playpen-viewer")
    assert playpen_as(guide, "lock bob", "playpen-people") == ""
    refused = playpen_as(guide, "lock bob --now", "playpen-people")
    assert "root on every node" in refused
    assert playpen_as(guide, "unlock bob --now", "playpen-people", "playpen-now") == ""
    assert "forbidden" in change_image_as(guide, "playpen-people")
    assert change_image_as(guide, "playpen-now") == ""
    for group in ("playpen-viewer", "playpen-people", "playpen-now"):
        for what in ("get secrets/playpen-uid-key", "create pods", "patch daemonsets"):
            said = guide.kubectl("auth", "can-i", *what.split(), "-n", "playpen-nodes",
                                 "--as=anybody", f"--as-group={group}", check=False).stdout
            assert said.strip() == "no", (group, what)


def playpen_as(cluster, words, *groups):
    """Returns what kubectl playpen says to a member of these groups; nothing if it
    does what it is told."""
    config = yaml.safe_load(cluster.kubeconfig("admin"))
    config["users"][0]["user"].update({"as": "anybody", "as-groups": list(groups)})
    path = paths.LAB / "member.conf"
    path.write_text(yaml.safe_dump(config))
    done = cluster.kubectl("playpen", *words.split(), check=False, kubeconfig=path)
    return done.stderr if done.returncode else ""


def change_image_as(cluster, group):
    """Returns what the server says to a member who would change the image of a pod;
    nothing if it would do it."""
    (pod,) = cluster.get("pods", "-n", "playpen-nodes")["items"]
    patch = {"spec": {"containers": [{"name": "install", "image": "another"}]}}
    done = cluster.kubectl("patch", "pod", pod["metadata"]["name"], "-n", "playpen-nodes",
                           "--dry-run=server", "-p", json.dumps(patch), "--as=anybody",
                           f"--as-group={group}", check=False)
    return done.stderr if done.returncode else ""


# --- Dex and the API server go away ------------------------------------------


def test_who_waits_while_dex_is_restarted_gets_in(guide, node, ssh, times):
    waiting = ssh(node, "alice", "id", "-un")
    waiting.wait_for_screen()
    with times.measure("kubectl rollout restart deployment/dex, while alice waits"):
        restart_dex(guide)
    waiting.approve()
    waiting.enter_until(EOF)
    assert waiting.result() == ("alice", 0)


def test_a_dex_that_stores_in_the_cluster_needs_the_api_server(guide, node, ssh, times):
    """Keys of people who have signed in before open meanwhile."""
    assert sign_in(ssh, node, "alice") == ("alice", 0)
    key = authorize_key(node, "alice", node.out("getent passwd alice | cut -d: -f6"))
    guide.stop_api()
    try:
        refused = ssh(node, "alice", "id", "-un")
        text, status = refused.result()
        times.add(f"without the API server: {text.strip()[-60:]!r}",
                  time.monotonic() - refused.started)
        assert status == 255
        assert ssh(node, "alice", "id", "-un", options=key).result() == ("alice", 0)
    finally:
        guide.start_api()
    until(lambda: "ok" in guide.kubectl("get", "--raw", "/readyz", check=False).stdout, "API", 60)
    assert sign_in(ssh, node, "alice") == ("alice", 0)


def test_without_the_api_server_locks_stay_and_people_get_in(guide, node, ssh, times):
    """With a Dex that has another storage."""
    seconds_until_applied(guide, node, "kubectl playpen lock bob --now", "bob", "locked")
    guide.kubectl("scale", "deployment/dex", "-n", "playpen-platform", "--replicas=0")
    until(lambda: not guide.get("pods", "-n", "playpen-platform")["items"], "Dex's end", 60)
    dex = Dex("release", issuer=ISSUER).start()
    guide.stop_api()
    gone = time.monotonic()
    try:
        while time.monotonic() - gone < 60:
            assert sign_in(ssh, node, "alice") == ("alice", 0)
            assert ssh(node, "bob").is_kept_out()
            time.sleep(10)
        assert node.version() == version()
    finally:
        guide.start_api()
        dex.stop()
    times.add("without the API server; alice signed in, bob stayed locked",
              time.monotonic() - gone)
    guide.kubectl("scale", "deployment/dex", "-n", "playpen-platform", "--replicas=1")
    guide.kubectl("rollout", "status", "deployment/dex", "-n", "playpen-platform")
    times.add("kubectl playpen unlock bob --now, after the API server's absence",
              seconds_until_applied(guide, node, "kubectl playpen unlock bob --now", "bob",
                                    "unlocked"))
    assert sign_in(ssh, node, "bob") == ("bob", 0)


# --- pods come and go --------------------------------------------------------


def test_a_pod_that_is_deleted_or_killed_comes_back(guide, node, ssh, times):
    with times.measure("kubectl delete pod, until the next one has set the node up"):
        guide.shell("kubectl delete pods -n playpen-nodes --all")
        wait_for_rollout(guide)
    assert sign_in(ssh, node, "alice") == ("alice", 0)
    node.run("for pid in $(pgrep -f 'playpen-node (install|carry)'); do kill -9 $pid; done")
    until(lambda: restarts(guide) == 2, "both containers, once more", 60, step=0.5)
    wait_for_rollout(guide)
    seconds_until_applied(guide, node, "kubectl playpen lock bob --now", "bob", "locked")
    seconds_until_applied(guide, node, "kubectl playpen unlock bob --now", "bob", "unlocked")


def wait_for_rollout(cluster):
    cluster.kubectl("rollout", "status", "daemonset/playpen-node", "-n", "playpen-nodes",
                    "--timeout=300s")


def restarts(cluster):
    (pod,) = cluster.get("pods", "-n", "playpen-nodes")["items"]
    return sum(c["restartCount"] for c in pod["status"]["containerStatuses"] if c["ready"])


def test_a_drain_leaves_the_pod_and_the_node(guide, node, ssh):
    guide.shell(f"kubectl drain {node.name} --ignore-daemonsets --delete-emptydir-data")
    assert len(guide.get("pods", "-n", "playpen-nodes")["items"]) == 1
    guide.shell(f"kubectl uncordon {node.name}")
    guide.kubectl("rollout", "status", "deployment/dex", "-n", "playpen-platform")
    assert sign_in(ssh, node, "alice") == ("alice", 0)


def test_kubectl_describe_says_why_a_node_cannot_take_it(guide, node, ssh):
    before = node.read("/etc/playpen/playpen.conf")
    edit("playpen.conf", "connectors = local", "conectors = local")
    guide.shell(f"kubectl apply --server-side -k {MINE}/mine")
    until(lambda: "this node could not be set up" in guide.shell(
        "kubectl describe pods -n playpen-nodes"), "the sentence", 120, step=1)
    assert "conectors" in guide.shell("kubectl describe pods -n playpen-nodes")
    assert node.read("/etc/playpen/playpen.conf") == before
    assert sign_in(ssh, node, "alice") == ("alice", 0)
    edit("playpen.conf", "conectors = local", "connectors = local")
    apply(guide)


# --- another uid key ---------------------------------------------------------


def test_a_uid_key_is_rotated_for_new_people(guide, node, ssh, times):
    assert sign_in(ssh, node, "alice") == ("alice", 0)
    known = node.out("id -u alice")
    old = node.out("playpenctl uid-key fingerprint")
    seconds_until_applied(guide, node, "kubectl playpen lock carol --now", "carol", "locked")
    replace_key(guide, "f" * 16)
    guide.shell("kubectl rollout restart daemonset/playpen-node -n playpen-nodes")
    until(lambda: "has another uid key" in guide.shell(
        "kubectl describe pods -n playpen-nodes"), "the sentence", 120, step=1)
    assert node.out("playpenctl uid-key fingerprint") == old
    with times.measure("another uid key, on the node after kubectl rollout restart"):
        replace_key(guide, old)
        guide.shell("""
            kubectl rollout restart daemonset/playpen-node -n playpen-nodes
            kubectl rollout status daemonset/playpen-node -n playpen-nodes""")
    assert node.out("playpenctl uid-key fingerprint") != old
    assert node.out("id -u alice") == known
    assert sign_in(ssh, node, "alice") == ("alice", 0)
    seconds_until_applied(guide, node, "kubectl playpen unlock carol --now", "carol", "unlocked")


def replace_key(cluster, fingerprint):
    """The commands of the document, with the fingerprint that it has the reader put in."""
    cluster.shell(f"""
        cd {paths.LAB}
        openssl rand -hex 16 >uid.key
        kubectl create secret generic playpen-uid-key -n playpen-nodes \\
            --from-file=uid.key --from-literal=replaces={fingerprint} \\
            --dry-run=client -o yaml | kubectl replace -f -""")


# --- versions ----------------------------------------------------------------


def test_an_upgrade_leaves_sessions_and_never_goes_back(guide, node, registry, ssh, times):
    (digest,) = re.findall("sha256:[0-9a-f]{64}", (MINE / "mine/kustomization.yaml").read_text())
    older = push_image(registry, make_older(paths.LAB / "older-debs"), "older")
    take_off(guide, node)
    put_back(guide)
    edit("kustomization.yaml", digest, older)
    apply(guide)
    assert node.version() == OLD
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    edit("kustomization.yaml", older, digest)
    with times.measure("a new image: the node is upgraded, its pod ready"):
        apply(guide)
    assert node.version() == version()
    assert shell.command("id -un") == "alice\n"
    assert sign_in(ssh, node, "alice") == ("alice", 0)
    edit("kustomization.yaml", digest, older)
    apply(guide)
    assert node.version() == version()
    edit("kustomization.yaml", older, digest)
    apply(guide)


def take_off(cluster, node):
    edit("kustomization.yaml", "# components:", "components:")
    edit("kustomization.yaml", "# - ../remove ", "- ../remove ")
    apply(cluster)
    assert node.version() is None


def put_back(cluster):
    edit("kustomization.yaml", "components:", "# components:")
    edit("kustomization.yaml", "- ../remove ", "# - ../remove ")


# --- the way back ------------------------------------------------------------


def test_a_daemonset_that_is_deleted_leaves_the_node(guide, node, ssh):
    seconds_until_applied(guide, node, "kubectl playpen lock bob --now", "bob", "locked")
    guide.shell("kubectl delete daemonset playpen-node -n playpen-nodes")
    until(lambda: not guide.get("pods", "-n", "playpen-nodes")["items"], "the pods' end", 120)
    assert node.version() == version()
    assert sign_in(ssh, node, "alice") == ("alice", 0)
    assert ssh(node, "bob").is_kept_out()
    guide.shell("kubectl playpen unlock bob")
    apply(guide)
    assert sign_in(ssh, node, "bob") == ("bob", 0)


def test_removal_keeps_keys_and_uids(guide, node, ssh, times):
    uid = node.out("id -u alice")
    key = node.read("/etc/playpen/uid.key")
    with times.measure("the component ../remove: playpen is off the node"):
        take_off(guide, node)
    assert "playpen" not in node.read("/etc/nsswitch.conf")
    assert node.run("grep -l pam_playpen /etc/pam.d/*", check=False).returncode == 1
    assert node.read("/etc/playpen/uid.key") == key
    put_back(guide)
    apply(guide)
    assert sign_in(ssh, node, "alice") == ("alice", 0)
    assert node.out("id -u alice") == uid


# --- many nodes --------------------------------------------------------------


def test_how_soon_200_kubelets_have_a_change(guide, times):
    guide.kubectl("create", "configmap", "watched", "-n", "default")
    before = guide.memory()["kube-apiserver"]
    for size in (1_000, 100_000, 1_000_000):
        median, last = guide.shell(f"watchers {guide.pki} 200 5 {size}").split()
        times.lines.append(f"{size} bytes of a ConfigMap: {median} s to the median of 200 "
                           f"watchers, {last} s to the last")
    times.lines.append(f"kube-apiserver: {before} MiB before, "
                       f"{guide.memory()['kube-apiserver']} MiB with these watchers")


PEOPLE = [f"user{number:02}" for number in range(40)]


@pytest.fixture(scope="module")
def forty(installed):
    """Nodes with playpen that are in no cluster."""
    made = []
    for number in range(len(PEOPLE)):
        node = Node(f"node-{100 + number}", f"127.0.2.{number + 1}")
        made.append(node)
        node.start().configure({"issuer": {"url": ISSUER, "connect_to": "127.0.0.1:5556"}})
        node.start_sshd()
    yield made
    for node in made:
        node.stop()


def test_nine_o_clock_of_40_nodes(guide, times, forty, ssh):
    restart_with_people(guide)
    dex = dex_process()
    begun = [guide.processor_time("kube-apiserver"), guide.processor_time("etcd"),
             guide.processor_time_of(dex)]
    asked = requests_of_dex(guide)
    sign_in_everywhere(forty, ssh, times, "Dex in the cluster")
    ended = [guide.processor_time("kube-apiserver"), guide.processor_time("etcd"),
             guide.processor_time_of(dex)]
    for name, before, after in zip(("kube-apiserver", "etcd", "Dex"), begun, ended, strict=True):
        times.add(f"40 sign-ins: processor time of {name}", after - before)
    times.lines.append(f"40 sign-ins: {requests_of_dex(guide) - asked:.0f} requests of Dex to the "
                       "API server")
    ask_quickly(times, "storage in the cluster")


def test_nine_o_clock_after_a_rotation_of_keys(guide, times, forty, ssh):
    """With a Dex that counts what it is asked, and has its storage in memory."""
    guide.kubectl("scale", "deployment/dex", "-n", "playpen-platform", "--replicas=0")
    until(lambda: not guide.get("pods", "-n", "playpen-platform")["items"], "Dex's end", 60)
    dex = Dex("head", issuer=ISSUER)
    dex.config["staticPasswords"] = with_people(dex.config["staticPasswords"])
    dex.start()
    try:
        dex.change_interval()
        for wave in ("keys are new", "keys are known", "keys were rotated"):
            if "rotated" in wave:
                dex.rotate_keys()
            dex.forget_requests()
            before = guide.processor_time_of(dex.pid)
            sign_in_everywhere(forty, ssh, times, wave)
            times.add(f"40 sign-ins, {wave}: processor time of Dex",
                      guide.processor_time_of(dex.pid) - before)
            asked = collections.Counter(r["path"] for r in dex.requests())
            times.lines.append(f"40 sign-ins, {wave}: requests {dict(asked.most_common())}")
        ask_quickly(times, "storage in memory")
    finally:
        dex.stop()
        guide.kubectl("scale", "deployment/dex", "-n", "playpen-platform", "--replicas=1")
        guide.kubectl("rollout", "status", "deployment/dex", "-n", "playpen-platform")


def sign_in_everywhere(nodes, ssh, times, wave):
    """A person at each node, all at once: Dex is asked by the nodes, and by browsers."""
    began = time.monotonic()
    waiting = [ssh(node, name, "id", "-un") for node, name in zip(nodes, PEOPLE, strict=True)]
    for connection in waiting:
        connection.wait_for_screen()
    times.add(f"40 sign-ins, {wave}: until the last sees the address",
              time.monotonic() - began)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda connection: connection.approve(), waiting))
    for connection in waiting:
        connection.enter_until(EOF)
        assert connection.result() == (connection.name, 0)
    times.add(f"40 sign-ins, {wave}: until the last is in", time.monotonic() - began)


def ask_quickly(times, storage):
    """Eight clients ask for a code and then for the token, as fast as they are answered."""
    codes = []

    def begin(_):
        codes.append(ask_dex("device/code", scope="openid")[1]["device_code"])

    def poll(number):
        status, said = ask_dex("token", device_code=codes[number % len(codes)],
                               grant_type="urn:ietf:params:oauth:grant-type:device_code")
        assert status >= 400 and said["error"] in ("authorization_pending", "slow_down")

    for what, ask in (("sign-ins begun", begin), ("answers to a node that waits", poll)):
        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, range(400)))
        times.lines.append(f"Dex, {storage}: {400 / (time.monotonic() - began):.0f} {what} "
                           "a second")


def ask_dex(path, **form):
    """Returns the status of the answer and its members."""
    body = urllib.parse.urlencode({"client_id": "playpen-login", **form}).encode()
    try:
        with urllib.request.urlopen(f"{ISSUER}/{path}", body, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def requests_of_dex(cluster):
    """Returns how often the API server was asked for an object of Dex so far."""
    metrics = cluster.kubectl("get", "--raw", "/metrics").stdout
    return sum(map(float, re.findall(
        r'^apiserver_request_total\{.*group="dex.coreos.com".* (\S+)$', metrics, re.MULTILINE)))


def dex_process():
    """Returns the number of the process of Dex in its pod."""
    (found,) = [int(p.name) for p in pathlib.Path("/proc").iterdir() if p.name.isdigit()
                and (p / "cmdline").read_bytes().startswith(b"/usr/bin/dex\0")]
    return found


def with_people(passwords):
    return passwords + [
        {**passwords[0], "email": email(name), "userID": name, "username": name, "name": name,
         "preferredUsername": name} for name in PEOPLE]


def restart_with_people(cluster):
    config = yaml.safe_load(cluster.get("configmap", "dex-config", "-n", "playpen-platform")
                            ["data"]["config.yaml"])
    config["staticPasswords"] = with_people(config["staticPasswords"])
    patch = {"data": {"config.yaml": yaml.safe_dump(config)}}
    cluster.kubectl("patch", "configmap", "dex-config", "-n", "playpen-platform", "--type=merge",
                    "--patch-file=/dev/stdin", input=json.dumps(patch))
    restart_dex(cluster)

# SPDX-License-Identifier: MIT
"""A real Kubernetes: its control plane in the laboratory, and a booted node with
containerd and a kubelet. Nothing forwards Services and there is no DNS, so pods that are
to be reached use the node's network."""

import json
import os
import pathlib
import re
import subprocess
import time

from . import booted, paths
from .debs import installed_on
from .wait import until

ADDRESS = "10.99.0.1"  # a kubelet takes no loopback address
SERVICE = "10.96.0.1"  # of the API server, where pods look for it
FILES = paths.SOURCE / "tests" / "kubernetes"
SLOW = 180  # seconds that a step may take on a busy machine


def why_not():
    """Why there can be no cluster here; None if there can be one."""
    if not os.environ.get("PLAYPEN_CLUSTER"):
        return "PLAYPEN_KUBERNETES=1 is not set: Kubernetes takes long to build"
    if paths.PACKAGES is None:
        return "PLAYPEN_PACKAGES says of no packages"
    if paths.ROOT != pathlib.Path("/"):
        return "the node of a cluster is a copy of this machine"
    if not _controllers() and "memory" not in _controllers_of_version_2():
        return "there is no cgroup controller for memory here"
    return booted.why_not()


def programs():
    return pathlib.Path(os.environ["PLAYPEN_CLUSTER"])


def _controllers_of_version_2():
    file = pathlib.Path("/sys/fs/cgroup/cgroup.controllers")
    return file.read_text().split() if file.exists() else []


def _controllers():
    """Returns the cgroup of this process in each hierarchy of version 1; none if the
    controllers are in version 2."""
    mounts = [line.split() for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
    places = {fields[3]: fields[1] for fields in mounts if fields[2] == "cgroup"}
    found = []
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        number, names, path = line.split(":", 2)
        for options, place in places.items():
            if number != "0" and set(names.split(",")) <= set(options.split(",")):
                found.append(pathlib.Path(place) / path.lstrip("/"))
    return found if any("memory" in str(place) for place in found) else []


def cgroup_version():
    """Returns the version in which the kubelet finds its controllers."""
    return 1 if _controllers() else 2


class Cluster:
    """etcd, kube-apiserver, kube-controller-manager and kube-scheduler."""

    def __init__(self):
        self._directory = paths.LAB / "cluster"
        self.pki = self._directory / "pki"
        self._running = {}
        self._environment = {
            "PATH": f"{programs()}:{os.environ['PATH']}",
            "HOME": str(self._directory),
            "KUBECONFIG": str(self.pki / "admin.conf"),
        }

    def start(self, node):
        """The certificates are for a node of that name."""
        self._directory.mkdir()
        _run("ip", "link", "add", "kube0", "type", "veth", "peer", "name", "kube1")
        _run("ip", "address", "add", f"{ADDRESS}/24", "dev", "kube0")
        _run("ip", "address", "add", f"{SERVICE}/32", "dev", "lo")
        for name in ("kube0", "kube1"):
            _run("ip", "link", "set", name, "up")
        _run(FILES / "pki", self.pki, node, ADDRESS, SERVICE)
        self._start("etcd", "--data-dir", self._directory / "etcd", "--unsafe-no-fsync",
                    "--log-level", "warn")
        self.start_api()
        self._start("kube-controller-manager", *self._as("manager"), "--leader-elect=false",
                    f"--service-account-private-key-file={self.pki}/sa.key",
                    f"--root-ca-file={self.pki}/ca.crt",
                    "--use-service-account-credentials=true",
                    "--allocate-node-cidrs=true", "--cluster-cidr=10.244.0.0/16")
        self._start("kube-scheduler", *self._as("scheduler"), "--leader-elect=false")
        return self

    def start_api(self):
        pki = self.pki
        self._start(
            "kube-apiserver", "--etcd-servers=http://127.0.0.1:2379", "--secure-port=443",
            f"--advertise-address={ADDRESS}", "--service-cluster-ip-range=10.96.0.0/16",
            f"--tls-cert-file={pki}/apiserver.crt", f"--tls-private-key-file={pki}/apiserver.key",
            f"--client-ca-file={pki}/ca.crt", f"--cert-dir={self._directory}",
            f"--kubelet-certificate-authority={pki}/ca.crt",
            f"--kubelet-client-certificate={pki}/kubelet-client.crt",
            f"--kubelet-client-key={pki}/kubelet-client.key",
            "--kubelet-preferred-address-types=InternalIP",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={pki}/sa.pub",
            f"--service-account-signing-key-file={pki}/sa.key",
            "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true", "--endpoint-reconciler-type=none", "--profiling=false")
        until(self._is_ready, "the API server", SLOW, step=0.2)

    def stop_api(self):
        self._stop("kube-apiserver")

    def _is_ready(self):
        self._check("kube-apiserver")
        self._check("etcd")
        return self.kubectl("get", "--raw", "/readyz", check=False).stdout == "ok"

    def _as(self, user):
        file = self.pki / f"{user}.conf"
        return [f"--kubeconfig={file}", f"--authentication-kubeconfig={file}",
                f"--authorization-kubeconfig={file}", f"--cert-dir={self._directory}"]

    def _log(self, name):
        return self._directory / f"{name}.log"

    def _start(self, name, *words):
        with open(self._log(name), "ab") as log:
            self._running[name] = subprocess.Popen([programs() / name, *words],
                                                   stdout=log, stderr=log, cwd=self._directory)

    def _check(self, name):
        assert self._running[name].poll() is None, self._log(name).read_text()[-2000:]

    def _stop(self, name):
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def stop(self):
        for name in list(self._running):
            self._stop(name)
        _run("ip", "link", "delete", "kube0")
        _run("ip", "address", "delete", f"{SERVICE}/32", "dev", "lo")

    def memory(self):
        """Returns the resident memory of each program, in MiB."""
        return {name: int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(
            f"/proc/{process.pid}/status").read_text()).group(1)) // 1024
            for name, process in self._running.items()}

    def processor_time(self, name):
        """Returns the seconds of a processor that a program has taken."""
        return self.processor_time_of(self._running[name].pid)

    @staticmethod
    def processor_time_of(pid):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kubectl(self, *words, check=True, timeout=400, kubeconfig=None, **options):
        environment = dict(self._environment)
        if kubeconfig:
            environment["KUBECONFIG"] = str(kubeconfig)
        done = subprocess.run(["kubectl", *map(str, words)], env=environment,
                              capture_output=True, text=True, timeout=timeout, check=False,
                              cwd=paths.SOURCE, **options)
        assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done

    def shell(self, line, **variables):
        """A line of a document, as a person types it."""
        done = subprocess.run(["sh", "-ec", line], env={**self._environment, **variables},
                              capture_output=True, text=True, timeout=600, check=False,
                              cwd=paths.SOURCE)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        return done.stdout

    def get(self, *words):
        return json.loads(self.kubectl("get", *words, "-o", "json").stdout)

    def kubeconfig(self, name):
        return (self.pki / f"{name}.conf").read_text()

    def file(self, name):
        return (self.pki / name).read_text()


class KubeNode(booted.BootedNode):
    """A node of a cluster. Nothing of playpen is installed on it."""

    def __init__(self):
        super().__init__("node-8", "127.0.1.8")
        del self._layers[0]

    def _hierarchies(self):
        return super()._hierarchies() + _controllers()

    def _join_cgroups(self):
        for cgroup in self._own_cgroups:
            for name in ("cpuset.cpus", "cpuset.mems"):
                if (cgroup / name).exists() and (cgroup.parent / name).exists():
                    (cgroup / name).write_text((cgroup.parent / name).read_text())
        super()._join_cgroups()

    def start_kubelet(self, cluster):
        self.write("/srv/kube/node.conf", cluster.kubeconfig("node"))
        for name in ("ca.crt", "kubelet-server.crt", "kubelet-server.key"):
            self.write(f"/srv/kube/{name}", cluster.file(name))
        for name in ("kubelet.yaml", "containerd.toml", "node"):
            self.write(f"/srv/kube/{name}",
                       (FILES / name).read_text().replace("PROGRAMS/", f"{programs()}/"), 0o755)
        self.write("/srv/kube/cni/bridge.conflist", (FILES / "bridge.conflist").read_text())
        self.run(["systemd-run", "--quiet", "--unit=kube-node", "-p", "PrivateMounts=yes",
                  "-p", "Delegate=yes", "-p", "KillMode=control-group", "/bin/bash",
                  "/srv/kube/node", str(programs()), self.name, ADDRESS])
        until(lambda: self._is_ready(cluster), "the node", SLOW, step=0.2)
        return self

    def _is_ready(self, cluster):
        if self.run("systemctl is-active kube-node", check=False).returncode != 0:
            raise AssertionError(self.kubelet_log())
        said = cluster.kubectl("get", "node", self.name, "-o", "jsonpath="
                               '{.status.conditions[?(@.type=="Ready")].status}', check=False)
        return said.stdout == "True"

    def version(self):
        return installed_on(self)

    def kubelet_log(self):
        return self.run("tail -n 40 /run/kube/containerd.log /run/kube/kubelet.log; "
                        "journalctl -u kube-node --no-pager", check=False).stdout


class Times:
    """What was measured, in the order in which it was."""

    def __init__(self):
        self.lines = []

    def add(self, what, seconds):
        self.lines.append(f"{seconds:8.1f} s  {what}")

    def measure(self, what):
        return _Measured(self, what)


class _Measured:
    def __init__(self, times, what):
        self._times, self._what = times, what

    def __enter__(self):
        self._began = time.monotonic()

    def __exit__(self, kind, *_):
        if kind is None:
            self._times.add(self._what, time.monotonic() - self._began)


def _run(*words):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"

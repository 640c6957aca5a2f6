# SPDX-License-Identifier: MIT
"""Local users and groups that are made after one of ours had the name."""

from rig.ssh import authorize_key


def sign_in(ssh, node, name="alice"):
    assert ssh(node, name, "true").sign_in() == ("", 0)


def gids(node, name):
    return {int(gid) for gid in node.out(["id", "-G", name], user="nobody").split()}


def members(node, group):
    """Those that the whole of NSS has for a group, each source asked."""
    text = node.out(f"getent group {group}; getent -s playpen group {group} || true")
    return {m for line in text.splitlines() for m in line.split(":")[3].split(",") if m}


def test_a_package_s_group_is_never_joined(dex, node, ssh):
    """docker is reserved, there or not: addgroup makes it after the sign-in."""
    dex.change_user("alice", groups=["dev", "docker"])
    sign_in(ssh, node)
    assert node.run("getent group docker", check=False).returncode == 2
    node.run("addgroup --system docker")
    gid = int(node.out("getent group docker").split(":")[2])
    for _ in range(2):
        assert gid not in gids(node, "alice")
        assert members(node, "docker") == set()
        node.run("playpenctl publish")
        sign_in(ssh, node)
    assert members(node, "dev") == {"alice"}


def test_a_group_made_under_the_name_of_ours_is_not_joined(dex, node, ssh):
    """groupadd sees ours and refuses; what a configuration system writes into
    the file itself is another group, and at once nobody of ours is in it."""
    dex.change_user("alice", groups=["dev", "crew"])
    sign_in(ssh, node)
    ours = int(node.out("getent group crew").split(":")[2])
    assert ours in gids(node, "alice")
    done = node.run("groupadd crew", check=False)
    assert done.returncode != 0 and "already exists" in done.stderr
    node.run("echo crew:x:4242: >>/etc/group")
    assert 4242 not in gids(node, "alice")
    assert node.out("getent group crew") == "crew:x:4242:"
    node.run("playpenctl publish")
    assert members(node, "crew") == set()
    sign_in(ssh, node)
    assert not {4242, ours} & gids(node, "alice")
    node.run("sed -i /^crew:/d /etc/group; playpenctl publish")
    sign_in(ssh, node)
    assert ours in gids(node, "alice")


def test_a_user_made_under_the_name_of_ours_gets_nothing_of_ours(dex, node, ssh):
    """As with groups. Who had the name before does not come in any more, not
    by a key either; the local one is nobody of ours."""
    sign_in(ssh, node)
    key = authorize_key(node, "alice", "/home/alice")
    assert ssh(node, "alice", "id -u", options=key).result()[1] == 0
    done = node.run("useradd alice", check=False)
    assert done.returncode != 0 and "already exists" in done.stderr
    node.run("echo alice:x:4001:4001::/home/local:/bin/sh >>/etc/passwd; "
             "echo alice:x:4001: >>/etc/group; "
             "echo 'alice:*:19000:0:99999:7:::' >>/etc/shadow; mkdir /home/local; "
             "chown 4001:4001 /home/local")
    assert node.out("id -u alice; id -G alice") == "4001\n4001"
    no_password = ["-o", "NumberOfPasswordPrompts=0"]
    assert ssh(node, "alice", "true", options=no_password).result()[1] == 255
    status = node.run(["playpenctl", "doctor", "--offline"], check=False)
    assert status.returncode == 1
    assert "alice is a local user and a playpen account" in status.stdout
    key = authorize_key(node, "alice", "/home/local")
    assert ssh(node, "alice", "id -u; id -G", options=key).result()[0] == "4001\n4001"

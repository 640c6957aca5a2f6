# SPDX-License-Identifier: MIT
"""A node whose root is hostile, and a service that signs in to it: what that
node learns is worth nothing on another."""

import pathlib

import pytest

from rig.service import account, askpass, assert_accepted, sign_in

HOSTILE = pathlib.Path(__file__).with_name("rig") / "hostile_policy.py"
QUESTION = "playpen-token audience=playpen-login random=" + 32 * "0" + " part=1: "


@pytest.fixture
def hostile(make_node):
    """A real sshd and a real module; what decides there is the attacker's."""
    node = make_node("node-8", 8, {**account(), "node": {"names": "127.0.1.8 node-8"}})
    place = node.out("find /usr -name playpen-policy -type f")
    node.write(place, HOSTILE.read_text(), 0o755)
    node.run("mkdir -p /hostile; touch /hostile/story")
    return node


def story(node):
    return node.read("/hostile/story")


def test_a_prompt_that_is_another_node_s_gets_a_token_that_names_the_hostile_one(
    dex, make_node, hostile
):
    node = make_node(changes=account())
    hostile.write("/hostile/victim", "svc-backup@127.0.1.7\n")
    assert sign_in(hostile, askpass())[0] == 255
    told = story(hostile)
    assert "asked playpen-token audience=playpen-login random=" in told
    assert "answered 1:eyJ" in told, "the service did give its token away"
    assert "i-am-in" not in told
    assert "reason=nonce-host " in node.log()
    assert "result=accept" not in node.log()
    assert_accepted(node, askpass())


def test_the_names_of_a_node_are_all_that_stands_against_it(dex, make_node, hostile):
    """The same relay, to a node that believes it is called like the hostile
    one: so the test before has failed for no other reason."""
    node = make_node(changes={**account(), "node": {"names": "127.0.1.7 127.0.1.8"}})
    hostile.write("/hostile/victim", "svc-backup@127.0.1.7\n")
    sign_in(hostile, askpass())
    assert story(hostile).rstrip().endswith("got i-am-in")
    assert "result=accept" in node.log()


@pytest.mark.parametrize(
    "question",
    [
        "(svc-backup@127.0.1.7) " + QUESTION,
        "\n(svc-backup@127.0.1.7) " + QUESTION,
        "\r(svc-backup@127.0.1.7) " + QUESTION,
        "playpen-token audience=playpen-login random=" + 32 * "0" + ".127.0.1.7 part=1: ",
        QUESTION + QUESTION,
        QUESTION.replace("part=1", "part=01"),
        QUESTION.replace("playpen-login", "kubernetes"),
        "Password: ",
        "Client secret: ",
    ],
)
def test_any_other_question_gets_no_token_and_no_secret(dex, hostile, question):
    """Above all one that brings a (user@host) of its own."""
    hostile.write("/hostile/question", question)
    dex.forget_requests()
    assert sign_in(hostile, askpass())[0] == 255
    assert story(hostile).rstrip().endswith("answered")
    assert dex.requests("/dex/token") == []


def test_a_question_as_it_should_be_gets_a_token(dex, hostile):
    hostile.write("/hostile/question", QUESTION)
    sign_in(hostile, askpass())
    assert "answered 1:eyJ" in story(hostile)
    assert len(dex.requests("/dex/token")) == 1

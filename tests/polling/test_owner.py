"""Whether the process behind a claim still runs."""

from __future__ import annotations

import os
import subprocess
import sys

from aggregator.polling.owner import is_dead, new_owner


def test_names_are_never_used_twice():
    assert new_owner() != new_owner()


def test_this_process_is_not_dead():
    assert not is_dead(new_owner())


def test_a_process_that_ended_is_dead():
    script = "from aggregator.polling.owner import new_owner; print(new_owner())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert is_dead(done.stdout.strip())


def test_a_number_that_was_given_out_again_is_not_taken_for_its_first_owner():
    """In a container every daemon has number 1: after a kill, the number in the claim is the newcomer's own."""
    host, pid, about = new_owner().rsplit(":", 2)
    namespace, started, token = about.split(".")
    assert pid == str(os.getpid())
    assert is_dead(f"{host}:{pid}:{namespace}.{int(started) - 1}.{token}")


def test_of_other_machines_and_containers_nobody_here_can_tell():
    host, _, about = new_owner().rsplit(":", 2)
    namespace, started, token = about.split(".")
    assert not is_dead(f"elsewhere:999999:{about}")
    assert not is_dead(f"{host}:999999:{int(namespace) + 1}.{started}.{token}")
    for odd in ("", "me", "a:b:c", f"{host}:x:{about}", f"{host}:{10**30}:{about}"):
        assert not is_dead(odd)

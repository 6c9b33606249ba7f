# SPDX-License-Identifier: Apache-2.0
"""Who may come in, and what the others are told."""
from concurrent.futures import ThreadPoolExecutor
import re
import time

import pytest

from running import PASSWORD, Certificate, Larmor

CLOSED = ["/data/projects", "/REST/projects", "/data/archive/projects", "/xapi/users",
          "/data/experiments/X/files?format=zip", "/data/no/such/route"]


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("agent", ["curl/7.88", "Mozilla/5.0 AppleWebKit/537.36"])
def test_without_a_name_everything_is_401_with_a_challenge(larmor, path, agent):
    answer = larmor.client(user=None).get(path, headers={"User-Agent": agent},
                                          allow_redirects=False)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert not answer.text.lstrip().lower().startswith(("<html", "<!doctype"))


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "HEAD"])
def test_every_method_is_401(larmor, method):
    answer = larmor.client(user=None).request(method, "/data/projects/P", data=b"x" * 100_000)
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/data/JSESSION", "/xapi/siteConfig/buildInfo"])
def test_what_is_open_needs_no_name(larmor, path):
    assert larmor.client(user=None).get(path).status_code != 401


@pytest.mark.parametrize("user, password", [
    ("admin", "wrong"), ("admin", PASSWORD + "x"), ("admin", PASSWORD[:-1]), ("admin", "\x00"),
    ("nobody", PASSWORD), ("ADMIN", PASSWORD), ("admin'--", PASSWORD), ("x" * 5000, "y")])
def test_a_wrong_name_or_password_is_401(larmor, user, password):
    answer = larmor.client(user, password).get("/data/projects")
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers


def test_an_open_address_does_not_take_a_wrong_password(larmor):
    assert larmor.client("admin", "wrong").get("/data/JSESSION").status_code == 401


@pytest.mark.parametrize("said, is_secure", [
    ("https", True), ("HTTPS", True), ("https, http", True), ("http", False), ("", False)])
def test_the_cookie_is_secure_behind_a_proxy_with_tls(larmor, said, is_secure):
    answer = larmor.client(None).get("/data/JSESSION", headers={"X-Forwarded-Proto": said})
    assert answer.headers["Set-Cookie"].endswith("; Secure") == is_secure


def test_the_cookie_is_secure_over_tls_whatever_a_header_says(tmp_path):
    with Larmor(tmp_path / "data", certificate=Certificate(tmp_path / "tls")) as larmor:
        for said in ("https", "http"):
            answer = larmor.client(None).get("/data/JSESSION", headers={"X-Forwarded-Proto": said})
            assert answer.headers["Set-Cookie"].endswith("; Secure")


@pytest.mark.parametrize("user", ["admin", None])
def test_a_client_keeps_the_session_id_it_was_given(larmor, user):
    client = larmor.client(user)
    first = client.get("/data/JSESSION")
    assert re.fullmatch("[0-9a-f]{32}", first.text)
    assert first.headers["Set-Cookie"] == f"JSESSIONID={first.text}; Path=/; HttpOnly"
    assert client.session.cookies["JSESSIONID"] == first.text
    for again in (client.get("/data/JSESSION"), client.post("/data/JSESSION")):
        assert again.text == first.text
        assert "Set-Cookie" not in again.headers
    assert larmor.client(user).get("/data/JSESSION").text != first.text


@pytest.mark.parametrize("cookie, id_", [
    ("JSESSIONID=0123456789ABCDEF0123456789ABCDEF", "0123456789ABCDEF0123456789ABCDEF"),
    ("a=b; JSESSIONID=\"0123456789abcdef0123456789abcdef\"", "0123456789abcdef0123456789abcdef"),
    ("$Version=0; JSESSIONID=0123456789abcdef0123456789abcdef; $Path=/",
     "0123456789abcdef0123456789abcdef")])
def test_an_id_that_xnat_gave_is_kept(larmor, cookie, id_):
    assert larmor.client(None).get("/data/JSESSION", headers={"Cookie": cookie}).text == id_


@pytest.mark.parametrize("cookie", [
    "JSESSIONID=", "JSESSIONID=short", "JSESSIONID=" + "a" * 33, "JSESSIONID=" + "g" * 32,
    "JSESSIONID=<script>alert(1)</script>", "jsessionid=" + "a" * 32, "=;=;;", "x" * 60_000])
def test_a_cookie_that_is_no_id_is_not_given_back(larmor, cookie):
    answer = larmor.client(None).get("/data/JSESSION", headers={"Cookie": cookie})
    assert re.fullmatch("[0-9a-f]{32}", answer.text) and answer.text not in cookie


def test_a_cookie_signs_nobody_in(larmor):
    client = larmor.client()
    id_ = client.get("/data/JSESSION").text
    assert client.get("/data/projects").status_code == 200
    answer = larmor.client(None).get("/data/projects", headers={"Cookie": f"JSESSIONID={id_}"})
    assert answer.status_code == 401


@pytest.mark.parametrize("header", ["Basic", "Basic ", "Basic !!!", "Basic YWRtaW4=",
                                    "Bearer YWRtaW46eA==", "nonsense", "Basic " + "A" * 9000])
def test_a_malformed_header_is_401(larmor, header):
    client = larmor.client(user=None)
    assert client.get("/data/projects", headers={"Authorization": header}).status_code == 401


def test_a_password_may_hold_a_colon_and_any_letter(tmp_path):
    password = "with:colon and ü"
    with Larmor(tmp_path / "data", password=password) as larmor:
        client = larmor.client()
        client.session.auth = ("admin", password.encode())
        assert client.get("/data/projects").status_code == 200


def test_a_thousand_requests_cost_one_verification(larmor):
    client = larmor.client()
    client.get("/data/projects")
    begin = time.monotonic()
    for _ in range(1000):
        assert client.get("/data/projects").status_code == 200
    assert time.monotonic() - begin < 30, "each request seems to verify the password anew"


def test_a_disabled_user_is_refused_at_once(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        client = larmor.client()
        assert client.get("/data/projects").status_code == 200
        change = "update app_user set is_enabled = ?, revision = revision + 1"
        larmor.sql(change, 0)
        assert client.get("/data/projects").status_code == 401
        larmor.sql(change, 1)
        assert client.get("/data/projects").status_code == 200


def test_guessing_is_slowed_down_and_hurts_nobody_who_is_known(larmor):
    known = larmor.client()
    assert known.get("/data/projects").status_code == 200

    def guess(number):
        return larmor.client("admin", f"guess {number}").get("/data/projects")

    with ThreadPoolExecutor(40) as pool:
        answers = pool.map(guess, range(120))
        for _ in range(20):
            assert known.get("/data/projects").status_code == 200
        answers = list(answers)
    assert {answer.status_code for answer in answers} == {401, 503}
    assert all("Retry-After" in a.headers for a in answers if a.status_code == 503)

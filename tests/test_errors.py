# SPDX-License-Identifier: Apache-2.0
"""What a client is told when something fails, what Accept does, and POST in place of PUT."""
import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
AXIOS = "application/json, text/plain, */*"
FAILURES = [("/data/projects/NoSuch", 404), ("/data/projects/NoSuch/files/a", 404),
            ("/data/nonsense", 404), ("/data/projects/P/resources/R/nonsense", 400),
            ("/data/projects/%00", 400), ("/data/projects/%FF/files", 400),
            ("/data/projects/a%0Ab", 404)]


@pytest.fixture
def files(archive, resource):
    archive.upload(f"{resource}/files/a.dcm", b"content")
    return f"{resource}/files"


@pytest.mark.parametrize("accept", [None, "*/*", BROWSER, "text/csv", "application/zip", "x"])
@pytest.mark.parametrize("path, status", FAILURES)
def test_an_error_is_a_line_of_text(archive, accept, path, status):
    answer = archive.get(path, headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.text.count("\n") == 1 and "<" not in answer.text


@pytest.mark.parametrize("accept", ["application/json", AXIOS, "application/json;q=0.9,*/*;q=0.1"])
@pytest.mark.parametrize("path, status", FAILURES)
def test_an_error_is_json_for_whoever_prefers_it(archive, accept, path, status):
    answer = archive.get(path, headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    said = answer.json()
    assert said["status"] == status and said["message"]


def test_an_error_keeps_odd_bytes_out_of_json(archive, files):
    answer = archive.get(f"{files}?index=%FF%22&file_content=x",
                         headers={"Accept": "application/json"})
    assert answer.status_code == 400 and "index" in answer.json()["message"]


def test_refusals_are_json_too(larmor, archive, files):
    def asked(client, method, path):
        return client.request(method, path, headers={"Accept": "application/json"})

    stranger = larmor.client(None, "x")
    answer = asked(stranger, "GET", files)
    assert (answer.status_code, answer.json()["message"]) == \
        (401, "The request requires user authentication")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    answer = asked(archive, "PATCH", files)
    assert (answer.status_code, answer.json()["status"]) == (405, 405)
    assert "GET" in answer.headers["Allow"]
    answer = asked(archive, "PUT", files.split("/files")[0])
    assert (answer.status_code, answer.json()["status"]) == (409, 409)


@pytest.mark.parametrize("accept", [
    "application/octet-stream", "application/zip", "text/csv", "*/*", BROWSER, "application/xml",
    "image/jpeg", "video/*;q=0.1", "nonsense", ";;;", "a/b;q=x,,", ""])
def test_no_accept_is_ever_refused(archive, files, accept):
    session = files.split("/resources/")[0]
    for path in (files, f"{files}/a.dcm", f"{files}?format=zip", f"{session}/resources",
                 session, "/data/projects", files.rsplit("/", 1)[0]):
        assert archive.get(path, headers={"Accept": accept}).status_code == 200, path
    assert archive.get(f"{files}/a.dcm", headers={"Accept": accept}).content == b"content"


def test_format_wins_over_accept(archive, files):
    answer = archive.get(f"{files}?format=csv", headers={"Accept": "application/json"})
    assert answer.headers["Content-Type"] == "text/csv"
    answer = archive.get(files, headers={"Accept": "application/zip"})
    assert answer.headers["Content-Type"] == "application/json"


def test_a_post_may_mean_put_or_delete(larmor, archive, files):
    url = f"{files}/posted.dcm"
    assert archive.post(f"{url}?method=PUT", b"posted").status_code == 200
    assert archive.get(url).content == b"posted"
    assert archive.post(f"{url}?method=GET").content == b"posted"
    assert archive.post(f"{url}?method=delete").status_code == 200
    assert archive.get(url).status_code == 404
    assert '"a POST means DELETE"' in larmor.log() or "a POST means DELETE" in larmor.log()


def test_only_a_post_may_and_no_page_of_another_site(archive, files):
    url = f"{files}/a.dcm"
    assert archive.get(f"{url}?method=DELETE").content == b"content"
    assert archive.post(f"{url}?method=PATCH").status_code == 400
    answer = archive.post(f"{url}?method=DELETE", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert archive.get(url).content == b"content"
    # Nor an upload, which a form of any page could send with the password that a browser knows.
    answer = archive.post(f"{url}?overwrite=true", files={"f": ("a.dcm", b"other")},
                          headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert archive.get(url).content == b"content"
    own = archive.server.url
    assert archive.post(f"{url}?method=DELETE", headers={"Origin": own}).status_code == 200


def test_a_posted_put_keeps_the_status_of_a_put(archive, project):
    assert archive.post(f"{project}/subjects/S?method=PUT").status_code == 201
    assert archive.post(f"{project}/resources/R?method=PUT").status_code == 200
    assert archive.post(f"{project}/resources/R?method=PUT").status_code == 409
    assert archive.post(f"{project}/subjects/S").status_code == 405

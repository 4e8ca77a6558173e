"""config.toml, read: every fault at once, each with its line, in words for the person who wrote it."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from aggregator.config.load import load, load_shipped
from aggregator.errors import ConfigError, Exit, UsageError
from aggregator.model import ExtraBody, ProviderType, RatingValue, When


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "config.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def faults_of(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ={})
    return [str(fault) for fault in caught.value.faults]


FEED = '[[feeds]]\nurl = "https://example.org/feed"\n'


# --- what is right ------------------------------------------------------------------------------------


def test_an_empty_file_is_all_defaults(write):
    config = load(write(""), environ={}).config
    assert config.polling.interval == timedelta(minutes=30)
    assert config.digest.at == time(7, 0)
    assert config.feeds == ()


def test_values_are_read_as_they_are_written(write):
    loaded = load(
        write(
            """
            [http]
            max_size = "500 kB"
            allow = ["LOCALHOST:8000", "[::1]:80"]
            [polling]
            interval = "1h 30m"
            [digest]
            at = 06:30:00
            days = ["mon"]
            [mail]
            host = "mail.example.org"
            recipients = ["Ann <ann@example.org>"]
            sender = "Digest <digest@example.org>"
            [[feeds]]
            name = "a"
            url = "https://example.org/feed?x[]=1"
            enabled = false
            interval = "2h"
            headers_env = { Authorization = "FEED_AUTH" }
            [[flags]]
            name = "wales"
            provider_types = ["CRC", "NPS"]
            areas = ["Wales"]
            ratings = ["inadequate"]
            aspects = ["overall"]
            when = ["previous"]
            words = ["MAPPA"]
            """
        ),
        environ={},
    )
    config = loaded.config
    assert config.http.max_size == 500_000
    assert config.http.allow == ("localhost:8000", "[::1]:80")
    assert config.polling.interval == timedelta(minutes=90)
    assert config.digest.at == time(6, 30)
    assert config.feeds[0].interval == timedelta(hours=2)
    assert config.feeds[0].enabled is False
    (rule,) = loaded.rules
    assert rule.name == "wales"
    assert set(rule.provider_types) == {ProviderType.CRC, ProviderType.NPS}
    assert set(rule.areas) == {"Wales"}
    assert set(rule.ratings) == {RatingValue.INADEQUATE}
    assert set(rule.aspects) == {"overall"}
    assert set(rule.when) == {When.PREVIOUS}
    assert set(rule.words) == {"MAPPA"}


def test_a_rule_looks_at_current_ratings_unless_told(write):
    (rule,) = load(write('[[flags]]\nname = "x"\nwords = ["y"]\n'), environ={}).rules
    assert set(rule.when) == {When.CURRENT}


def test_feeds_without_a_name_are_called_after_their_hosts(write):
    text = "".join(
        f'[[feeds]]\nurl = "{url}"\n'
        for url in ("https://www.example.org/a", "https://example.org/b", "http://other.example:8080/c")
    )
    names = [feed.name for feed in load(write(text), environ={}).config.feeds]
    assert names == ["example.org", "example.org-2", "other.example"]


def test_a_name_that_was_given_is_never_taken_for_an_unnamed_feed(write):
    text = FEED + '[[feeds]]\nname = "example.org"\nurl = "https://example.org/other"\n'
    names = [feed.name for feed in load(write(text), environ={}).config.feeds]
    assert names == ["example.org-2", "example.org"]


def test_relative_paths_are_relative_to_the_file(write, tmp_path, monkeypatch):
    path = write(FEED + 'username = "u"\npassword_file = "secrets/p"\nca_file = "/etc/ca.pem"\n')
    monkeypatch.chdir("/")
    loaded = load(path, environ={})
    assert loaded.database == tmp_path / "aggregator.db"
    assert loaded.config.feeds[0].password_file == tmp_path / "secrets/p"
    assert loaded.config.feeds[0].ca_file == Path("/etc/ca.pem")


def test_a_byte_order_mark_is_no_fault(write):
    assert load(write(b"\xef\xbb\xbf" + FEED.encode()), environ={}).config.feeds


def test_bodies_are_given_to_the_reading(write):
    text = (
        '[[bodies]]\nprovider_type = "YJS"\nname = "Wye Valley Service"\narea = "Herefordshire"\naliases = ["WVCF"]\n'
    )
    assert load(write(text), environ={}).bodies == (
        ExtraBody(ProviderType.YJS, "Wye Valley Service", "Herefordshire", ("WVCF",)),
    )


def test_windows_line_ends_are_no_fault(write):
    assert load(write(FEED.replace("\n", "\r\n")), environ={}).config.feeds


# --- where it is --------------------------------------------------------------------------------------


def test_the_file_is_the_one_named_then_the_environments_then_the_one_here(write, tmp_path, monkeypatch):
    path = write("")
    monkeypatch.chdir(tmp_path)
    assert load(None, environ={}).path == Path("config.toml")
    assert load(None, environ={"AGGREGATOR_CONFIG": ""}).path == Path("config.toml")
    monkeypatch.chdir("/")
    assert load(None, environ={"AGGREGATOR_CONFIG": str(path)}).path == path
    assert load(path, environ={"AGGREGATOR_CONFIG": "/nowhere.toml"}).path == path


def test_the_database_is_the_one_named_then_the_environments_then_the_configurations(write, tmp_path):
    path = write('[database]\npath = "mine.db"\n')
    assert load(path, environ={}).database == tmp_path / "mine.db"
    environ = {"AGGREGATOR_DATABASE": "/env.db"}
    assert load(path, environ=environ).database == Path("/env.db")
    assert load(path, environ=environ, database=Path("/cli.db")).database == Path("/cli.db")


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(UsageError, match=r"nope\.toml: there is no such file\. `aggregator init` writes one") as caught:
        load(tmp_path / "nope.toml", environ={})
    assert caught.value.exit_status is Exit.USAGE


def test_a_folder_is_no_configuration(tmp_path):
    with pytest.raises(UsageError, match="is a folder, not a file"):
        load(tmp_path, environ={})


def test_what_cannot_be_read_says_why(tmp_path):
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    with pytest.raises(UsageError, match="cannot be read: Too many levels of symbolic links"):
        load(loop, environ={})


def test_an_endless_file_is_given_up_on():
    """/dev/zero, or a database named by mistake, must not fill the memory."""
    with pytest.raises(ConfigError, match="larger than 4 MB"):
        load(Path("/dev/zero"), environ={})


def test_a_file_in_another_encoding_names_the_line(write):
    assert faults_of(write("# fine\n# caf\u00e9\n".encode("latin-1"))) == [
        "line 2: is not UTF-8; save the file as UTF-8"
    ]


# --- what is wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault", "reason"),
    [
        ("[http]\nper_hots = 1", "line 2: http.per_hots: there is no such key; did you mean per_host?", "a typo"),
        ("[htpp]\n", "line 1: htpp: there is no such section; did you mean http?", "a typo in a section"),
        (
            "[mail]\nzzz = 1",
            ("line 2: mail.zzz: there is no such key; known here: host, port, security, username, password_env, "
            "password_file, sender, recipients, unsubscribe, maildir"),
            "nothing is near",
        ),
        (FEED + "URL = 1", "line 3: feeds[1].URL: there is no such key; did you mean url?", "case matters in TOML"),
        (
            FEED + 'password = "hunter2"',
            ("line 3: feeds[1].password: secrets are not written here in clear; use password_env = the name of an "
            "environment variable"),
            "a secret in clear",
        ),
        (FEED + 'proxy = "http://u:p@x"', "line 3: feeds[1].proxy: secrets are not written here in clear; use proxy_env = the name of an environment variable", "a proxy's address holds one"),
        ("[http]\nper_host = 0", "line 2: http.per_host: must be at least 1", "a bound"),
        ("[http]\nmax_size = 1", "line 2: http.max_size: must be at least 10,000", "a bound in bytes"),
        ('[http]\ndeadline = "1m"', "line 2: http.deadline: must be at most 45 seconds", "a bound of time"),
        ('[http]\ndeadline = "0s"', "line 2: http.deadline: must be more than 0 seconds", "an open bound"),
        ("[http]\nper_host = true", "line 2: http.per_host: must be a whole number, not true or false", "no coercion"),
        ("[http]\nper_host = 2.0", "line 2: http.per_host: must be a whole number, not a fraction", "no coercion"),
        ('[http]\nper_host = "2"', "line 2: http.per_host: must be a whole number, not a text", "no coercion"),
        ("[digest]\nsend_empty = 1", "line 2: digest.send_empty: must be true or false, not a number", "no coercion"),
        ("[digest]\ntitle = 1", "line 2: digest.title: must be a text in quotes, not a number", "a wrong type"),
        ('[digest]\ntitle = ""', "line 2: digest.title: must not be empty", "an empty text"),
        ('[digest]\ntitle = "a\\nb"', "line 2: digest.title: holds a line break or another control character", "header injection"),
        ("[digest]\ndays = []", "line 2: digest.days: must not be empty", "an empty list"),
        ('[digest]\ndays = "mon"', "line 2: digest.days: must be a list in square brackets, not a text", "a wrong type"),
        (
            '[digest]\ndays = [\n  "mon",\n  "wen",\n]',
            "line 4: digest.days[2]: 'wen' is not one of mon, tue, wed, thu, fri, sat, sun; did you mean wed?",
            "one element of a list over several lines",
        ),
        ("[digest]\ndays = [1]", "line 2: digest.days[1]: must be one of mon, tue, wed, thu, fri, sat, sun, not a number", "weekdays go by name: numbers mean other days in every program"),
        ('[digest]\nat = "25:00"', 'line 2: digest.at: not a time of day; write it like "07:00"', "no such hour"),
        ("[digest]\nat = 7", 'line 2: digest.at: not a time of day; write it like "07:00"', "seconds since midnight, to pydantic"),
        ("[digest]\nat = 07:00:30", 'line 2: digest.at: not a time of day; write it like "07:00"', "no seconds"),
        ('[digest]\ntimezone = "Mars"', "line 2: digest.timezone: 'Mars' is not a time zone; write it like Europe/London", "no such zone"),
        ('[digest]\ntimezone = "../etc"', "line 2: digest.timezone: '../etc' is not a time zone; write it like Europe/London", "a path"),
        ("[polling]\ninterval = 30", 'line 2: polling.interval: a duration is a text with its unit; write it like "90s", "15m", "1h 30m", "7d" or "2w"', "minutes or seconds?"),
        ('[polling]\ninterval = "30"', "line 2: polling.interval: '30' is not a duration; write it like 90s, 15m, 1h 30m, 7d or 2w", "no unit"),
        ('[polling]\nmin_interval = "30s"', "line 2: polling.min_interval: must be at least 1 minute", "politeness"),
        ('[polling]\ninterval = "5m"', "line 1: polling: interval must lie between min_interval and max_interval", "two keys at odds"),
        (
            '[polling]\nmin_interval = "20m"\n' + FEED + 'interval = "5m"',
            "line 5: feeds[1].interval: must lie between polling.min_interval (20m) and polling.max_interval (1d)",
            "two sections at odds",
        ),
        ('[polling]\nquiet_hours = ["22:30"]', "line 2: polling.quiet_hours[1]: '22:30' is no stretch of a day; write it like \"22:30-05:30\"", "no end"),
        ('[polling]\nquiet_hours = "22:30-05:30"', "line 2: polling.quiet_hours: must be a list in square brackets, not a text", "there may be several"),
        ('[polling]\nquiet_hours = ["07:00-07:00"]', "line 2: polling.quiet_hours[1]: '07:00-07:00' begins when it ends: no time at all, or all of the day", "which?"),
        ('[polling]\nquiet_hours = ["06:00-18:00",\n"18:00-07:00"]', "line 2: polling.quiet_hours: leaves no minute of the day to ask in; enabled = false is how a feed is not polled at all", "nothing left"),
        (FEED + "quiet_hours = [22]", 'line 3: feeds[1].quiet_hours[1]: not a stretch of a day; write it like "22:30-05:30"', "a number"),
        (FEED + 'username = "me"\npassword_env = "P"\nheaders_env = { authorization = "T" }', "line 1: feeds[1]: username and an Authorization header under headers_env are both given; keep one", "a request has one Authorization"),
        ('[[feeds]]\nurl = "http://☃/"', "line 2: feeds[1].url: has a host that cannot be one: no letters that names are made of, or too many", "IDNA knows no snowman"),
        ('[[feeds]]\nurl = "http://x/' + "a" * 9000 + '"', "line 2: feeds[1].url: is longer than 8000 characters, which no server takes", "a pasted document"),
        ('[http]\nmax_size = "10 mb"', "line 2: http.max_size: '10 mb' is not a size; write it like \"500 kB\" or \"10 MB\"", "a unit that is none"),
        ('[http]\nallow = ["localhost"]', "line 2: http.allow[1]: 'localhost' is not a host and port; write it like \"192.168.1.20:8080\" or \"[::1]:8080\"", "the port is part of it"),
        ('[http]\nallow = ["10.0.0.1:80",\n"*:80"]', "line 3: http.allow[2]: '*:80' is a pattern; each private host and port is named exactly, like \"192.168.1.20:8080\" or \"[::1]:8080\"", "one star opens every private address"),
        ('[http]\ncontact = "(me)"', "line 2: http.contact: can hold plain ASCII only, without brackets: it goes into the User-Agent header", "a comment in a comment"),
        ("http = 1", "line 1: http: must be a table of keys and values, not a number", "a section that is none"),
        ("[feeds]\n", "line 1: feeds: must be a list in square brackets, not a table", "[feeds] for [[feeds]]"),
        ("[[feeds]]\n", "line 1: feeds[1]: url is missing", "the one key that must be there"),
        ('[[feeds]]\nurl = "ftp://x/"', "line 2: feeds[1].url: must start with http:// or https://", "a scheme we don't speak"),
        ('[[feeds]]\nurl = "www.x.org/feed"', "line 2: feeds[1].url: must start with http:// or https://", "as people paste it"),
        ('[[feeds]]\nurl = "https:///feed"', "line 2: feeds[1].url: has no host", "nothing to connect to"),
        ('[[feeds]]\nurl = "https://x y/"', "line 2: feeds[1].url: holds a space, a line break or another control character", "a space"),
        ('[[feeds]]\nurl = "https://x:port/"', "line 2: feeds[1].url: is not an address that can be asked: its host or port is malformed", "a port that is no number"),
        ('[[feeds]]\nurl = "https://[::1/"', "line 2: feeds[1].url: is not an address that can be asked: its host or port is malformed", "half a bracket"),
        ('[[feeds]]\nurl = "https://x:0/"', "line 2: feeds[1].url: has port 0, which nothing listens on", "port 0"),
        (
            '[[feeds]]\nname = "x"\nurl = "https://me:hunter2@x/"',
            ("line 3: feeds[x].url: holds a user name or password in clear; take it out and write username = … and "
            "password_env = … instead"),
            "userinfo",
        ),
        (FEED + 'name = " x"', "line 3: feeds[ x].name: must not start or end with a space, nor start with a hyphen: it is typed in commands", "cannot be typed"),
        (FEED + 'headers = { Authorization = "Basic aHVudGVyMg==" }', "line 3: feeds[1].headers: Authorization looks like a secret; write it under headers_env, with an environment variable", "a secret header in clear"),
        (FEED + 'headers = { If-None-Match = "x" }', "line 3: feeds[1].headers: If-None-Match is set by the program itself and cannot be given here", "breaks conditional requests"),
        (FEED + 'headers = { X = "a\\r\\nHost: y" }', "line 3: feeds[1].headers: X holds a line break or another control character", "header injection"),
        (FEED + 'headers = { "a b" = "c" }', "line 3: feeds[1].headers: 'a b' is not a header name", "no token"),
        (FEED + "headers = { X = 1 }", "line 3: feeds[1].headers.X: must be a text in quotes, not a number", "inside an inline table"),
        (
            FEED + 'headers_env = { X = "Bearer hunter2" }',
            ("line 3: feeds[1].headers_env: the value of X is not the name of an environment variable (letters, digits, _); "
            "put the secret into a variable and write the variable's name here"),
            "the secret itself, where its variable's name belongs",
        ),
        (
            FEED + 'username = "u"\npassword_env = "hunter2!"',
            ("line 4: feeds[1].password_env: is not the name of an environment variable (letters, digits, _); "
            "put the secret into a variable and write the variable's name here"),
            "the same",
        ),
        (FEED + 'username = "u"\npassword_env = "A"\npassword_file = "b"', "line 1: feeds[1]: password_env and password_file are both given; keep one", "two sources"),
        ('[notify]\nurls_env = "A"\nurls_file = "b"', "line 1: notify: urls_env and urls_file are both given; keep one", "two sources"),
        ('[links]\nkey_env = "A"\nkey_file = "b"', "line 1: links: key_env and key_file are both given; keep one", "two sources"),
        ('[links]\npublic_url = "https://a.example"', "line 1: links: public_url needs a key: key_env or key_file", "links nobody could sign"),
        ('[links]\npublic_url = "http://a.example"\nkey_env = "A"', "line 1: links: public_url must be an https address without ? and #", "a link is a key"),
        ('[mail]\nunsubscribe = "Ann <a@b.example>"', "line 2: mail.unsubscribe: 'Ann <a@b.example>' is not a bare mail address", "it stands in angle brackets"),
        (FEED + 'password_env = "A"', "line 1: feeds[1]: a password without a username logs nobody in; username is missing", "half a login"),
        ('[mail]\nhost = "x"\nrecipients = ["a@b"]', "line 1: mail: sender is needed to send mail: an address the digest comes from", "mail from nobody"),
        ('[mail]\nrecipients = ["a@b", "nobody"]', "line 2: mail.recipients[2]: 'nobody' is not a mail address", "no address"),
        ('[mail]\nrecipients = ["Änn <änn@b.example>"]', "line 2: mail.recipients[1]: 'Änn <änn@b.example>' has letters before the @ that mail does not carry everywhere; they must be ASCII", "it would need SMTPUTF8"),
        ('[mail]\nsender = "Änn <änn@b.example>"', "line 1: mail: sender has letters before the @ that mail does not carry everywhere; they must be ASCII", "and so would this"),
        ('[[flags]]\nname = "x"', "line 1: flags[x]: a rule needs at least one of provider_types, areas, ratings, aspects, words", "a rule that asks nothing"),
        ('[[flags]]\nname = "x"\nratings = ["Good"]', "line 3: flags[x].ratings[1]: 'Good' is not one of outstanding, good, requires_improvement, inadequate, positive, mixed, negative; did you mean good?", "case"),
        ('[[flags]]\nname = "x"\nareas = [""]', "line 3: flags[x].areas[1]: must not be empty", "an empty word is in every post"),
        ('[[bodies]]\nname = "x"', "line 1: bodies[x]: provider_type is missing", "nobody could tell what it is"),
        ('[[bodies]]\nname = "x"\nprovider_type = "crc"', "line 3: bodies[x].provider_type: 'crc' is not one of CRC, NPS, PDU, REGION, YJS; did you mean CRC?", "case"),
        ('[[bodies]]\nname = "x"\nprovider_type = "CRC"\naliases = [""]', "line 4: bodies[x].aliases[1]: must not be empty", "an empty name is in every post"),
        ('[[bodies]]\nname = "x"\nprovider_type = "CRC"\n[[bodies]]\nname = "x"\nprovider_type = "YJS"', "line 5: bodies[x].name: the same name stands on line 2 already", "which kind is it?"),
        ('[[flags]]\nname = "x"\nareas = ["A"]\n[[flags]]\nname = "x"\nareas = ["B"]', "line 5: flags[x].name: the same name stands on line 2 already", "a flag's name says which rule"),
        (FEED + FEED, "line 4: feeds[2].url: the same url stands on line 2 already", "the same feed twice"),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_words_with_its_line(write, text, fault, reason):
    assert faults_of(write(text)) == [fault], reason


def test_every_fault_is_told_at_once_in_the_order_of_the_file(write):
    text = """\
[polling]
first_poll = "some"
[htttp]
[[feeds]]
name = "a"
url = "gopher://x/"
[[feeds]]
name = "a"
url = "https://x/"
interval = 5
[[flags]]
"""
    assert [fault.split(":")[0] for fault in faults_of(write(text))] == [
        "line 2",
        "line 3",
        "line 6",
        "line 8",
        "line 10",
        "line 11",
    ]


def test_the_whole_message_names_the_file_and_counts(write):
    with pytest.raises(ConfigError) as caught:
        load(write("a = 1\nb = 2\n"), environ={})
    first, *rest = str(caught.value).splitlines()
    assert first.endswith("config.toml: 2 faults in the configuration")
    assert [line.split(":")[0] for line in rest] == ["  line 1", "  line 2"]
    assert caught.value.exit_status is Exit.USAGE


@pytest.mark.parametrize(
    "text",
    [
        '[[feeds]]\nurl = "https://me:hunter2@x/"',
        '[[feeds]]\nurl = "ftp://me:hunter2@x/"',
        '[[feeds]]\nurl = "https://me:hunter2@[x/"',
        FEED + 'password = "hunter2"',
        FEED + 'password_env = "hunter2 "',
        FEED + 'proxy_env = "http://hunter2"',
        FEED + 'headers = { Authorization = "hunter2" }',
        FEED + 'headers = { "X-Api-Key" = "hunter2" }',
        FEED + 'headers_env = { X = "hunter2 " }',
        '[mail]\npassword_env = "hunter2!"',
        '[mail]\npassword = "hunter2"',
    ],
)
def test_no_secret_is_ever_repeated(write, text):
    faults = faults_of(write(text))
    assert faults
    assert "hunter2" not in "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a = 1\nb = \n", "line 2: the value is not written as TOML knows it (texts need quotes)"),
        ("a = yes\n", "line 1: the value is not written as TOML knows it (texts need quotes)"),
        ("a\n", "line 1: a key needs an equals sign and a value after it"),
        ("= 1\n", "line 1: this is neither a key = value, nor a [section], nor a # comment"),
        ('a = "x\nb = 1\n', "line 1: a text has no closing quote on its line"),
        ("a = 1 b = 2\n", "line 1: something stands behind the value on this line"),
        ('a = "C:\\new\\x"\n', "line 1: write \\\\ for a backslash, or use 'single quotes'"),
        ("a = 1\na = 2\n", "line 2: this key stands in its section already"),
        ("[http]\n[http]\n", "line 2: [http] stands here for the second time"),
        ("[http\n", "line 1: not valid TOML: Expected ']' at the end of a table declaration"),
    ],
)
def test_broken_toml_names_the_line(write, text, fault):
    assert faults_of(write(text)) == [fault]


@pytest.mark.parametrize("text", ["a = [" * 5000, 'a = """x', "a = [1,", "a = {", "\x00", "[", "a." * 3000 + "b = 1"])
def test_whatever_it_is_the_answer_is_a_fault(write, text):
    assert faults_of(write(text))


def test_the_shipped_configuration_stands_in_where_there_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    loaded = load_shipped(environ={})
    assert loaded.database == tmp_path / "aggregator.db"
    assert {kind for rule in loaded.rules for kind in rule.provider_types} == set(ProviderType)

"""An explanation of one post: as a row for programs, and as text for a person.

What was found, the sentence with the words marked, how it was told; which rules were met and which not, and why; and
the grade words that were looked at and not taken.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from aggregator import flags
from aggregator.cli.terminal import clean
from aggregator.cli.words import body, plain
from aggregator.model import When
from aggregator.times import in_zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from aggregator.flags import Rule
    from aggregator.model import ExtraBody, Flag, ParsedEntry, Rating, Reading, Rejection

__all__ = ["Explanation", "as_row", "as_text", "explain", "why_not"]

_WIDTH: Final = 88
# What a reader needs to know of a rule that was not met, key by key, in the order of config.toml.
_KEYS: Final = ("provider_types", "areas", "ratings", "aspects")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A post, what was read in it, and what the rules made of that.

    Attributes:
        identity: The entry's number where it is stored, or what a line of JSON called it; else None.
        met: The rules it met; ``rules`` are all that were asked.
        notes: What else a reader should know.
    """

    identity: Any
    entry: ParsedEntry
    reading: Reading
    met: tuple[Flag, ...]
    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()

    @property
    def unmet(self) -> tuple[tuple[str, str], ...]:
        """For each rule that was not met, why not."""
        met = {flag.rule for flag in self.met}
        ratings = self.reading.ratings
        return tuple((rule.name, why_not(rule, self.entry, ratings)) for rule in self.rules if rule.name not in met)


def explain(
    entry: ParsedEntry, rules: Sequence[Rule], bodies: Sequence[ExtraBody] = (), *, identity: Any = None
) -> Explanation:
    """Read a post and hold the rules against it, as a poll does; ``bodies`` are the user's own."""
    from aggregator.ratings import read
    from aggregator.ratings.nouns import LONGEST

    reading = read(entry.title, entry.blocks, published=entry.dated_at, extra_bodies=bodies)
    met = flags.apply(rules, title=entry.title, text=entry.text, ratings=reading.ratings)
    notes = (f"only its first {LONGEST:,} characters are read for ratings",) if len(entry.text) > LONGEST else ()
    return Explanation(identity, entry, reading, met, tuple(rules), notes)


def why_not(rule: Rule, entry: ParsedEntry, ratings: Sequence[Rating]) -> str:
    """Which keys of a rule that was not met nothing in the post fits, in words."""

    def met(part: Rule) -> bool:
        return bool(flags.apply([part], title=entry.title, text=entry.text, ratings=ratings))

    missing: list[str] = []
    if rule.needs_rating:
        if not ratings:
            return "it states no rating"
        # One key at a time, of whatever time: then "when", then all of them together.
        bare = flags.Rule(rule.name, when=frozenset(When))
        for key in _KEYS:
            values = getattr(rule, key)
            if values and not met(replace(bare, **{key: values})):
                missing.append(f"none of its ratings is {_asked(key, values)}")
        if not any(rating.when in rule.when for rating in ratings):
            missing.append(f"none of its ratings is {_asked('when', rule.when)}")
        if not missing and not met(replace(rule, words=())):
            missing.append("no single rating of it fits everything the rule asks")
    if rule.words and not met(flags.Rule(rule.name, words=rule.words)):
        missing.append(f"{_asked('words', rule.words)} does not stand in it")
    return "; ".join(missing) or "it does not fit"


def _asked(key: str, values: Sequence[str] | frozenset[Any]) -> str:
    words = sorted(str(value) for value in values) if isinstance(values, frozenset) else list(values)
    if key == "words":
        return _either([f"“{word}”" for word in words])
    if key == "provider_types":
        return f"of {_either(['the NPS' if word == 'NPS' else f'a {word}' for word in words])}"
    listed = _either([plain(word) for word in words])
    return {"areas": f"of {listed}", "aspects": f"about {listed}"}.get(key, listed)


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


# --- for programs -------------------------------------------------------------------------------------


def as_row(told: Explanation, *, whole: bool) -> dict[str, Any]:
    """``{"id", "title", "flags", "rules", "ratings"}``; ``whole`` adds the reasons, the rest of the rules, and what
    was rejected.
    """  # noqa: D205 - the keys are the summary
    row: dict[str, Any] = {
        "id": told.identity,
        "title": told.entry.title,
        "flags": [kind.value for kind in told.reading.provider_types],
        "rules": [flag.rule for flag in told.met],
        "ratings": [_rating_row(rating) for rating in told.reading.ratings],
    }
    if whole:
        row["reasons"] = {flag.rule: flag.reason for flag in told.met}
        row["not_met"] = dict(told.unmet)
        row["rejections"] = [_rejection_row(rejection) for rejection in told.reading.rejections]
        row["notes"] = list(told.notes)
    return row


def _rating_row(rating: Rating) -> dict[str, Any]:
    return {
        "provider_type": rating.provider_type.value,
        "provider": rating.provider,
        "area": rating.area,
        "aspect": rating.aspect,
        "rating": rating.rating.value,
        "raw": rating.raw,
        "when": rating.when.value,
        "evidence": rating.evidence,
        "start": rating.start,
        "end": rating.end,
        "confidence": round(rating.confidence, 3),
        "field": rating.field.value,
        "position": rating.position,
        "reason": rating.reason,
    }


def _rejection_row(rejection: Rejection) -> dict[str, Any]:
    return {
        "raw": rejection.raw,
        "evidence": rejection.evidence,
        "field": rejection.field.value,
        "position": rejection.position,
        "why": rejection.why,
    }


# --- for a person -------------------------------------------------------------------------------------


def as_text(told: Explanation, *, zone: ZoneInfo) -> str:
    """The explanation as a page of text; the words that carry a rating stand in «these»."""
    lines: list[str] = [*_wrapped(told.entry.title, "")]
    lines += _wrapped(" · ".join(_particulars(told, zone)), "")
    if told.entry.url:
        lines.append(clean(told.entry.url))
    lines.append("")
    for flag in told.met:
        lines += _wrapped(f"flagged {flag.rule}: {flag.reason}", "", "    ")
    if not told.met:
        lines.append("not flagged")
    for name, why in told.unmet:
        lines += _wrapped(f"not {name}: {why}", "", "    ")
    for note in told.notes:
        lines += _wrapped(f"note: {note}", "", "    ")
    ratings = told.reading.ratings
    lines += ["", f"Ratings it states: {len(ratings) or 'none'}"]
    for rating in ratings:
        lines += _rating_lines(rating)
    rejections = told.reading.rejections
    if rejections:
        lines += ["", f"Looked at and not taken: {len(rejections)}"]
        for rejection in rejections:
            lines += _rejection_lines(rejection)
    return "\n".join(lines)


def _particulars(told: Explanation, zone: ZoneInfo) -> Iterator[str]:
    entry = told.entry
    if told.identity is not None:
        yield f"entry {told.identity}"
    if entry.author:
        yield f"by {entry.author}"
    published = entry.published
    if published and published.at:
        yield f"{in_zone(published.at, zone):%Y-%m-%d %H:%M %Z}"
    elif published:
        yield f"dated {published.raw!r}, which is no date"


def _rating_lines(rating: Rating) -> Iterator[str]:
    kind = rating.provider_type.value
    name = body({"provider": rating.provider, "area": rating.area, "provider_type": kind})
    whom = name if kind in name.split() else f"{kind} {name}"
    recalled = "" if rating.when is When.CURRENT else ", an earlier verdict it recalls"
    yield ""
    yield from _wrapped(
        f"  {whom}: {plain(rating.rating.value)}, {rating.aspect}{recalled}",
        "",
        "      ",
    )
    marked = f"{rating.evidence[: rating.start]}«{rating.raw}»{rating.evidence[rating.end :]}"
    yield from _wrapped(_around(marked), "      ")
    yield from _wrapped(
        f"in the {rating.field.value} at {rating.position}; {rating.reason}; confidence {rating.confidence:.0%}",
        "      ",
    )


def _rejection_lines(rejection: Rejection) -> Iterator[str]:
    yield ""
    sentence = rejection.evidence
    at = sentence.find(rejection.raw)
    if at >= 0:
        sentence = f"{sentence[:at]}«{rejection.raw}»{sentence[at + len(rejection.raw) :]}"
    yield from _wrapped(_around(sentence), "  ")
    yield from _wrapped(f"in the {rejection.field.value} at {rejection.position}; {rejection.why}", "      ")


def _around(marked: str, most: int = 400) -> str:
    """A long sentence cut to what stands around its mark."""
    marked = clean(marked)
    if len(marked) <= most:
        return marked
    middle = marked.find("«")
    start = max(0, middle - most // 2)
    end = min(len(marked), start + most)
    return ("… " if start else "") + marked[start:end].strip() + (" …" if end < len(marked) else "")


def _wrapped(text: str, indent: str, rest: str | None = None) -> list[str]:
    leading = text[: len(text) - len(text.lstrip())]
    return textwrap.wrap(
        clean(text).strip(),
        _WIDTH,
        initial_indent=indent + leading,
        subsequent_indent=indent if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )

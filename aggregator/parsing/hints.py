"""Class and id words that tell a page's furniture from the post.

A feed that carries whole pages carries cookie notices, sharing buttons, related posts and readers' comments
with them. The elements' class names say so; this module knows which words do, and which only look like it
(a page builder calls every paragraph a widget, WordPress puts a post's own tags into its class).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from aggregator.parsing.plain import word_set

__all__ = ["hint_words"]

#: One of these as a whole part of a class name ("cookie-notice", "post_comments", "relatedPosts").
_WORDS: Final = word_set(
    """
    cookie cookies gdpr consent
    comment comments commentlist respond reply replies disqus trackback trackbacks pingback pingbacks
    related relatedposts recent sidebar widget widgets textwidget yarpp crp outbrain taboola recirc recirculation
    share sharing shares sharedaddy sharebar sharethis addtoany addthis social socials jetpacklikes
    aside nav navigation navbar menu menus breadcrumb breadcrumbs pagination pager skiplink
    footer colophon
    newsletter newsletters subscribe subscription signup mailchimp mailinglist
    mostread mostpopular popular trending
    advert adverts advertisement advertisements advertising ad ads adslot adsense adunit dfp
    promo promos promotion promoted sponsored sponsor donate donation paywall
    tags taglist tagcloud authorbio authorbox popup modal
    """
)
#: Two parts side by side.
_PAIRS: Final = word_set(
    """
    most-read most-popular most-viewed author-bio author-box about-author post-tags entry-tags read-next also-like
    you-may more-stories more-from latest-posts latest-news see-also sign-up back-top skip-link sd-like post-flair
    mc-embed
    """
)
#: What a class name starts with when it speaks of something else: WordPress' post_class(), switches, layouts.
_OTHER: Final = re.compile(
    r"(?:category|tag|type|status|format|has|no|not|is|with|without|hide|show|layout|template|page|post-\d)-"
)
#: Builders of pages whose "widget" is any piece of the page, the post included.
_BUILDERS: Final = re.compile(r"elementor|siteorigin|so-|sow-|panel-|wpb|vc_|fl-|et_pb")
#: Subjects of the field that share a word with furniture.
_SUBJECTS: Final = re.compile(r"social-(?:care|work|justice|services?)")

_PARTS: Final = re.compile(r"[-_:/.]+|(?<=[a-z])(?=[A-Z])")
_MOST: Final = 8


@lru_cache(maxsize=4096)
def hint_words(names: str) -> tuple[str, ...]:
    """Those of an attribute's class names (or ids) that hint at furniture: whole, lower case, each once.

    >>> hint_words("entry-content Cookie-Notice")
    ('cookie-notice',)
    >>> hint_words("elementor-widget elementor-widget-text-editor")
    ()
    """
    built = _BUILDERS.search(names) is not None
    hints: list[str] = []
    for name in names[:1000].split():
        lower = name.lower()
        if lower in hints or len(lower) > 80 or _OTHER.match(lower) or _SUBJECTS.search(lower):
            continue
        parts = [part.lower() for part in _PARTS.split(name)]
        words = set(parts)
        if built:
            words -= {"widget", "widgets"}
        if words & _WORDS or any(f"{a}-{b}" in _PAIRS for a, b in pairwise(parts)):
            hints.append(lower)
    return tuple(hints[:_MOST])

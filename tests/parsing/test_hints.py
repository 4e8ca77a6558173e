"""Which class names speak of a page's furniture, and which only look like it."""

from __future__ import annotations

import pytest

from aggregator.parsing.hints import hint_words

FURNITURE = [
    "cookie-notice", "gdpr-banner", "comment", "comments-area", "commentlist", "respond", "related-posts", "jp-relatedposts",
    "yarpp-related", "sidebar", "widget_recent_entries", "sharedaddy", "sd-sharing-enabled", "share-buttons", "social-links",
    "elementor-share-buttons", "nav", "post-navigation", "nav-links", "menu", "site-footer", "newsletter-signup", "subscribe",
    "breadcrumbs", "most-read", "mostRead", "mostPopular", "popular-posts", "ad-slot", "advert", "promo", "sponsored",
    "author-bio", "post-tags", "entry-tags", "addtoany_share_save_container", "outbrain", "more-stories", "read-next",
    "wp-block-latest-posts", "pingbacks", "mc_embed_signup", "relatedPosts",
]  # fmt: skip

POST = [
    ("entry-content post-body article-body__p", "the post itself"),
    ("elementor-element elementor-widget elementor-widget-text-editor", "a page builder calls every piece a widget"),
    ("so-panel widget widget_sow-editor panel-first-child", "another builder does too"),
    ("post-12 post type-post status-publish category-comment tag-newsletter tag-social", "WordPress lists a post's own tags"),
    ("has-sidebar no-comments with-menu is-layout-flow", "switches that speak of the page"),
    ("wp-block-quote wp-block-table wp-block-list", "WordPress's blocks"),
    ("social-care social-work", "subjects of the field"),
    ("shareholder commentary navigate adult advice", "words that begin like furniture"),
    ("heading loaded", "words that hold furniture"),
]  # fmt: skip


@pytest.mark.parametrize("name", FURNITURE)
def test_furniture_is_hinted_at(name: str):
    assert hint_words(f"entry {name} big") == (name.lower(),)


@pytest.mark.parametrize(("names", "why"), POST, ids=[why for _, why in POST])
def test_what_is_no_furniture_is_not(names: str, why: str):
    assert hint_words(names) == (), why


def test_each_word_comes_once_in_order_and_bounded():
    assert hint_words("share Comments share COMMENTS nav") == ("share", "comments", "nav")
    assert len(hint_words(" ".join(f"nav-{number}" for number in range(100)))) == 8
    assert hint_words("nav-" + "x" * 200) == ()

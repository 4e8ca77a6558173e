"""Closed classes of English words that the reading goes by. What names things is in ``data/``; this is grammar."""

# ruff: noqa: SIM905 - long lists of words read better as words than as a column of quotes

from __future__ import annotations

from typing import Final

NUMBERS: Final = frozenset(
    """
    another dozen eight eighteen eleven few fifteen five four fourteen half majority many most nine nineteen
    one other pair quarter seven seventeen several six sixteen some ten third thirds thirteen three trio
    twelve twenty two
    """.split()
)
"""Words that count."""

NO_NAMES: Final = frozenset(
    """
    borough city city's coast coastal council council's county county's district borough's town town's region region's
    reading youth young offender
    a after all although an and are as at because before both but by chief dame dr each either every for
    former from good had has have her his hm hmi how if in inadequate inspection inspectors is its local lord
    many most mr mrs ms my national neither new no not of on only or our outstanding private public report
    large larger requires several since sir small smaller some that the their these this those to until was
    were what when which while who why will with your
    """.split()
)
"""Words that are in no name, however they are spelled."""

AFTER_GRADE: Final = frozenset(
    """
    a across after again against all almost also although an and are as at because before both but by
    compared despite down during either elsewhere enough even everywhere except following for four from had
    has he however if in is it its last nearly not now of on one only or out over overall per rather
    respectively said says she since so than that the their there these they this those though three
    throughout to today too two under until up was we were when where whereas which while whilst who with
    yesterday yet
    """.split()
)
"""After a grade in predicate place: what may follow without making it an adjective of a noun."""

DEGREE: Final = frozenset(
    """
    less more
    again already also always anywhere as assessed be being broadly clearly consistently deeply equally
    especially extremely fairly far found from generally judged just largely mostly near never not noticeably
    now nowhere often once only overall particularly quite rather really reasonably significantly simply so
    sometimes somewhat still to too truly very
    """.split()
)
"""Words of degree and the like between a verb and a grade."""

PREPOSITIONS: Final = frozenset(
    """
    about across after against around at before being between by covering delivered done during for from
    given in into of on out over provided responsible that through to under undertaken using where which who
    whose with within
    """.split()
)
"""A noun phrase has its head before the first of these."""

BOUNDARIES: Final = frozenset(
    """
    " ( ) , : ; although as because but if said says since so that though unless when whereas while yet | – —
    ‘ “ ”
    """.split()
)
"""A noun phrase does not reach over these."""

AUXILIARIES: Final = frozenset(
    """
    again all already also are autumn be been being both considered could deemed did do does each earlier
    found generally had has have is judged just last meanwhile month morning never not now officially once
    only overall recently said seen spring still summer then therefore this thought thus to today was week
    were will winter would year
    """.split()
)
"""What belongs to a verb group."""

COPULAS: Final = frozenset(
    """
    are aren't be became becomes been being is isn't looks proved remain remained remains seemed stay stayed stays
    was wasn't were weren't
    """.split()
)
"""Verbs that say what something is."""

GETTING: Final = frozenset(
    """
    achieved achieves attained attains bagged came climbed clinched dropped earned earns emerged ended ends
    fell finished gained gains gets got held holds keeps kept landed maintained maintains merited merits met
    moved obtained picked receive received receives receiving retained retains rose scooped scored scores
    secured secures showed shows slipped takes took wins won
    """.split()
)
"""Verbs whose subject gets the grade."""

QUANTIFIERS: Final = frozenset(
    """
    all amount another approach arrangements aspects both bulk cent delivery each eight eleven few first five
    former four half handful it latter level majority many more most much neither nine none number one other others
    overall part parts picture policy provision quality quarter range rest second seven several six some
    standard standards state ten these they third thirds this those three twelve two way
    """.split()
)
"""Heads of a phrase that say how much of what follows."""

AFTER_PLACE: Final = frozenset(
    """
    again all also and both by comes did does each fared for had has have heads in is last later leads moved now once
    one or ranked ranks says the then there this today tops too was where which who with
    """.split()
)
"""After a place that stands for its body."""

BEFORE_GRADE: Final = frozenset(
    """
    a an and as at be being grade grades in its mark of overall quite rather rating ratings so still the to
    very with
    """.split()
)
"""What may stand between an object and its grade."""

PLACE_LINKS: Final = frozenset(
    """
    that which stretches stretching runs serves serving spans spanning covers
    's ( , - . : across and area around at central city county covering east for in its north of on operation
    here region s south the throughout up down over west within work – —
    """.split()
)
"""What may stand between a body word and its place."""

NUMERALS: Final = frozenset(
    """
    eleventh eighteenth fourth fifth sixth seventh eighth ninth tenth twelfth thirteenth fourteenth fifteenth nineteenth
    eighteen eleven fifteen fifty forty fourteen nineteen seventeen sixteen thirteen thirty twelve twenty
    """.split()
)
"""Numbers that QUANTIFIERS does not hold."""

OPENS_ASIDE: Final = frozenset(
    """
    a an by covering for formerly however in known led like meanwhile on owned run said
    says though too unlike where which who whose with
    """.split()
)
"""What a stretch between commas begins with that is no subject."""

"""The comment policy, as one ordered list. All rules run; the moderator sees every reason."""

from moderation.rules.author_standing import AuthorStanding
from moderation.rules.base import Rule
from moderation.rules.no_insults import NoInsults
from moderation.rules.no_personal_data import NoPersonalData
from moderation.rules.no_repeats import NoRepeats
from moderation.rules.no_slander import NoSlander
from moderation.rules.no_spam import NoSpam
from moderation.rules.on_topic import OnTopic
from moderation.rules.persian_only import PersianOnly
from moderation.rules.site_words import SiteWords

RULES: tuple[type[Rule], ...] = (
    PersianOnly,  # only then do the other rules understand what they read
    NoInsults,  # the tone: abusive wording at anybody
    NoSlander,  # the law: an accusation stated as fact; a person always decides
    OnTopic,  # the subject: never more than a suspicion
    NoSpam,  # the trade: adverts, links, floods
    NoPersonalData,  # the person: what is given away of anybody
    NoRepeats,  # the crowd: what the same author, or many, have said before
    SiteWords,  # the house: what this site blocks, asks about and allows
    AuthorStanding,  # the author: whom this site has blocked
)

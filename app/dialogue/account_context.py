"""The accounts we serve, and what their operators have written for them."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.accounts import Account, Accounts
from app.db.account_documents import Books, Shelf
from app.dialogue import handoff_policy
from app.dialogue.context import Context
from app.dialogue.understand import listen
from app.dialogue.wording import phrasebooks
from app.inbox.service import Hold
from app.jobs import Talk
from app.messages.phrases import Phrase, Phrasebook
from app.rules import rulebook
from app.rules.rulebook import Rulebook
from app.safety import moderation
from app.safety import word_lists as words
from app.safety.moderation import Moderation
from app.sessions import channels
from app.sessions.rate_limit import Allowed
from app.sessions.store import Session
from app.settings import Speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """In memory, as of the last refresh."""

    accounts: Accounts
    rules: Shelf[Rulebook]
    handing_over: Shelf[handoff_policy.Rules]
    words: Shelf[Moderation]
    speaks: Speaks
    phrases: Shelf[Phrasebook]
    keep_days: int  # how long conversations are kept

    def account(self, name: str) -> Account:
        """Raises UnknownAccount."""
        return accounts.get(self.accounts, name)

    def listen(
        self, said: Talk, session: Session, hold: Hold | None, allowed: Allowed = "ok"
    ) -> Context:
        """A message in its account's house. Raises UnknownAccount."""
        name = said.account
        phrasebook = self.phrases.of(name)
        account = self.account(name)
        if not channels.is_wechats(said.openid):
            account = of_other_channels(account)
        return listen(
            Context(
                said=said,
                account=account,
                session=session,
                book=self.rules.of(name),
                handing_over=self.handing_over.of(name),
                words=replace(self.words.of(name), phrases=phrasebook),
                hold=hold,
                allowed=allowed,
                speaks=self.speaks,
                phrases=phrasebook,
                keep_days=self.keep_days,
            )
        )

    def text(self, name: str, phrase: Phrase, /, **values: str) -> str:
        """A phrase that is said beside a turn."""
        return phrasebooks.text(self.accounts, self.phrases, name, phrase, **values)

    async def refresh(self) -> None:
        """Read what operators changed."""
        await self.rules.refresh()
        await self.handing_over.refresh()
        await self.words.refresh()
        await self.phrases.refresh()


def of_other_channels(account: Account) -> Account:
    """The account for followers whom the platform doesn't know: people answer in the inbox, and
    what they write waits for the follower's next message.
    """
    return replace(account, verified=False, desk="none" if account.desk == "none" else "inbox")


def build(engine: AsyncEngine, known: Accounts, speaks: Speaks, keep_days: int) -> House:
    """Over the books in the database."""
    return House(
        accounts=known,
        rules=Shelf(Books(engine, rulebook.NAME), rulebook.read, rulebook.BLANK),
        handing_over=Shelf(
            Books(engine, handoff_policy.BOOK),
            handoff_policy.Rules.model_validate,
            handoff_policy.Rules(),
        ),
        words=Shelf(
            Books(engine, words.NAME), moderation.parse, moderation.moderation(words.Book())
        ),
        speaks=speaks,
        phrases=phrasebooks.shelf(engine),
        keep_days=keep_days,
    )

"""The served accounts with their rules, handoff rules, word lists and phrases in memory."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.accounts import Account, Accounts, Desk
from app.db.account_documents import AccountDocuments, CachedDocument
from app.dialogue.context import Context
from app.dialogue.handoff.rules import BOOK, HandoffRules
from app.dialogue.prepare import prepare_message
from app.dialogue.wording import phrasebooks
from app.dialogue.wording.variant_wordings import VariantWording
from app.inbox.service import Handoff
from app.jobs import MessageJob
from app.messages.phrases import Phrase, Phrasebook
from app.rules import rulebook
from app.rules.rulebook import Rulebook
from app.safety import moderation
from app.safety.moderation import Moderation
from app.safety.words import word_lists as words
from app.sessions import channels
from app.sessions.rate_limit import RateVerdict
from app.sessions.store import Session
from app.settings import Speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountContexts:
    """The served accounts and their documents, as of the last `refresh`."""

    accounts: Accounts
    rules: CachedDocument[Rulebook]
    handoff_rules: CachedDocument[HandoffRules]
    moderation: CachedDocument[Moderation]
    speaks: Speaks
    phrases: CachedDocument[Phrasebook]
    keep_days: int  # how long conversations are kept

    def account(self, name: str) -> Account:
        """The account of this name. Raises UnknownAccount."""
        return accounts.get(self.accounts, name)

    def prepare_message(
        self,
        message: MessageJob,
        session: Session,
        handoff: Handoff | None,
        rate: RateVerdict = "ok",
        wordings: tuple[VariantWording, ...] = (),
    ) -> Context:
        """Build the turn's context: account, rulebook, handoff rules and word lists, with rules
        and moderation already applied. wordings: of the follower, in running experiments. Raises
        UnknownAccount.
        """
        name = message.account
        phrasebook = self.phrases.of(name)
        account = self.account(name)
        if not channels.is_wechats(message.openid):
            account = of_other_channels(account)
        return prepare_message(
            Context(
                message=message,
                account=account,
                session=session,
                rulebook=self.rules.of(name),
                handoff_rules=self.handoff_rules.of(name),
                moderation=replace(self.moderation.of(name), phrases=phrasebook),
                handoff=handoff,
                rate=rate,
                speaks=self.speaks,
                phrases=phrasebook,
                wordings=wordings,
                keep_days=self.keep_days,
            )
        )

    def text(self, name: str, phrase: Phrase, /, **values: str) -> str:
        """A phrase as the account words it, filled; for replies outside of a turn."""
        return phrasebooks.word_phrase(self.accounts, self.phrases, name, phrase, **values)

    async def refresh(self) -> None:
        """Read rules, handoff rules, word lists and phrases again where operators changed them."""
        await self.rules.refresh()
        await self.handoff_rules.refresh()
        await self.moderation.refresh()
        await self.phrases.refresh()


def of_other_channels(account: Account) -> Account:
    """The account for followers of other channels than WeChat: without rights, so that agents
    answer in the inbox and their replies wait for the follower's next message.
    """
    desk: Desk = "none" if account.desk == "none" else "inbox"
    return replace(account, verified=False, rights=None, desk=desk)


def build_account_contexts(
    engine: AsyncEngine, served_accounts: Accounts, speaks: Speaks, keep_days: int
) -> AccountContexts:
    """Account contexts over the account documents in the database."""
    return AccountContexts(
        accounts=served_accounts,
        rules=CachedDocument(
            AccountDocuments(engine, rulebook.NAME), rulebook.read_rulebook, rulebook.EMPTY
        ),
        handoff_rules=CachedDocument(
            AccountDocuments(engine, BOOK),
            HandoffRules.model_validate,
            HandoffRules(),
        ),
        moderation=CachedDocument(
            AccountDocuments(engine, words.NAME),
            moderation.parse_moderation,
            moderation.build_moderation(words.WordLists()),
        ),
        speaks=speaks,
        phrases=phrasebooks.open_phrasebooks(engine),
        keep_days=keep_days,
    )

"""The platform's own customer-service desk: agents, sessions, records.

Pages: /doc/service/api/customer/servicermanage/, /doc/service/api/customer/messctrl/ and
/doc/service/api/customer/message/api_getmsglist.html.
"""

from dataclasses import dataclass, field

from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import AccountState, Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.families.media import make_file
from app.simulator.families.users import find_follower
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface
from app.simulator.publishing.media_store import StoredFile, check_portrait

MOST_AGENTS, MOST_NICKNAME, MOST_WAITING, MOST_RECORDS = 100, 16, 100, 10_000
LONGEST_SECONDS = 86_400
AGENT_SPEAKS, FOLLOWER_SPEAKS = 2002, 2003


@dataclass(kw_only=True)
class StoredAgent:
    """An agent of the desk."""

    name: str  # name@account
    nickname: str
    number: int
    wechat_name: str = ""  # "": nobody is bound
    invited: str = ""
    is_online: bool = False
    portrait: StoredFile | None = None


@dataclass
class DeskStore:
    """The desk of an account. Times are seconds since 1970."""

    agents: dict[str, StoredAgent] = field(default_factory=dict)
    sessions: dict[str, tuple[str, int]] = field(default_factory=dict)  # openid -> agent, since
    waiting: dict[str, int] = field(default_factory=dict)  # openid -> last message
    records: list[Body] = field(default_factory=list)

    def find(self, name: str) -> StoredAgent:
        """An agent. Raises Refused with 65401."""
        agent = self.agents.get(name)
        if agent is None:
            raise Refused(65401)
        return agent

    def record(self, openid: str, agent: str, text: str, at: float, opercode: int) -> None:
        """Store what was said."""
        fields = {"openid": openid, "opercode": opercode, "text": text}
        self.records.append(fields | {"time": int(at), "worker": agent})


def accept(state: AccountState, name: str, wechat_name: str) -> None:
    """The invited person confirms and goes online."""
    agent = state.store(DeskStore).find(name)
    agent.wechat_name, agent.invited, agent.is_online = wechat_name, "", True


def add_agent(call: Call) -> Answer:
    """A new agent."""
    agents, name = call.account.store(DeskStore).agents, call.text("kf_account", 65404)
    refuse_unless("@" in name, 65404)
    refuse_unless(name not in agents, 65406)
    refuse_unless(len(agents) < MOST_AGENTS, 65405)
    number = 1000 + len(agents) + 1
    agents[name] = StoredAgent(name=name, nickname=_read_nickname(call), number=number)
    return OK


def update_agent(call: Call) -> Answer:
    """Another nickname."""
    call.account.store(DeskStore).find(call.text("kf_account", 65401)).nickname = _read_nickname(
        call
    )
    return OK


def delete_agent(call: Call) -> Answer:
    """Remove an agent and the sessions."""
    desk, name = call.account.store(DeskStore), call.query.get("kf_account", "")
    del desk.agents[desk.find(name).name]
    desk.sessions = {who: session for who, session in desk.sessions.items() if session[0] != name}
    return OK


def invite_agent(call: Call) -> Answer:
    """Invite a person."""
    desk = call.account.store(DeskStore)
    agent, person = desk.find(call.text("kf_account", 65401)), call.text("invite_wx", 65409)
    refuse_unless(not agent.wechat_name, 65412)
    refuse_unless(not agent.invited, 65411)
    refuse_unless(all(each.wechat_name != person for each in desk.agents.values()), 65407)
    agent.invited = person
    return OK


def upload_portrait(call: Call) -> Answer:
    """A portrait."""
    file = call.file("media")
    agent = call.account.store(DeskStore).find(call.query.get("kf_account", ""))
    agent.portrait = make_file(call, "image", file, check_portrait(file))
    return OK


def list_agents(call: Call) -> Answer:
    """All agents."""
    agents = call.account.store(DeskStore).agents.values()
    return {"kf_list": [_describe(agent) for agent in agents]}


def list_online(call: Call) -> Answer:
    """Who is online."""
    desk = call.account.store(DeskStore)
    return {
        "kf_online_list": [
            {
                "kf_account": agent.name,
                "status": 1,
                "kf_id": str(agent.number),
                "accepted_case": sum(name == agent.name for name, _ in desk.sessions.values()),
            }
            for agent in desk.agents.values()
            if agent.is_online
        ]
    }


def open_session(call: Call) -> Answer:
    """A session with an agent who is online."""
    desk, openid = call.account.store(DeskStore), call.text("openid", 40003)
    agent = desk.find(call.text("kf_account", 65401))
    find_follower(call, openid)
    refuse_unless(agent.wechat_name, 65402)
    refuse_unless(agent.is_online, 65415)
    refuse_unless(desk.sessions.get(openid, (agent.name, 0))[0] == agent.name, 65414)
    desk.sessions[openid] = (agent.name, int(call.now))
    desk.waiting.pop(openid, None)
    return OK


def close_session(call: Call) -> Answer:
    """End a session."""
    desk, openid = call.account.store(DeskStore), call.text("openid", 40003)
    session = desk.sessions.get(openid)
    if session is None:
        raise Refused(65413)
    refuse_unless(session[0] == call.text("kf_account", 65401), 65414)
    del desk.sessions[openid]
    return OK


def get_session(call: Call) -> Answer:
    """A follower's session."""
    openid = call.query.get("openid", "")
    find_follower(call, openid)
    agent, since = call.account.store(DeskStore).sessions.get(openid, ("", 0))
    return {**OK, "kf_account": agent, "createtime": since}


def list_sessions(call: Call) -> Answer:
    """An agent's sessions."""
    desk = call.account.store(DeskStore)
    agent = desk.find(call.query.get("kf_account", ""))
    return {
        "sessionlist": [
            {"openid": openid, "createtime": since}
            for openid, (name, since) in desk.sessions.items()
            if name == agent.name
        ]
    }


def list_waiting(call: Call) -> Answer:
    """Who waits."""
    waiting = sorted(call.account.store(DeskStore).waiting.items(), key=lambda item: item[1])
    people = [{"openid": openid, "latest_time": at} for openid, at in waiting[:MOST_WAITING]]
    return {"count": len(waiting), "waitcaselist": people}


def list_records(call: Call) -> Answer:
    """What was said in at most a day."""
    begin, end, first = call.number("starttime"), call.number("endtime"), call.number("msgid")
    number = call.number("number")
    refuse_unless(0 <= end - begin <= LONGEST_SECONDS, 65417)
    refuse_unless(1 <= number <= MOST_RECORDS and first >= 1, 65416)
    records = [
        each for each in call.account.store(DeskStore).records if begin <= each["time"] <= end
    ]
    page = records[first - 1 : first - 1 + number]
    return {"recordlist": page, "number": len(page), "msgid": first + len(page)}


def _read_nickname(call: Call) -> str:
    nickname = call.text("nickname", 65403)
    refuse_unless(len(nickname) <= MOST_NICKNAME, 65403)
    return nickname


def _describe(agent: StoredAgent) -> Body:
    body: Body = {
        "kf_account": agent.name,
        "kf_nick": agent.nickname,
        "kf_id": str(agent.number),
        "kf_headimgurl": agent.portrait.url if agent.portrait else "",
    }
    if agent.wechat_name:
        body["kf_wx"] = agent.wechat_name
    if agent.invited:
        body |= {"invite_wx": agent.invited, "invite_status": "waiting"}
    return body


def _post(path: str, answer: Handler) -> Interface:
    path = f"/customservice/{path}"
    return Interface(method="POST", path=path, answer=answer, right=Right.KF_ACCOUNT)


def _get(path: str, answer: Handler) -> Interface:
    return Interface(method="GET", path=path, answer=answer, right=Right.KF_ACCOUNT)


FAMILY = Family(
    "desk",
    (
        _post("kfaccount/add", add_agent),
        _post("kfaccount/update", update_agent),
        _get("/customservice/kfaccount/del", delete_agent),
        _post("kfaccount/inviteworker", invite_agent),
        Interface(
            method="POST", path="/customservice/kfaccount/uploadheadimg", answer=upload_portrait,
            body="file", right=Right.KF_ACCOUNT,
        ),
        _get("/cgi-bin/customservice/getkflist", list_agents),
        _get("/cgi-bin/customservice/getonlinekflist", list_online),
        _post("kfsession/create", open_session),
        _post("kfsession/close", close_session),
        _get("/customservice/kfsession/getsession", get_session),
        _get("/customservice/kfsession/getsessionlist", list_sessions),
        _get("/customservice/kfsession/getwaitcase", list_waiting),
        _post("msgrecord/getmsglist", list_records),
    ),
    stores=(DeskStore,),
)  # fmt: skip

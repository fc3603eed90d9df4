"""What can be set, and what stops the start."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app import accounts
from app.accounts import Account
from app.errors import BadSettings, UnknownAccount
from app.settings import EMBEDDED_SECRETS, Role, Settings, load, read

WHOLE = {
    "REDIS_URL": "redis://queue:6379/0",
    "DATABASE_URL": "postgresql+asyncpg://huiyin:lily@records/huiyin",
    "WECHAT_APPID": "wx0123456789abcdef",
    "WECHAT_TOKEN": "lotus-pond",
    "CMS_API_KEY": "sixteen-and-more-letters",
}
TEA = "[accounts.tea]\nappid = 'wx1'\ntoken = 'one'"


def env(folder: Path, **values: str) -> str:
    file = folder / "env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()), "utf-8")
    return str(file)


def faults_of(role: Role, env_file: str) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        accounts.load(load(role, env_file))
    return refused.value.faults


@pytest.mark.parametrize("role", ["api", "worker"])
def test_without_settings_every_fault_has_one_sentence(role: Role, tmp_path: Path) -> None:
    nothing = env(tmp_path)

    faults = faults_of(role, nothing)

    assert faults == [
        "REDIS_URL is not set: api and worker meet in a shared Redis.",
        "DATABASE_URL is not set: api and worker meet in a shared PostgreSQL.",
        "WECHAT_APPID is not set: copy it from the account's settings page.",
        "WECHAT_TOKEN is not set: choose a random one of at least 3 characters.",
        "CMS_API_KEY is not set: choose a random one of at least 16 characters.",
    ]


def test_the_embedded_run_makes_its_secrets_once(tmp_path: Path) -> None:
    here = env(tmp_path, DATA_DIR=str(tmp_path / "a"))
    made = [load("both", here), load("both", here)]
    elsewhere = env(tmp_path, DATA_DIR=str(tmp_path / "b"))
    other = load("both", elsewhere)

    tokens = [s.wechat_token.get_secret_value() for s in (*made, other)]
    keys = [s.cms_api_key.get_secret_value() for s in (*made, other)]
    assert (tokens[0] == tokens[1] != tokens[2], keys[0] == keys[1] != keys[2]) == (True, True)
    assert {len(token) for token in tokens} == {16}
    assert (tmp_path / "a" / EMBEDDED_SECRETS).stat().st_mode & 0o777 == 0o600
    assert [settings.playground for settings in made] == [True, True]
    assert list(accounts.load(made[0])) == ["default"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
@pytest.mark.parametrize(("value", "is_on"), [("", True), ("true", True), ("false", False)])
def test_the_embedded_run_has_a_playground_unless_it_is_off(
    host: str, value: str, is_on: bool, tmp_path: Path
) -> None:
    chosen = env(tmp_path, HOST=host, PLAYGROUND=value)

    settings = load("both", chosen)

    assert settings.playground is is_on


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "brand.example"])
@pytest.mark.parametrize(("role", "value"), [("both", ""), ("both", "true"), ("api", "true")])
def test_a_playground_that_others_reach_is_refused(
    role: Role, value: str, host: str, tmp_path: Path
) -> None:
    faults = faults_of(role, env(tmp_path, **WHOLE, HOST=host, PLAYGROUND=value))

    assert [fault[: fault.index(",")] for fault in faults] == [f"HOST is {host}"]


@pytest.mark.parametrize(
    ("role", "value"), [("both", "false"), ("api", ""), ("api", "false"), ("worker", "true")]
)
def test_without_a_playground_any_host_is_taken(role: Role, value: str, tmp_path: Path) -> None:
    chosen = env(tmp_path, **WHOLE, HOST="0.0.0.0", PLAYGROUND=value)

    settings = load(role, chosen)

    assert settings.host == "0.0.0.0"


def test_damaged_secrets_of_the_embedded_run_are_one_fault(tmp_path: Path) -> None:
    (tmp_path / EMBEDDED_SECRETS).write_text("{", "utf-8")

    faults = faults_of("both", env(tmp_path, DATA_DIR=str(tmp_path)))

    assert faults == [
        f"{tmp_path / EMBEDDED_SECRETS} is damaged: remove it, and new secrets are made."
    ]


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "80.5", "８０８０号", "1e3"])
def test_an_odd_port_to_listen_on_is_one_sentence(port: str, tmp_path: Path) -> None:
    faults = faults_of("api", env(tmp_path, **WHOLE, PORT=port))

    assert [fault.partition(":")[0] for fault in faults] == ["PORT"]


def test_a_password_of_its_own_is_put_into_the_address(tmp_path: Path) -> None:
    addresses = {
        "REDIS_URL": "redis://redis:6379/0",
        "DATABASE_URL": "postgresql+asyncpg://huiyin@postgres:5432/huiyin",
    }
    passwords = {"REDIS_PASSWORD": "'a#b/c@d?e'", "POSTGRES_PASSWORD": "'p:q%'"}

    apart = load("api", env(tmp_path, **WHOLE | addresses | passwords))
    in_it = load("api", env(tmp_path, **WHOLE | passwords | {"REDIS_URL": "redis://:x@redis/0"}))

    assert apart.redis_url == "redis://:a%23b%2Fc%40d%3Fe@redis:6379/0"
    assert apart.database_url == "postgresql+asyncpg://huiyin:p%3Aq%25@postgres:5432/huiyin"
    assert in_it.redis_url == "redis://:x@redis/0"


def test_an_address_that_cannot_be_read_gets_no_password(tmp_path: Path) -> None:
    address = {"REDIS_URL": "redis://[::1/0", "REDIS_PASSWORD": "p"}

    settings = load("api", env(tmp_path, **WHOLE | address))

    assert settings.redis_url == "redis://[::1/0"


def test_the_embedded_run_keeps_what_is_set(tmp_path: Path) -> None:
    whole = env(tmp_path, **WHOLE)

    settings = load("both", whole)

    assert (
        settings.redis_url,
        settings.database_url,
        settings.wechat_appid,
        settings.wechat_token.get_secret_value(),
        settings.cms_api_key.get_secret_value(),
    ) == tuple(WHOLE.values())


@pytest.mark.parametrize("role", ["api", "worker"])
def test_outside_the_embedded_run_whole_settings_are_taken(role: Role, tmp_path: Path) -> None:
    whole = env(tmp_path, **WHOLE)

    accounts_by_name = accounts.load(load(role, whole))

    assert accounts_by_name == {
        "default": Account(name="default", appid="wx0123456789abcdef", token="lotus-pond")
    }


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("WECHAT_TOKEN", "token", "a default or too short: use 3 random characters or more."),
        ("WECHAT_TOKEN", "ab", "a default or too short: use 3 random characters or more."),
        ("WECHAT_TOKEN", "", "not set: choose a random one of at least 3 characters."),
        ("CMS_API_KEY", "changeme", "a default or too short: use 16 random characters or more."),
        ("CMS_API_KEY", "a" * 15, "a default or too short: use 16 random characters or more."),
    ],
)
def test_a_default_or_short_secret_is_refused_outside_the_embedded_run(
    name: str, value: str, fault: str, tmp_path: Path
) -> None:
    weak = env(tmp_path, **WHOLE | {name: value})

    faults = faults_of("api", weak)

    assert faults == [f"{name} is {fault}"]


def test_every_wrong_value_is_named_at_once(tmp_path: Path) -> None:
    wrong = env(
        tmp_path,
        **{name: value for name, value in WHOLE.items() if name != "DATABASE_URL"},
        PORT="70000",
        DEVICE="abacus",
        ENCODER_DTYPE="fp8",
        LOG_LEVEL="loud",
        DATABASE_URL="mysql://a",
        TIMING__REPLY_WITHIN="soon",
    )

    faults = faults_of("api", wrong)

    assert sorted(fault.partition(":")[0] for fault in faults) == [
        "DATABASE_URL", "DEVICE", "ENCODER_DTYPE", "LOG_LEVEL", "PORT", "TIMING__REPLY_WITHIN",
    ]  # fmt: skip
    assert [fault for fault in faults if "\n" in fault or not fault.endswith(".")] == []


def test_a_blank_value_is_not_set(tmp_path: Path) -> None:
    blank = env(tmp_path, **WHOLE, PORT="", ACCOUNTS_FILE="", PUBLIC_URL="")

    settings = load("api", blank)

    assert (settings.port, settings.accounts_file) == (8000, None)
    assert settings.models == Path("var/models")


def test_the_registry_of_models_may_lie_elsewhere(tmp_path: Path) -> None:
    elsewhere = env(tmp_path, **WHOLE, MODELS_DIR="/srv/models")

    settings = load("worker", elsewhere)

    assert settings.models == Path("/srv/models")


def test_settings_are_frozen_and_do_not_show_their_secrets(tmp_path: Path) -> None:
    settings = load("api", env(tmp_path, **WHOLE, WECHAT_SECRET="very-secret"))

    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]

    representation = repr(settings) + repr(accounts.load(settings))
    assert [s for s in ("lotus-pond", "sixteen-and", "very-secret") if s in representation] == []


def test_a_wrong_aes_key_is_a_fault_of_its_account(tmp_path: Path) -> None:
    short = env(tmp_path, **WHOLE, WECHAT_AES_KEY="short")

    faults = faults_of("api", short)

    assert faults == [
        "Account 'default': the AES key must be 43 letters and digits; this one has 5 characters. "
        "Copy it from the platform's page."
    ]


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("LLM_BASE_URL", "nonsense", "must be an address that begins with https:// or http://"),
        ("REDIS_URL", "http://x", "must be an address that begins with redis://"),
        ("DATABASE_URL", "mysql://a@b/c", "must be an address that begins with postgresql+asyncpg"),
        ("DEVICE", "gpu", "must be auto, cpu, cuda or a GPU by its number"),
        ("LINK_DOMAINS", "shop.example", "must be JSON, as docs/operating.md shows it"),
        ("WECHAT_API_BASE", "ftp://x", "must be an address that begins with https:// or http://"),
    ],
)
def test_a_value_of_another_form_is_a_sentence_without_a_pattern(
    name: str, value: str, form: str, tmp_path: Path
) -> None:
    [fault] = faults_of("api", env(tmp_path, **WHOLE | {name: value}))

    assert fault.startswith(f"{name}: {form}")


AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.mark.parametrize(
    ("changed", "takes_plain"),
    [
        ({}, True),
        ({"WECHAT_AES_KEY": AES_KEY}, False),
        ({"WECHAT_AES_KEY": AES_KEY, "WECHAT_MODE": ""}, False),
        ({"WECHAT_AES_KEY": AES_KEY, "WECHAT_MODE": "safe"}, False),
        ({"WECHAT_AES_KEY": AES_KEY, "WECHAT_MODE": "compatible"}, True),
        ({"WECHAT_AES_KEY": AES_KEY, "WECHAT_MODE": "plain"}, True),
        ({"WECHAT_MODE": "plain"}, True),
    ],
)
def test_an_account_with_an_aes_key_takes_plain_bodies_only_where_it_is_set(
    changed: dict[str, str], takes_plain: bool, tmp_path: Path
) -> None:
    settings = load("api", env(tmp_path, **WHOLE, **changed))

    account = accounts.load(settings)["default"]

    assert account.takes_plain is takes_plain


def test_safe_mode_without_a_key_is_a_fault(tmp_path: Path) -> None:
    keyless = env(tmp_path, **WHOLE, WECHAT_MODE="safe")

    faults = faults_of("api", keyless)

    assert faults == ["Account 'default': mode safe needs the AES key (EncodingAESKey)."]


def accounts_file(folder: Path, text: str) -> Settings:
    file = folder / "accounts.toml"
    file.write_text(text, "utf-8")
    return load(
        "api",
        env(
            folder,
            REDIS_URL=WHOLE["REDIS_URL"],
            DATABASE_URL=WHOLE["DATABASE_URL"],
            CMS_API_KEY="sixteen-and-more-letters",
            ACCOUNTS_FILE=str(file),
        ),
    )


def test_several_accounts_come_from_a_file(tmp_path: Path) -> None:
    settings = accounts_file(
        tmp_path,
        '[accounts.tea]\nappid = "wx1"\ntoken = "one"\nbrand = "青禾茶铺"\nmode = "plain"\n'
        '[accounts.outlet]\nappid = "wx2"\ntoken = "two"\nverified = true\n'
        'desk = "wechat"\n',
    )

    accounts_by_name = accounts.load(settings)

    assert accounts_by_name == {
        "tea": Account(name="tea", appid="wx1", token="one", brand="青禾茶铺", mode="plain"),
        "outlet": Account(name="outlet", appid="wx2", token="two", verified=True, desk="wechat"),
    }


@pytest.mark.parametrize(
    "text",
    ["", "accounts = 3", "[accounts", "[accounts.tea]\nappid = 'wx1'\ntoken = 'a'\ncolour = 'red'"],
)
def test_an_accounts_file_that_cannot_be_used_is_one_fault(text: str, tmp_path: Path) -> None:
    settings = accounts_file(tmp_path, text)

    with pytest.raises(BadSettings) as refused:
        accounts.load(settings)

    assert [fault[: fault.index(".toml") + 5] for fault in refused.value.faults] == [
        f"ACCOUNTS_FILE {tmp_path / 'accounts.toml'}"
    ]


def test_a_missing_accounts_file_is_one_fault(tmp_path: Path) -> None:
    missing = env(tmp_path, **WHOLE, ACCOUNTS_FILE=str(tmp_path / "none.toml"))

    faults = faults_of("api", missing)

    assert len(faults) == 1


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('[accounts."a/b"]\nappid = "wx1"\ntoken = "one"',
         "Account 'a/b': a name is of letters, digits, - and _."),
        ('[accounts.tea]\nappid = "wx1"\ntoken = ""',
         "Account 'tea': appid and token must be set."),
        ('[accounts.tea]\nappid = ""\ntoken = "one"',
         "Account 'tea': appid and token must be set."),
        ('[accounts.tea]\nappid = "wx1"\ntoken = "one"\nmode = "safe"',
         "Account 'tea': mode safe needs the AES key (EncodingAESKey)."),
        ('[accounts.tea]\nappid = "wx1"\ntoken = "one"\nmode = "compatible"',
         "Account 'tea': mode compatible needs the AES key (EncodingAESKey)."),
        ('[accounts.tea]\nappid = "wx1"\ntoken = "one"\ndesk = "wechat"',
         "Account 'tea': desk = \"wechat\" is for verified accounts; "
         'set verified = true, or desk = "inbox".'),
        (f'{TEA}\nlink_domains = ["https://shop.example.com/"]',
         "Account 'tea': link_domains has 'https://shop.example.com/'; a domain is a host name in "
         "lower case, such as shop.example.com, without https:// and path."),
        (f'{TEA}\norder_webhook = "cms/order"\nwebhook_secret = "sixteen-and-more-letters"',
         "Account 'tea': order_webhook is a whole address, http:// or https://, without a user in "
         "it."),
        (f'{TEA}\norder_webhook = "https://u:p@cms/"\nwebhook_secret = "sixteen-and-more-letters"',
         "Account 'tea': order_webhook is a whole address, http:// or https://, without a user in "
         "it."),
        (f'{TEA}\norder_webhook = "https://cms/order"\nwebhook_secret = "short"',
         "Account 'tea': order_webhook needs a webhook_secret of at least 16 random characters: "
         "it signs what we ask."),
    ],
)  # fmt: skip
def test_an_account_with_a_fault_is_named(table: str, fault: str, tmp_path: Path) -> None:
    settings = accounts_file(tmp_path, table)

    with pytest.raises(BadSettings) as refused:
        accounts.load(settings)

    assert refused.value.faults == [fault]


@pytest.mark.parametrize("value", ["mode = 'any'", "brand = 3", "verified = 'no'", "desk = 'here'"])
def test_a_value_of_the_wrong_kind_in_the_accounts_file_is_a_fault(
    value: str, tmp_path: Path
) -> None:
    settings = accounts_file(tmp_path, f"[accounts.tea]\nappid = 'wx1'\ntoken = 'one'\n{value}")

    with pytest.raises(BadSettings) as refused:
        accounts.load(settings)

    assert len(refused.value.faults) == 1


def test_an_account_nobody_described_is_unknown() -> None:
    accounts_by_name = {"tea": Account(name="tea", appid="wx1", token="one")}

    with pytest.raises(UnknownAccount) as refused:
        accounts.get(accounts_by_name, "coffee")

    assert (str(refused.value), refused.value.status) == ("no account is named 'coffee'", 404)


def test_an_account_asks_the_shops_system_where_the_settings_say(tmp_path: Path) -> None:
    connected = env(
        tmp_path,
        **WHOLE,
        ORDER_WEBHOOK="https://cms.example.com/order?shop=7",
        WEBHOOK_SECRET="sixteen-and-more-letters",
    )

    account = accounts.load(load("api", connected))["default"]

    assert (account.order_webhook, account.webhook_secret) == (
        "https://cms.example.com/order?shop=7",
        "sixteen-and-more-letters",
    )
    assert account.webhook_secret not in repr(account)


def test_secrets_come_from_files_where_the_environment_has_none(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name, content in {
        "cms_api_key": "from-a-file-and-long-enough\n",
        "wechat_secret": "",
        "wechat_token": "file",
    }.items():
        (folder / name).write_text(content, "utf-8")
    whole = {name: value for name, value in WHOLE.items() if name != "CMS_API_KEY"}

    settings = read(env(tmp_path, **whole, CMS_API_KEY=""), folder)

    assert settings.cms_api_key.get_secret_value() == "from-a-file-and-long-enough"
    assert settings.wechat_token.get_secret_value() == "lotus-pond"
    assert settings.wechat_secret.get_secret_value() == ""


def test_what_the_platform_tells_of_an_account_cannot_be_set(tmp_path: Path) -> None:
    settings = accounts_file(
        tmp_path, '[accounts.tea]\nappid = "wx1"\ntoken = "one"\nrights = {kind = "service"}\n'
    )

    with pytest.raises(BadSettings) as refusal:
        accounts.load(settings)

    [fault] = refusal.value.faults
    assert fault.endswith("rights: is asked of the platform, not set.")

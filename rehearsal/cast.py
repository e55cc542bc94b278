"""People who do not exist, one for every post of a body."""

from datetime import date
from zlib import crc32

from institutions.appointing import appoint
from institutions.models import JointBody, Post, User

FAMILY_NAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭鲁韦马苗"
)
GIVEN_NAMES = (  # with a space between
    "建平 晓梅 志远 丽华 文斌 春燕 国庆 海霞 永强 秀兰 振东 敏 立新 桂芳 少华 玉珍 "
    "卫国 雅琴 宏伟 静 学军 红 明亮 凤英 思远 颖 新民 慧 家栋 莉 长青 冬梅 安 晨"
)


def fill_posts(body: JointBody, since: date, password: str = "") -> None:
    """Appoint made-up people to each post that has had none, as many as it takes.

    `password` is hashed.
    """
    vacant = body.posts.filter(appointments=None).order_by("position", "key")
    places = [(post, turn) for post in vacant for turn in range(_holders(post))]
    for number, (post, turn) in enumerate(places):
        username = username_for(post, turn)
        person = User.objects.create(
            username=username,
            name=name_for(body.key, number),
            phone=f"000-{crc32(username.encode()) % 10**8:08d}",
            password=password or "!",
        )
        appoint(person, post, since=since)


def _holders(post: Post) -> int:
    return post.rules.holders if post.rules else 1


def username_for(post: Post, turn: int = 0) -> str:
    """The body's key and the post's, or for who acts for a unit the unit's; a second has a 2."""
    name = f"{post.joint_body.key}-{post.key.removeprefix('unit-')}"
    return f"{name}-{turn + 1}" if turn else name


def name_for(key: str, number: int) -> str:
    """The nth name of a list, which begins elsewhere for each key."""
    turn = crc32(key.encode()) + number
    family = FAMILY_NAMES[turn % len(FAMILY_NAMES)]
    given = GIVEN_NAMES.split()
    return family + given[turn * 7 % len(given)]

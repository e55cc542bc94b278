"""A body is set up from a template on the screens, put in force, and handed its first topic."""

import pytest
from django.core.management import call_command

from institutions.models import User
from tests.houses import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KILN = "窑场与农场协商会"


def test_a_body_is_set_up_from_a_template_until_it_has_a_topic(desks):
    h = house()
    rights = desks.of(h, "rights")
    the_body_is_begun(rights, taken=h.body.key)
    its_rules_are_changed(rights)
    its_posts_are_held(rights)
    it_is_put_in_force(rights)
    a_topic_is_proposed(desks.new())
    call_command("check_duties")


def the_body_is_begun(rights, taken) -> None:
    rights.menu("联席会议和成员")
    rights.follow("新建联席会议")
    rights.fill({"全称": KILN, "简称": "窑农会", "键": taken})
    rights.press("新建")
    rights.told("已经有这个键的联席会议")
    rights.fill({"键": "kiln"})
    rights.press("新建")
    rights.sees("正在新建", "与样本相同", "还没有写制度文本")


def its_rules_are_changed(rights) -> None:
    rights.follow("去修改 本地用语")
    rights.page.locator('[name="words[0].value"]').fill("窑场")
    rights.press("保存这一部分")
    rights.told("已保存")
    rights.follow("各方")
    rights.main.locator("summary", has_text="窑场方").click()
    rights.field("席位").first.fill("三")
    rights.press("保存这一部分")
    rights.sees("1 处要改", "整数")
    rights.field("席位").first.fill("3")
    rights.press("保存这一部分")
    rights.sees("没有要改的", "3")


def its_posts_are_held(rights) -> None:
    crumb(rights, "窑农会")
    rights.press("按草稿建好")
    rights.sees("个职务空缺")
    rights.follow("去任命 人员")
    held = {"potter": "窑场主", "grower": "农场主", "clerk": "磨账房账房"}
    for username, post in held.items():
        User.objects.create_user(username, password=username, name=post)
        rights.follow(f"任命 {post}")
        rights.fill({"或填用户名": username})
        rights.press("任命")
        rights.told("已任命")
        crumb(rights, "任职")


def crumb(rights, name) -> None:
    trail = rights.page.get_by_role("navigation", name="当前位置")
    trail.get_by_role("link", name=name).click()


def it_is_put_in_force(rights) -> None:
    crumb(rights, "窑农会")
    rights.follow("施行 施行")
    rights.press("施行这一版")
    rights.told("已经施行")
    rights.sees("还缺什么")


def a_topic_is_proposed(clerk) -> None:
    clerk.log_in("clerk", "clerk")
    clerk.menu("议题")
    clerk.follow("提出议题")
    clerk.choose("水量")
    clerk.fill({"议题名称": "窑火用水", "主要问题": "春旱时和下游争水。"})
    clerk.press("保存草稿")
    clerk.press("提交")
    clerk.told("已提交")
    clerk.sees("窑场主")

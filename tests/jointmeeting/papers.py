"""What the documents of a meeting are drawn from, in words of no place.

`LONG` are the same for a body of many: 400 decisions, 60 people, titles of 200 signs.
"""

from datetime import date, datetime

from django.utils.timezone import make_aware

BODY = "甲乙联席会议"
LONG_TITLE = "关于园区班车站点和末班时间以及夜间值守人员安排的" * 8 + "有关事项请示"
SENTENCE = "会议认为，这件事关系大家，要分清轻重缓急，尽快见效，按月说明进展。"
ISSUED = {"number": "甲联〔2026〕3号", "signed_on": date(2026, 3, 26)}
LETTER = {
    "issuer": "甲办公室",
    "addressee": "乙办公室、丙局、丁局",
    "body_name": BODY,
    "contact": {"name": "王喆", "phone": "010-0000"},
    "signed_by": "甲办公室",
    **ISSUED,
}
NOTICE = {
    **LETTER,
    "title": f"关于召开{BODY}2026年定期会议的通知",
    "period": "2026年",
    "kind_text": "定期",
    "basis": "《甲乙联席会议制度》第三条",
    "starts_at": make_aware(datetime(2026, 4, 10, 9, 30)),
    "place": "四楼第二会议室",
    "chair": "召集人赵某",
    "matters": ["通报上次会议议定事项落实情况", "站点建设"],
    "seats": [
        {"heading": "出席", "people": ["召集人赵某", "副召集人钱某"], "units": []},
        {"heading": "列席", "people": [], "units": ["丙局", "丁局"]},
    ],
    "reply_by": date(2026, 4, 8),
    "may_be_replaced": True,
}
CHANGE = {
    **NOTICE,
    "title": f"关于调整{BODY}2026年定期会议安排的通知",
    "before": {
        "number": "甲联〔2026〕2号",
        "starts_at": make_aware(datetime(2026, 4, 3, 15)),
        "place": "三楼会议厅",
    },
    "is_moved": True,
    "is_elsewhere": True,
    "reason": "会场另有安排",
}
CANCELLED = {**CHANGE, "title": f"关于取消召开{BODY}2026年定期会议的通知"}
ITEM = {
    "title": "站点建设",
    "presenter": "丙局",
    "units": ["丁局", "戊局"],
    "minutes": 20,
    "from_time": "09:30",
    "to_time": "09:50",
    "is_supplement": False,
}
AGENDA = {
    **LETTER,
    "title": f"{BODY}2026年定期会议议程",
    "starts_at": NOTICE["starts_at"],
    "place": NOTICE["place"],
    "chair": NOTICE["chair"],
    "items": [ITEM, {**ITEM, "title": "暑期托管", "minutes": None}],
}
SEAT = {
    "number": 1,
    "unit": "甲委员会",
    "name": "赵某",
    "title": "召集人",
    "replaces": "",
    "was_there": True,
    "is_excused": False,
}
SEATS = {
    "title": f"{BODY}2026年定期会议签到表",
    "body_name": BODY,
    "is_held": False,
    "starts_at": NOTICE["starts_at"],
    "place": NOTICE["place"],
    "chair": NOTICE["chair"],
    "groups": [
        {"heading": "出席", "rows": [SEAT]},
        {"heading": "列席", "rows": [{**SEAT, "number": 2, "unit": "丙局"}]},
    ],
    "drawn_by": "王某",
    "drawn_on": date(2026, 4, 9),
}
DECIDED = {"paragraphs": ["新建站点6处。由丙局牵头，丁局配合，于2026年10月10日前完成。"]}
MINUTES = {
    **ISSUED,
    "issuer": f"{BODY}纪要",
    "title": f"{BODY}第2次会议纪要",
    "body_name": BODY,
    "opening": "2026年4月10日，甲乙联席会议第2次会议召开。现将议定事项纪要如下。",
    "items": [
        {
            "title": "站点建设",
            "is_topic": True,
            "outcome": "议定",
            "discussion": SENTENCE,
            "decisions": [DECIDED, DECIDED],
        },
        {
            "title": "暑期托管",
            "is_topic": True,
            "outcome": "议定",
            "discussion": SENTENCE,
            "decisions": [DECIDED],
        },
        {
            "title": "通报情况",
            "is_topic": True,
            "outcome": "下次再议",
            "discussion": "",
            "decisions": [],
        },
    ],
    "closing": "会议强调，各单位要按期落实。",
    "attending": [f"第{n}位负责人某某" for n in range(1, 12)],
    "excused": ["副召集人钱某"],
    "in_attendance": ["丙局李某", "丁局周某"],
    "sent_to": ["乙办公室", "丙局", "丁局"],
    "copies": ["戊委员会"],
    "printed_by": "甲办公室",
}
CORRECTION = {
    **LETTER,
    "title": f"关于更正《{BODY}第2次会议纪要》的通知",
    "minutes_number": "甲联纪〔2026〕1号",
    "minutes_title": f"{BODY}第2次会议纪要",
    "issued_on": date(2026, 4, 14),
    "position": 1,
    "reason": "印发后核对发现有误。",
    "lines": [
        "第一项第（一）点“新建站点6处”的完成时限更正为：2026年11月30日前完成。",
        "第二项“暑期托管”予以撤销。",
    ],
    "copies": ["戊委员会"],
}
TASK = {
    "number": 1,
    "text": "新建站点6处、改造3处。",
    "leads": [{"unit": "丙局", "task": ""}, {"unit": "丁局", "task": "负责改造"}],
    "assisting": ["戊局"],
    "due_on": date(2026, 10, 10),
    "is_standing": False,
    "done_when": "九处站点投入使用。",
}
TASKS = {
    **LETTER,
    "title": f"关于印发{BODY}第2次会议议定事项责任分工的通知",
    "meeting_name": f"{BODY}第2次会议",
    "held_on": date(2026, 4, 10),
    "minutes_number": "甲联纪〔2026〕1号",
    "accept_by": date(2026, 4, 22),
    "report_when": "每季度首月5日前",
    "receivers": ["甲办公室", "乙办公室"],
    "rows": [TASK, {**TASK, "number": 2, "due_on": None, "is_standing": True}],
}
TOLD = {
    "decision": "新建站点6处、改造3处",
    "meeting": "第1次会议",
    "leads": ["丙局"],
    "until": "应于2025年10月10日前完成",
    "result": "丙局办理中",
    "explanation": "冬季不能施工。",
    "explained_by": "丙局",
    "opinions": [{"unit": "甲办公室", "opinion": "同意顺延到5月底"}],
}
PROGRESS = {
    **LETTER,
    "addressee": BODY,
    "title": f"关于{BODY}议定事项落实情况的报告",
    "as_of": date(2026, 3, 26),
    "words": "去年以来，各单位抓了落实。",
    "total": 2,
    "parts": [
        {"heading": "已办结", "lines": [{**TOLD, "explanation": "", "opinions": []}]},
        {"heading": "尚未办结", "lines": [TOLD]},
    ],
    "left_out": [
        {"why": "已撤销", "n": 11, "named": ["暑期托管"], "has_more": True},
    ],
}
SUPERVISION = LETTER | {
    "addressee": "丙局",
    "title": f"{BODY}橙色督办单",
    "basis": "《制度》第八条",
    "meeting_name": f"{BODY}第2次会议",
    "minutes_number": "甲纪〔2026〕2号",
    "decision": "新建站点6处。",
    "task": "办理手续。",
    "done_when": "6处站点建成启用。",
    "due_on": date(2026, 10, 10),
    "days_late": 12,
    "name": "橙色督办单",
    "colour": "橙色",
    "demand": "查明原因。\n抓紧办理。",
    "answer_by": date(2026, 11, 6),
}
INSPECTION = {
    "title": f"{BODY}督查记录",
    "body_name": BODY,
    "who": "联合督查组",
    "inspected_on": date(2026, 6, 3),
    "place": "园区",
    "took_part": "两家办公室",
    "decision": "新建站点6处。",
    "meeting": "第2次会议",
    "unit": "丙局",
    "task_due_on": date(2026, 10, 10),
    "finding": "两处已经进场。\n四处手续没有办完。",
    "demand": "办完手续。",
    "due_on": date(2026, 6, 30),
    "answer": "手续已经办完。",
    "answered_on": date(2026, 6, 28),
    "verb": "确认",
    "signatures": [
        {
            "posts": "副召集人",
            "answer": "同意",
            "opinion": "",
            "answered_on": date(2026, 6, 4),
            "entered_by": "甲办公室",
            "has_scan": True,
        }
    ],
    "drawn_by": "王某",
    "drawn_on": date(2026, 6, 30),
}
PAPERS = {
    "meeting_notice": NOTICE,
    "meeting_change": CHANGE,
    "meeting_cancelled": CANCELLED,
    "agenda": AGENDA,
    "attendance_list": SEATS,
    "minutes": MINUTES,
    "minutes_correction": CORRECTION,
    "assignment_list": TASKS,
    "progress_report": PROGRESS,
    "inspection_record": INSPECTION,
    "supervision_notice": SUPERVISION,
}


def many_items() -> list[dict]:
    """Twenty items with a long title and twenty decisions each."""
    item = MINUTES["items"][0] | {"title": LONG_TITLE, "decisions": [DECIDED] * 20}
    return [item] * 20


LONG: dict[str, dict] = {
    "meeting_notice": NOTICE
    | {
        "matters": [LONG_TITLE] * 20,
        "place": LONG_TITLE,
        "addressee": "、".join(f"第{n}个有关单位" for n in range(60)),
        "seats": [
            {
                "heading": "出席",
                "people": [f"第{n}位负责人" for n in range(60)],
                "units": [],
            }
        ],
    },
    "meeting_change": CHANGE | {"reason": LONG_TITLE * 5, "place": LONG_TITLE},
    "meeting_cancelled": CANCELLED | {"reason": LONG_TITLE * 5},
    "agenda": AGENDA | {"items": [ITEM | {"title": LONG_TITLE}] * 20},
    "attendance_list": SEATS
    | {
        "groups": [
            {
                "heading": heading,
                "rows": [SEAT | {"number": first + n} for n in range(30)],
            }
            for heading, first in (("出席", 1), ("列席", 31))
        ]
    },
    "minutes": MINUTES
    | {
        "items": many_items(),
        "attending": [f"第{n}位负责人" for n in range(400)],
        "sent_to": [f"第{n}个有关单位" for n in range(60)],
    },
    "minutes_correction": CORRECTION | {"lines": CORRECTION["lines"] * 40},
    "assignment_list": TASKS | {"rows": [TASK | {"number": n} for n in range(1, 401)]},
    "progress_report": PROGRESS
    | {"total": 400, "parts": [{"heading": "尚未办结", "lines": [TOLD] * 400}]},
    "inspection_record": INSPECTION | {"finding": f"{LONG_TITLE}\n" * 20},
    "supervision_notice": SUPERVISION | {"decision": f"{LONG_TITLE}\n" * 20},
}

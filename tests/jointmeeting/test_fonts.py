"""Whose font is taken, what no font can print, and how the fonts are built."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from jointmeeting import fonts
from jointmeeting.rendering import render_pdf


def make_font(path, drawn, empty=""):
    """Write a font that draws some characters, and only lists others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((500, 500))
    pen.closePath()
    box, nothing = pen.glyph(), TTGlyphPen(None).glyph()
    names = {f"u{ord(each):X}": each for each in drawn + empty}
    glyphs = {name: box if each in drawn else nothing for name, each in names.items()}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({ord(each): name for name, each in names.items()})
    builder.setupGlyf({".notdef": nothing, **glyphs})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Test", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


@pytest.fixture
def folder(settings, tmp_path):
    settings.FONT_DIR = tmp_path
    return tmp_path


def test_a_font_of_the_office_wins_over_the_built_one(folder):
    make_font(folder / "fang.otf", "国")
    assert fonts.file_of("fang") == folder / "fang.otf"
    make_font(folder / "own" / "fang.otf", "国")
    assert fonts.file_of("fang") == folder / "own" / "fang.otf"
    make_font(folder / "own" / "fang.ttf", "国")
    assert fonts.file_of("fang") == folder / "own" / "fang.ttf"


def test_roles_without_a_file_are_named(folder):
    make_font(folder / "fang.otf", "国")
    assert fonts.missing() == ["kai", "biao", "hei", "song", "rest"]


def test_a_character_that_is_listed_but_not_drawn_is_uncovered(folder):
    make_font(folder / "fang.otf", "国", empty="龘")
    assert fonts.uncovered("国 龘\n") == {"龘"}


def test_spaces_joiners_and_variation_selectors_need_no_outline(folder):
    make_font(folder / "fang.otf", "国")
    assert fonts.uncovered("国\u3000\u200d\ufe00\U000e0100\ufeff\t") == set()


def test_private_characters_and_stray_controls_are_uncovered(folder):
    make_font(folder / "fang.otf", "国")
    assert fonts.uncovered("国\uf0b7\x07") == {"\uf0b7", "\x07"}


def test_a_font_that_is_replaced_is_read_again(folder):
    make_font(folder / "fang.otf", "国")
    assert fonts.uncovered("家") == {"家"}
    make_font(folder / "own" / "fang.otf", "国家")
    assert fonts.uncovered("家") == set()


def test_the_fonts_at_hand_cover_every_common_character():
    assert fonts.missing() == []
    assert fonts.uncovered("䶮㛃燚堃喆犇曌〔〕—“”□①℃") == set()


def test_without_fonts_a_document_is_refused_with_what_to_do(folder):
    with pytest.raises(fonts.FontsMissing, match=r"\./run"):
        render_pdf("letter", {})


def test_a_document_is_not_printed_with_boxes():
    with pytest.raises(fonts.FontsMissing, match=r"😀 \(U\+1F600\)"):
        render_pdf("letter", {"title": "关于😀的函", "issuer": "办公室"})


def test_fonts_are_built_once_for_each_source(folder):
    source = folder / "source" / "FandolFang-Regular.otf"
    make_font(source, "国家㐀")
    assert "fang.otf" in build()
    assert set(fonts.drawn(folder / "fang.otf")) >= set("国家")
    first = (folder / "fang.otf").stat().st_mtime_ns
    build()
    assert (folder / "fang.otf").stat().st_mtime_ns == first
    make_font(source, "国家人")
    build()
    assert "人" in fonts.drawn(folder / "fang.otf")
    assert not list(folder.glob("*.part"))


def build():
    """Build what there is a source for; the other roles are named as lacking."""
    out = StringIO()
    with pytest.raises(CommandError, match="kai, biao, hei, song, rest"):
        call_command("build_fonts", stdout=out)
    return out.getvalue()


def test_rare_characters_are_kept_in_a_font_of_their_own(folder):
    from jointmeeting.management.commands.build_fonts import subset_font

    make_font(folder / "source.otf", "国䶮")
    subset_font(folder / "source.otf", 0, {ord("国")}, folder / "song.otf", rare=False)
    subset_font(folder / "source.otf", 0, {ord("国")}, folder / "rest.otf", rare=True)
    assert set(fonts.drawn(folder / "song.otf")) == {"国"}
    assert set(fonts.drawn(folder / "rest.otf")) == {"䶮"}


def test_check_fonts_says_which_file_each_role_has_and_what_is_lacking(folder):
    make_font(folder / "own" / "biao.ttf", "国")
    out = StringIO()
    call_command("check_fonts", text="国", stdout=out)
    assert str(folder / "own" / "biao.ttf") in out.getvalue()
    assert "fang, kai, hei, song, rest" in out.getvalue()
    with pytest.raises(CommandError, match=r"U\+9F98"):
        call_command("check_fonts", text="国龘", stdout=out)

# The fonts of official documents: their sources are gathered in fonts/source from Debian's
# packages, and `manage.py build_fonts` cuts them down. Without them the product starts.

FONTS="fonts-noto-cjk unicode-data"
NOTO=/usr/share/fonts/opentype/noto
UNIHAN=/usr/share/unicode/Unihan_OtherMappings.txt.bz2

# Whether each role has a font, built here or the office's own.
has_fonts() {
    for role in fang kai biao hei song rest; do
        [ -e "$BASE/fonts/$role.otf" ] || [ -e "$BASE/fonts/own/$role.ttf" ] ||
            [ -e "$BASE/fonts/own/$role.otf" ] || return 1
    done
}

ready_fonts() {
    ! has_fonts || return 0
    source=$BASE/fonts/source
    mkdir -p "$source"
    if get_noto && get_fandol && build_fonts; then
        return 0
    fi
    say "! 没有装好公文字体，先启动，暂时不能生成公文。$hint"
}

get_noto() {
    if [ ! -e "$NOTO/NotoSerifCJK-Bold.ttc" ] || [ ! -e "$UNIHAN" ]; then
        hint="要装好，请运行：sudo sh -c 'apt-get update && apt-get install -y $FONTS'"
        may_install || return 1
        # shellcheck disable=SC2086 # several packages
        try_fetching "安装字体（$FONTS）" apt_install $FONTS || return 1
    fi
    ln -sf "$NOTO"/Noto*CJK-*.ttc "$UNIHAN" "$source/"
}

# Take two files out of a package of 49 MB; TeX itself is not installed.
get_fandol() {
    [ ! -e "$source/FandolFang-Regular.otf" ] || [ ! -e "$source/FandolKai-Regular.otf" ] || return 0
    hint="要装好，请检查网络和软件源后再运行 ./run。"
    command -v apt-get >/dev/null || return 1
    try_fetching "下载仿宋、楷体（texlive-lang-chinese 中的 Fandol）" fetch_fandol
}

fetch_fandol() {
    rm -rf "$source.part"
    mkdir -p "$source.part"
    (
        cd "$source.part" || exit 1
        apt-get download texlive-lang-chinese || {
            may_install && apt update && apt-get download texlive-lang-chinese
        }
        dpkg-deb --fsys-tarfile texlive-lang-chinese_*.deb | tar -x --wildcards \
            '*/FandolFang-Regular.otf' '*/FandolKai-Regular.otf' '*/fandol/COPYING*'
    ) || return 1
    find "$source.part" -type f \( -name 'Fandol*' -o -name 'COPYING*' \) \
        -exec mv {} "$source/" \;
    rm -rf "$source.part"
}

build_fonts() {
    hint="要看原因，请运行 .venv/bin/python manage.py build_fonts"
    say "· 制作公文字体（只此一次）"
    "$PYTHON" "$BASE/manage.py" build_fonts >"$LOG" 2>&1
}

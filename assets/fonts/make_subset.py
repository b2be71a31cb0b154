#!/usr/bin/env python3
"""Makes NotoSansSC-subset.otf from NotoSansCJK-Regular.ttc (Debian package fonts-noto-cjk).

    pip install fonttools
    python3 make_subset.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Needed only when characters are to be added: put them into EXTRA and commit the new font.
"""

import sys
from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Goldenhour Sans"
# Signs, pinyin letters, and hanzi outside GB 2312 that stand in names of places and hospitals.
EXTRA = "ĀāĒēĚěĪīŌōŪūǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜ–—€−█✓収叕喆囍垚埗堃場堽旸昇時朒杧槑淏犇玥珺現甪硚礐祎竜镕間電骉"


def characters():
    chars = {chr(c) for c in [*range(0x20, 0x7F), *range(0xA0, 0x100)]}
    # GB 2312: rows 1-3 (punctuation, full width), 6 (Greek), 16-87 (6,763 hanzi).
    for high in [0xA1, 0xA2, 0xA3, 0xA6, *range(0xB0, 0xF8)]:
        for low in range(0xA1, 0xFF):
            try:
                chars.add(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                pass
    return chars | set(EXTRA)


def main():
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    font = TTFont(sys.argv[1], fontNumber=2)  # Noto Sans CJK SC
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(c) for c in characters()])
    cutter.subset(font)
    names = {1: FAMILY, 3: "2.004;goldenhour subset of NotoSansCJKsc-Regular", 4: FAMILY, 6: "GoldenhourSans-Regular"}
    for record in list(font["name"].names):
        if record.nameID in names:
            font["name"].setName(
                names[record.nameID], record.nameID, record.platformID, record.platEncID, record.langID
            )
    cff = font["CFF "].cff
    cff.fontNames[0] = "GoldenhourSans-Regular"
    cff.topDictIndex[0].FullName = cff.topDictIndex[0].FamilyName = FAMILY
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save("NotoSansSC-subset.otf")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes a tax-source list as a street office would have it: an xlsx with a title row, Chinese headers and a footer.

    pip install openpyxl
    scripts/enterprise_list.py --enterprises 20000 --streets 星湖街道,云台街道 list.xlsx
    time wellspring import enterprises list.xlsx --source 街道台账 --legal-basis 税收征管法第五条 --data-date 2026-11-01
"""

import argparse
import random

from openpyxl import Workbook

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]


def organisation_code(number: int) -> str:
    """Eight digits and their check character (GB 11714)."""
    body = f"{number:08d}"
    rest = 11 - sum(int(c) * w for c, w in zip(body, ORGANISATION_WEIGHTS)) % 11
    return body + {10: "X", 11: "0"}.get(rest, str(rest))


def credit_code(number: int) -> str:
    """A valid Unified Social Credit Code (GB 32100-2015)."""
    body = "91350100" + organisation_code(number)
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS))
    return body + ALPHABET[(31 - total % 31) % 31]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--enterprises", type=int, default=20_000)
    parser.add_argument("--streets", default="", help="names of street offices, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    streets = [name for name in arguments.streets.split(",") if name]

    book = Workbook(write_only=True)
    sheet = book.create_sheet("税源清单")
    sheet.append(["星河区重点税源清单（2026年11月）"])
    sheet.append(["序号", "统一社会信用代码", "纳税人名称", "行业代码", "注册地址", "经营地址", "所属街道"])
    names = ["星河", "云台", "海棠", "青禾", "瑞安", "博远", "鼎新", "华源", "致远", "明德"]
    trades = [("科技", "I6510"), ("商贸", "F5199"), ("建筑工程", "E4710"), ("餐饮管理", "H6210"), ("物流", "G5430")]
    for number in range(1, arguments.enterprises + 1):
        trade, industry = rng.choice(trades)
        name = f"{rng.choice(names)}{rng.choice(names)}{trade}{number}有限公司"
        address = f"江南省临川市星河区{rng.choice(names)}路{rng.randint(1, 900)}号"
        street = rng.choice(streets) if streets else None
        sheet.append([number, credit_code(10_000_000 + number), name, industry, address, address, street])
    sheet.append(["合计", None, f"{arguments.enterprises}家"])
    sheet.append(["制表人：王芳"])
    book.save(arguments.file)


if __name__ == "__main__":
    main()

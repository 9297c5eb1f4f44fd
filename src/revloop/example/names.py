"""Invented names of people and companies, from many languages; none is meant to be anybody's.

A name that an e-mail address cannot hold stands with the spelling that can: `Müller/Mueller`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

CULTURES: dict[str, tuple[str, str]] = {
    "english": (
        ("Olivia Emma Ava Grace Hazel Ruth Naomi Faith Liam Noah Owen Caleb Wyatt Jude Miles Reid"),
        (
            "Carver Holloway Whitaker Langley Prescott Ellsworth Thatcher Marlowe Kingsley "
            "Radcliffe Winslow Hargrove Aldridge Stanton Fairchild Brockway"
        ),
    ),
    "spanish": (
        (
            "Lucía/Lucia Sofía/Sofia María/Maria Inés/Ines Belén/Belen Marta Julia Carmen "
            "Andrés/Andres José/Jose Álvaro/Alvaro Tomás/Tomas Iván/Ivan Diego Pablo Hugo"
        ),
        (
            "Núñez/Nunez Ibáñez/Ibanez Peña/Pena Muñoz/Munoz Cárdenas/Cardenas Ríos/Rios "
            "Vázquez/Vazquez Quiñones/Quinones Salgado Herrera Molina Cabrera Fuentes Rojas "
            "Medina Campos"
        ),
    ),
    "german": (
        (
            "Jürgen/Juergen Jörg/Joerg Käthe/Kaethe Günter/Guenter Lena Greta Frieda Hanna Anke "
            "Ulrike Lukas Felix Moritz Stefan Matthias Holger"
        ),
        (
            "Müller/Mueller Schröder/Schroeder Jäger/Jaeger Größl/Groessl Weiß/Weiss "
            "Köhler/Koehler Bäcker/Baecker Vogel Brandt Lindner Kaufmann Seidel Ziegler Hartwig "
            "Albrecht Neumann"
        ),
    ),
    "french": (
        (
            "Zoé/Zoe Chloé/Chloe Hélène/Helene Aurélie/Aurelie Noémie/Noemie Camille Manon "
            "Jeanne François/Francois Loïc/Loic Rémi/Remi Benoît/Benoit Théo/Theo Gaspard Hugo "
            "Luc"
        ),
        (
            "Lefèvre/Lefevre Beauchêne/Beauchene Garçon/Garcon Bérénger/Berenger "
            "Châtelain/Chatelain D'Aubigny/Daubigny Prévost/Prevost Moreau Rousselle Marchand "
            "Fontaine Girard Lambert Chevalier Renard Delacour"
        ),
    ),
    "nordic": (
        (
            "Åsa/Asa Søren/Soren Jørgen/Jorgen Björn/Bjorn Sólveig/Solveig Maj Ingrid Astrid "
            "Freja Sigrid Lars Mikkel Anders Nils Torsten Eero"
        ),
        (
            "Ångström/Angstrom Sørensen/Sorensen Bjørklund/Bjorklund Håkansson/Hakansson "
            "Lindqvist Nygård/Nygard Öberg/Oberg Mäkelä/Makela Dahl Lund Holm Berg Strand Falk "
            "Ekström/Ekstrom Vik"
        ),
    ),
    "slavic": (
        (
            "Łucja/Lucja Kasia Zuzana Jiří/Jiri Tomáš/Tomas Jelena Milena Vesna Paweł/Pawel "
            "Michał/Michal Marek Ondřej/Ondrej Dragan Goran Mirko Oksana"
        ),
        (
            "Kovač/Kovac Nováková/Novakova Wiśniewski/Wisniewski Dąbrowski/Dabrowski "
            "Šimić/Simic Dvořák/Dvorak Żak/Zak Horvat Petrović/Petrovic Marković/Markovic "
            "Zielinski Pavlenko Bartos Havel Kral Sokol"
        ),
    ),
    "turkish": (
        (
            "Ayşe/Ayse Çiğdem/Cigdem Gül/Gul Şebnem/Sebnem Zeynep Elif Deniz Derya "
            "Çağlar/Caglar Oğuz/Oguz İlker/Ilker Emre Kerem Umut Baran Selim"
        ),
        (
            "Yıldız/Yildiz Öztürk/Ozturk Çelik/Celik Şahin/Sahin Kılıç/Kilic Güneş/Gunes "  # noqa: RUF001
            "Doğan/Dogan Aydın/Aydin Demir Kaya Arslan Polat Aksoy Erdem Tekin Uysal"  # noqa: RUF001
        ),
    ),
    "indian": (
        (
            "Priya Ananya Kavya Meera Lakshmi Divya Nisha Shreya Arjun Rohan Vikram Sanjay "
            "Karthik Aditya Nikhil Harish"
        ),
        (
            "Iyer Menon Chatterjee Deshpande Reddy Krishnan Banerjee Kulkarni Nair Joshi Bhatt "
            "Saxena Mehra Pillai Rastogi Subramanian"
        ),
    ),
    "arabic": (
        (
            "Layla Yasmin Noura Amira Salma Huda Rania Dalia Omar Yusuf Karim Tariq Hassan "
            "Samir Faris Bilal"
        ),
        (
            "Al-Khatib/Alkhatib Haddad Mansour Nasser Darwish Sabbagh Kassem El-Amin/Elamin "
            "Farouk Zidane Qureshi Hamdan Rahal Bakri Saleh Jaber"
        ),
    ),
    "african": (
        (
            "Adaeze Ngozi Thandiwe Wanjiru Amara Zola Abena Folake Kwame Chidi Tendai Sipho "
            "Kofi Jabari Obinna Lwazi"
        ),
        (
            "Okonkwo Adeyemi Mbeki Wanjala Nkosi Boateng Mensah Dlamini Okafor Achebe Kamau "
            "Ndlovu Asante Balogun Chukwu Moyo"
        ),
    ),
    "chinese": (
        (
            "伟/Wei 芳/Fang 娜/Na 敏/Min 静/Jing 丽/Li 强/Qiang 磊/Lei 军/Jun 洋/Yang 勇/Yong 艳/Yan 杰/Jie "
            "涛/Tao 明/Ming 超/Chao"
        ),
        (
            "王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 赵/Zhao 黄/Huang 周/Zhou 吴/Wu 徐/Xu 孙/Sun 胡/Hu "
            "朱/Zhu 高/Gao 林/Lin"
        ),
    ),
    "japanese": (
        (
            "陽菜/Hina 結衣/Yui 葵/Aoi 美咲/Misaki 桜/Sakura 凛/Rin 蓮/Ren 翔/Sho 大翔/Hiroto 湊/Minato 健/Ken "
            "悠真/Yuma 直樹/Naoki 誠/Makoto 恵/Megumi 彩/Aya"
        ),
        (
            "佐藤/Sato 鈴木/Suzuki 高橋/Takahashi 田中/Tanaka 渡辺/Watanabe 伊藤/Ito 山本/Yamamoto "
            "中村/Nakamura 小林/Kobayashi 加藤/Kato 吉田/Yoshida 山田/Yamada 佐々木/Sasaki 松本/Matsumoto "
            "井上/Inoue 木村/Kimura"
        ),
    ),
    "korean": (
        (
            "민준/Minjun 서연/Seoyeon 지우/Jiwoo 하준/Hajun 예은/Yeeun 도윤/Doyun 수빈/Subin 지호/Jiho 은지/Eunji "
            "현우/Hyunwoo 유진/Yujin 태현/Taehyun 소영/Soyoung 성민/Sungmin 다은/Daeun 준호/Junho"
        ),
        (
            "김/Kim 이/Lee 박/Park 최/Choi 정/Jung 강/Kang 조/Cho 윤/Yoon 장/Jang 임/Lim 한/Han 오/Oh 서/Seo "
            "신/Shin 권/Kwon 황/Hwang"
        ),
    ),
}
PER_CULTURE = 16
"""First names and last names of each culture."""

COUNTRIES = ("US", "CA", "JP", "MX", "DE", "AT", "CH", "GB", "FR")
COUNTRY_SHARES = (
    (0.84, 0.13, 0.02, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.0, 0.0, 0.62, 0.12, 0.12, 0.12, 0.02),
)
"""By region: New York and Berlin."""
LANGUAGES = ("en", "en", "ja", "es", "de", "de", "de", "en", "fr")
"""By country."""
_MIXES = {
    "US": {
        "english": 8,
        "spanish": 2,
        "indian": 1,
        "chinese": 1,
        "korean": 1,
        "african": 1,
        "arabic": 1,
    },
    "CA": {"english": 5, "french": 3, "indian": 1, "chinese": 1},
    "JP": {"japanese": 1},
    "MX": {"spanish": 1},
    "DE": {"german": 8, "turkish": 2, "slavic": 1, "arabic": 1},
    "AT": {"german": 6, "slavic": 2, "turkish": 1},
    "CH": {"german": 4, "french": 3},
    "GB": {"english": 7, "indian": 2, "african": 1, "nordic": 1},
    "FR": {"french": 6, "arabic": 1, "african": 1},
}
CULTURE_SHARES = tuple(
    tuple(float(_MIXES[country].get(culture, 0)) for culture in CULTURES) for country in COUNTRIES
)
"""By country."""


@dataclass(frozen=True, eq=False)
class Spellings:
    """Names as people write them, and as an address holds them."""

    shown: pa.Array[Any]
    plain: pa.Array[Any]


@cache
def first_names() -> Spellings:
    return _spellings([first for first, _ in CULTURES.values()])


@cache
def last_names() -> Spellings:
    return _spellings([last for _, last in CULTURES.values()])


def _spellings(lists: list[str]) -> Spellings:
    pairs = [name.partition("/") for names in lists for name in names.split()]
    shown = [first for first, _, _ in pairs]
    plain = [(second or first).lower().replace("-", "") for first, _, second in pairs]
    return Spellings(pa.array(shown), pa.array(plain))


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


HEADS = _listed(
    "Al Ar Bel Bri Cal Cor Dal Del El Em Fal Fen Gal Glen Hal Hav In Jas Kal Kes Lan Lor "
    "Mar Mel Nor Nov Or Pal Pen Quin Ral Riv Sal Sol Tal Tren Ul Val Ver Wal Win Xan Yar "
    "Zel Mü/Mue Bö/Boe Kä/Kae Ré/Re"
)
TAILS = _listed(
    "a an ard as aven bal bert bury by dale den don dor eda er fast field ford gate ham "
    "holm ia ic in ison ka land la lin mark mere mond na nex on or pine quay ra rick ridge "
    "ro son ta ton va wick"
)
WORDS = _listed(
    "Analytics Robotics Software Logistics Energy Health Foods Media Optics Materials "
    "Motors Labs Systems Networks Instruments Devices Textiles Packaging Payments Insurance "
    "Learning Travel Housing Security Telecom Chemicals Plastics Steel Ceramics Marine "
    "Aviation Rail Retail Sports Music Games Design Print Water Solar Storage Cloud Data "
    "Signals Sensors Controls Filters Pumps Tools Bikes Coffee Dairy Bakery Seeds Timber "
    "Paper Glass Stone Cables Lighting"
)
ENDINGS = ("Group",)
"""What may follow; half of the names have none."""
COMPANY_NAMES = len(HEADS) * len(TAILS) * len(WORDS) * (1 + len(ENDINGS))
LEGAL_FORMS = ("Inc.", "Ltd.", "K.K.", "S.A.", "GmbH", "GmbH", "AG", "Ltd", "SAS")
"""By country."""
KANJI = _listed("青葉 光陽 東雲 大和 白鷺 若松 朝日丘 北斗")

AREA_CODES = _listed(
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 "
    "231 234 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 "
    "305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 331 334 336 "
    "337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 "
    "417 419 423 424 425 430 432 434 435 440 443 469 470 475 478 479 480 484 501 502 503 "
    "504 505 507 508 509 510 512 513 515 516 517 518 520 530 540"
)
GERMAN_LINES = ("30 23125", "69 90009", "40 66969", "221 4710", "89 99998")
"""Beginnings of numbers that are kept free for films, with the code of the city."""

"""In which units measurements are given."""

from __future__ import annotations

import re
from typing import Literal

from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every

_UNITS: dict[str, str] = {
    "metric": r"[mck]m[²³]?|m[²³]?|µm|km/h|[mk]?g|[mcdh]?l|mL|L|°C|kPa|hectares?|ha|tonn?es?"
    r"|кг|км|см|мм|г(?<!\b(?:1[89]|20)\d\d.г)|м|л"
    r"|(?i:(?:milli|centi|kilo|deci)?(?:met(?:er|re)s?|gram(?:me?)?s?|lit(?:er|re)s?)|degrees celsius)"
    r"|(?i:(?:milli|zenti|centi|kilo|quadrat|kubik)?(?:metern?|gramm|liter)|grad celsius)"
    r"|(?i:(?:milli|centi|kilo|déci|deci)?(?:mètres?|litres?)|degrés celsius)"
    r"|(?i:(?:milí|centí|kiló|decí)metros?|metros?|(?:mili|centi|kilo)?(?:gramos?|litros?)|kilos?|grados celsius)"
    r"|(?i:(?:милли|санти|кило|деци)?(?:метр|грамм|литр)(?:а|ов|ы|ах)?)|км/ч|°С|га"
    r"|(?:ミリ|センチ|キロ|デシ)?(?:メートル|グラム|リットル)|キロ|センチ|平方メートル"
    r"|(?:平方|立方)?(?:毫米|厘米|公分|公里|千米|米)|公斤|千克|毫克|克|毫升|升|公顷|摄氏度"
    r"|(?:मिली|सेंटी|किलो)?(?:मीटर|ग्राम|लीटर)|किलो|किमी|किग्रा|(?:कि|सें|मि)\.?\s?(?:मी|ग्रा|ली)\.?"
    r"|(?:ملي|سنتي|سنتيم|كيلو)?\s?(?:مترا|متر|غراما|غرام|جراما|جرام|لترا|لتر)|أمتار|كم|سم|كغ|كجم|مل",
    "US customary": r"['’′] ?\d{1,2} ?[\"”″]|°F"
    r"|(?i:inch(?:es)?|ft|foot|feet|yds?|yards?|mi|miles?|oz|ounces?|lbs?|pounds?|cups?|pints?"
    r"|quarts?|gallons?|mph|acres?|degrees fahrenheit|zoll|meilen?|pouces?|pulgadas?|millas?"
    r"|дюйм(?:ов|а)?|миль|мил[яи]|фут(?:ов|а)?|фунт(?:ов|а)?|унци[йия]|(?:галлон|акр|ярд)(?:ов|а)?|fuß|pfund|unzen?"
    r"|gallonen|pieds?|milles|onces|tasses?|libras?|onzas?|yardas|galones|tazas?)"
    r"|インチ|フィート|フット|ヤード|マイル|ポンド|オンス|ガロン|英寸|英尺|英里|磅|盎司|加仑|英亩|华氏度"
    r"|इंच|फ़ीट|फीट|फुट|गज|मील|पाउंड|औंस|गैलन|एकड़|بوصات|بوصة|أقدام|قدما|قدم|أميال|ميلا|ميل|رطلا|رطل|أرطال|أونصة|غالون|فدان",
}

_FIGURES = r"(?<![\d.,])[\d½¼¾⅓⅔⅛](?:[\d.,/]{0,20}[\d½¼¾⅓⅔⅛])?"
# A unit ends before a letter, save in Chinese and Japanese and where signs of vowels would follow.
_END = r"(?:(?<=[\u3040-\u30ff\u3400-\u9fff])(?![\u30a0-\u30ff])|(?<![\u3040-\u30ff\u3400-\u9fff])(?![^\W_]))"


@constraint(
    "content:units",
    "Give every measurement in {system} units, and give at least one.",
    Pass("Walk 5 km with 2.5kg at 20 °C.", system="metric"),
    Fail("Walk 5 km (3.1 miles).", system="metric"),
    Fail("Walk a 6-foot plank.", system="metric"),
    Fail("Walk a mile, or 5.", system="metric"),
    Pass("Use 2 cups and 8oz at 350°F, 12 mini cakes.", system="US customary"),
    Fail("Use 2 cups and 50 ml.", system="US customary"),
    Fail("Bake 12 mini cakes.", system="US customary"),
    Pass(Text("Das Brett ist 20 cm lang.", "de"), system="metric"),
    Fail(Text("Das Brett ist 8 Zoll lang.", "de"), system="metric"),
    Pass(Text("La caja pesa 3 kg.", "es"), system="metric"),
    Fail(Text("Está a 3 millas.", "es"), system="metric"),
    Pass(Text("Está a 3 kilómetros.", "es"), system="metric"),
    Pass("Use ½ cup.", system="US customary"),
    Fail("He is 180 cm, or 5'11\".", system="metric"),
    Pass("Use **200** g.", system="metric"),
    Pass(Text("C'est à 5 kilomètres.", "fr"), system="metric"),
    Fail(Text("5 kilomètres, soit 3 milles.", "fr"), system="metric"),
    Pass(Text("駅まで5キロメートルです。", "ja"), system="metric"),
    Fail(Text("5キロメートル（3マイル）です。", "ja"), system="metric"),
    Pass(Text("距离5公里远。", "zh"), system="metric"),
    Fail(Text("距离5公里（3英里）。", "zh"), system="metric"),
    Pass(Text("यह 5 किलोमीटर दूर है।", "hi"), system="metric"),
    Fail(Text("यह 5 किलोमीटर (3 मील) दूर है।", "hi"), system="metric"),
    Pass(Text("على بعد 5 كيلومتر.", "ar"), system="metric"),
    Fail(Text("على بعد 5 كيلومتر أو 3 أميال.", "ar"), system="metric"),
    Pass(Text("До него 5 километров.", "ru"), system="metric"),
    Fail(Text("Он родился в 1990 г. в Москве.", "ru"), system="metric"),
    Pass(Text("Возьмите 200 г муки.", "ru"), system="metric"),
    Pass(Text("Доска длиной 20 см.", "ru"), system="metric"),
    Fail(Text("Экран 15 дюймов и 2 кг.", "ru"), system="metric"),
    source=NATIVE,
)
def units(reply: Text, *, system: Literal["metric", "US customary"]) -> Verdict:
    """A measurement is a number in figures with a unit right behind it, or after a space or hyphen.

    The units are those of length, area, volume, weight, speed and temperature, by their signs and their names in
    Arabic, Chinese, English, French, German, Hindi, Japanese, Russian and Spanish; 5'11" counts, "in" and spoons not.
    """
    spans: dict[str, list[Span]] = {
        name: [
            match.span()
            for match in re.finditer(rf"{_FIGURES}\*{{0,2}}[ \u00a0\u202f-]?(?:{pattern}){_END}", reply.raw)
        ]
        for name, pattern in _UNITS.items()
    }
    wrong = [span for name, found in spans.items() if name != system for span in found]
    both = sorted(span for found in spans.values() for span in found)
    return every(reply.raw, both, sorted(wrong), "measurements", f"measurements in {system} units only")

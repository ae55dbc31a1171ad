"""Drafts of a synthetic union catalogue: who wrote what, in which editions, held where; the same for the same number.

The distributions are those of library catalogues: words, persons, subjects and libraries by Zipf's law, four works in
five with one edition and a long tail, years that lean towards the present, one to many holding libraries. A draft of
Work ``n`` depends on ``n`` alone, so that any part may be made by any process.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from converters.marc.record import Record, record_of

LIBRARIES = 60
PERSONS = 300_000
SUBJECTS = 30_000
WORDS = 40_000
MOST_EDITIONS = 40

_SYLLABLES = """
an anh ánh bá bạc bài bản bảo bàn bách bình biên biển bộ bước cách cảm cảnh cao cầu cận chất châu chỉ chính chí
chủ chung chuyên chuyện chữ chức cơ con công cổ của cung cư cường cứu dân dạy dẫn diễn dịch doanh du dục dụng
dưỡng đại đạo đảng đào đặc đất đầu đề đêm điện điều định đô đoàn đọc đời đồng động đức đường gia giá giải giáo
giao giới giữ gốc hà hạ hành hạnh hát hải học hội hóa hoa hoàn hoạt hồ hồn hợp huế huyền hương hướng in kế kết
khảo khoa khoá khu khí kiến kiều kiểm kinh kĩ kí ký lá làm làng lâm lãnh lập lễ liên liệu lí lịch lời lớp luận
luật lực lược lương lý màu mạng máy mặt mật mĩ miền minh mô môi mới mộng môn mùa mục nam năm năng nghề nghệ
nghiên nghiệp ngày người nguồn ngữ nhà nhạc nhân nhận nhật nhiên nhìn nho nhóm nông nội nước phát pháp phân phẩm
phật phê phép phòng phong phố phổ phụ phương quan quân quản quang quê quốc quyền quyết rừng sách sao sáng sáu
sinh sinh số sông sơn sử sự sức tài tạo tác tập tâm tây tế tên thái tham thành tháng thảo thân thần thể thế thi
thị thiên thiết thiếu thơ thời thông thống thu thủ thư thuật thủy thuyết thực thương thưởng tiếng tiền tiểu tin
tình tính tỉnh toán toàn tổ tôi tổng trại trang tranh trào trẻ trí triết triển trị trình trong trời truyền
truyện trường trung tư từ tự tục tục tương ứng văn vấn vẽ việt viện vinh vị vũ vùng vườn vương xã xây xuân xuất
ý yêu yếu
""".split()  # noqa: SIM905  a list of words is read as words
_ENGLISH = """
history introduction theory language science economics development policy management analysis water river
village art music poetry novel war peace law trade rice culture education society health medicine children women
modern ancient east asia vietnam southeast delta forest climate energy computer network data design methods
principles handbook
""".split()  # noqa: SIM905  a list of words is read as words
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
_FAMILY_WEIGHTS = (38, 11, 9, 7, 5, 5, 4, 4, 3, 2, 2, 2, 2, 2)
_MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Hữu", "Quang", "Xuân", "Thu", "Thanh", "Công", "Bá", "Đình", "Như")
_GIVEN = """
An Anh Bình Cảnh Châu Chi Cường Dũng Duy Đạt Đông Giang Hà Hải Hạnh Hiền Hiếu Hoa Hoà Hồng Hùng Hưng Hương Huy
Khánh Khoa Lan Lâm Liên Linh Loan Long Mai Nam Nga Nghĩa Nhung Oanh Phong Phúc Phương Quân Quý Sơn Tâm Tân Thảo
Thắng Thành Thuỷ Tiến Toàn Trang Trí Trung Tú Tuấn Tùng Vân Việt Vinh Yến
""".split()  # noqa: SIM905  a list of words is read as words
_PLACES = (("Hà Nội", "vm"), ("Tp. Hồ Chí Minh", "vm"), ("Huế", "vm"), ("Đà Nẵng", "vm"), ("Cần Thơ", "vm"))
_ABROAD = (("London", "enk"), ("New York", "nyu"), ("Paris", "fr"), ("Beijing", "cc"), ("Moskva", "ru"))
_PUBLISHERS = (
    "Giáo dục", "Chính trị quốc gia", "Khoa học xã hội", "Văn học", "Trẻ", "Lao động", "Kim Đồng", "Thống kê",
    "Thế giới",
    "Phụ nữ", "Xây dựng", "Y học", "Nông nghiệp", "Tư pháp", "Đại học Quốc gia", "Văn hoá thông tin", "Hội Nhà văn",
)  # fmt: skip
_LANGUAGES = ("vie", "eng", "fre", "chi", "rus", "jpn", "kor", "ger")
_LANGUAGE_WEIGHTS = (72, 16, 5, 3, 2, 1, 0.5, 0.5)
_TOPICS = ("Lịch sử", "Phê bình", "Sách giáo khoa", "Nghiên cứu", "Thời hiện đại", "Từ điển")
_FORMS = ("book",) * 92 + ("map", "score", "sound", "video", "ebook", "ebook", "ebook", "ebook")


@dataclass(frozen=True, slots=True)
class Copy:
    """An Item: its barcode, call number and shelf."""

    barcode: str
    mark: str
    shelf: str


@dataclass(frozen=True, slots=True)
class Edition:
    """An Instance and who holds it: library number → copies."""

    number: str
    year: int
    place: str
    country: str
    publisher: str
    statement: str
    pages: int
    isbn: str
    holdings: tuple[tuple[int, tuple[Copy, ...]], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A Work with its editions; ``original`` is the title it was translated from, or empty."""

    number: int
    title: str
    rest: str
    author: str
    others: tuple[str, ...]
    subjects: tuple[tuple[str, str], ...]
    language: str
    original: str
    classification: str
    summary: str
    editions: tuple[Edition, ...]


@lru_cache(maxsize=WORDS)
def word(rank: int) -> str:
    """The word of a rank: one or two syllables, the frequent ones short."""
    chance = random.Random(f"word {rank}")
    if rank < len(_SYLLABLES):
        return _SYLLABLES[rank]
    return f"{chance.choice(_SYLLABLES)} {chance.choice(_SYLLABLES)}"


def zipf(chance: random.Random, most: int, bend: float = 1.0) -> int:
    """A rank from 0, the first ones far more often; ``bend`` under 1 flattens the head."""
    return int(most ** (chance.random() ** bend)) - 1


@lru_cache(maxsize=100_000)
def person(rank: int) -> str:
    """The heading of a person, every third with dates."""
    chance = random.Random(f"person {rank}")
    family = chance.choices(_FAMILY, _FAMILY_WEIGHTS)[0]
    name = f"{family}, {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"
    if rank % 3 == 0:
        return f"{name},$d{chance.randint(1850, 1985)}-"
    return f"{name} {chance.choice(_GIVEN)}" if rank % 2 else f"{name} {word(rank % WORDS).split()[0].title()}"


@lru_cache(maxsize=SUBJECTS)
def subject(rank: int) -> tuple[str, str]:
    """A topic and its subdivision (or the empty string)."""
    chance = random.Random(f"subject {rank}")
    topic = " ".join(word(zipf(chance, WORDS)) for _ in range(chance.randint(1, 2))).capitalize()
    return topic, chance.choice(_TOPICS) if chance.random() < 0.4 else ""


def draft(number: int) -> Draft:
    """The draft of a Work."""
    chance = random.Random(f"work {number}")
    language = chance.choices(_LANGUAGES, _LANGUAGE_WEIGHTS)[0]
    title = _title(chance, language)
    translated = chance.random() < 0.06
    klass = f"{chance.randint(0, 999):03}.{chance.randint(1, 999)}"
    count = 1 if chance.random() < 0.8 else min(MOST_EDITIONS, 2 + int(chance.expovariate(0.7)))
    first = 2025 - int(chance.expovariate(1 / 18))
    summary = " ".join(word(zipf(chance, WORDS)) for _ in range(25)) if chance.random() < 0.3 else ""
    return Draft(
        number,
        title,
        " ".join(word(zipf(chance, WORDS)) for _ in range(3)) if chance.random() < 0.35 else "",
        person(zipf(chance, PERSONS, 0.5)),
        tuple(person(zipf(chance, PERSONS, 0.5)) for _ in range(1 if chance.random() < 0.25 else 0)),
        tuple(subject(zipf(chance, SUBJECTS, 0.7)) for _ in range(chance.choice((1, 1, 2, 2, 3)))),
        language,
        _title(chance, "eng" if language == "vie" else "vie") if translated else "",
        klass,
        summary.capitalize(),
        tuple(_edition(chance, number, n, max(1900, first + 3 * n), language, klass) for n in range(count)),
    )


def _title(chance: random.Random, language: str) -> str:
    many = chance.randint(2, 7)
    if language == "vie":
        return " ".join(word(zipf(chance, WORDS, 0.8)) for _ in range(many)).capitalize()
    words = [_ENGLISH[zipf(chance, len(_ENGLISH))] for _ in range(many)]
    return " ".join([*words, word(zipf(chance, WORDS))]).capitalize()


def _edition(chance: random.Random, work: int, n: int, year: int, language: str, klass: str) -> Edition:
    place, country = chance.choice(_PLACES if language == "vie" else _ABROAD)
    held = {min(LIBRARIES - 1, zipf(chance, LIBRARIES)) for _ in range(1 + int(chance.expovariate(1.2)))}
    holdings = []
    for library in sorted(held):
        copies = range(1 if chance.random() < 0.75 else chance.randint(2, 4))
        shelf = chance.choice(("Kho đọc", "Kho mượn", "Kho tra cứu"))
        mark = f"{klass} {chance.choice(_FAMILY)[:2].upper()}{chance.randint(10, 999)}"
        holdings.append((library, tuple(Copy(f"{library:02}{work:08}{n:02}{c}", mark, shelf) for c in copies)))
    isbn = _isbn(work * MOST_EDITIONS + n) if year > 1985 and chance.random() < 0.7 else ""
    statement = f"Tái bản lần {n}" if n else ""
    publisher = _PUBLISHERS[zipf(chance, len(_PUBLISHERS))]
    pages = chance.randint(40, 700)
    return Edition(f"{work}-{n}", min(2025, year), place, country, publisher, statement, pages, isbn, tuple(holdings))


def _isbn(number: int) -> str:
    body = f"9786{number % 10**8:08}"
    check = -sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(body)) % 10
    return f"{body}{check}"


def record(work: Draft, edition: Edition, library: int) -> Record:
    """What one library's catalogue says of an edition."""
    copies = dict(edition.holdings)[library]
    fiction = "1" if work.number % 5 == 0 else "0"
    lines = [
        f"001 {edition.number}",
        f"008 150101s{edition.year}####{edition.country:#<3}###########000#{fiction}#{work.language}##",
        *([f"020 ## $a{edition.isbn}"] if edition.isbn else ()),
        f"041 {'1' if work.original else '0'}# $a{work.language}" + ("$heng" if work.original else ""),
        f"082 04 $a{work.classification}",
        f"100 1# $a{work.author}",
        *([f"240 10 $a{work.original}.$l{work.language.title()}"] if work.original else ()),
        f"245 10 $a{work.title}" + (f" :$b{work.rest}" if work.rest else "") + f" /$c{plain(work.author)}",
        *([f"250 ## $a{edition.statement}"] if edition.statement else ()),
        f"260 ## $a{edition.place} :$b{edition.publisher},$c{edition.year}",
        f"300 ## $a{edition.pages} tr. ;$c{19 + work.number % 9} cm",
        *([f"520 ## $a{work.summary}"] if work.summary else ()),
        *(f"650 #4 $a{topic}" + (f"$x{part}" if part else "") for topic, part in work.subjects),
        *(f"700 1# $a{other}" for other in work.others),
        *(f"952 ## $a{copy.shelf}$o{copy.mark}$p{copy.barcode}" for copy in copies),
    ]
    return record_of("\n".join(lines))


def plain(heading: str) -> str:
    """The name of a heading as it stands on a title page."""
    family, _, given = heading.partition("$d")[0].rstrip(",").partition(", ")
    return f"{family} {given}"


def code(library: int) -> str:
    """The code of a library and of its member."""
    return f"L{library:02}"


def identity(place: str, key: str) -> str:
    """An id as the registry mints them: ten letters that say nothing."""
    number = int.from_bytes(blake2b(f"{place} {key}".encode(), digest_size=8).digest(), "big")
    return "".join("0123456789abcdefghjkmnpqrstvwxyz"[number >> shift & 31] for shift in range(0, 50, 5))

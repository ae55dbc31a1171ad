"""Leader: classes of Work and Instance, content, issuance, and what it says about the description itself.

Also the three bf:AdminMetadata of the Work: when the record was made, when it was last changed, what it is now.
Specifications: ConvSpec-LDR, ConvSpec-001-007 (001, 003, 005), ConvSpec-010-048 (040, 042), ConvSpec-841-887 (884).
"""

from __future__ import annotations

from functools import lru_cache

from converters.bibframe.coded_values import CONTENT, CONVENTION, ENCODING_LEVEL, MODE, STATUS, WORK_CLASS, term
from converters.bibframe.control_subfields import agency_or_iri, coded
from converters.bibframe.conversion import DEFAULT_PROFILE, Conversion
from converters.bibframe.edtf import day_time, entered
from converters.bibframe.node import Node
from converters.bibframe.punctuation import spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, RDF, RDFS, XSD

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
DESCRIPTION_LEVEL = "<http://id.loc.gov/ontologies/bibframe-3-0-1/>"
"""The edition of the BIBFRAME ontology that descriptions follow."""

NEW = term("mstatus", "n")
CHANGED = term("mstatus", "c")
INTERNAL_NOTE = term("mnotetype", "internal")
Said = tuple[tuple[str, str | Node], ...]


@BIB.rule(
    "LDR",
    spec="ConvSpec-LDR",
    target="W classes, bf:content, bf:adminMetadata; I bf:issuance",
    examples=[
        Example(
            "LDR 00000nam a2200000 a 4500",
            "W a bf:Work",
            "W a bf:Text",
            "W a bf:Monograph",
            "W bf:content <http://id.loc.gov/vocabulary/contentTypes/txt>",
            "W bf:adminMetadata/bflc:encodingLevel <http://id.loc.gov/vocabulary/menclvl/f>",
            "W bf:adminMetadata/bf:descriptionConventions <http://id.loc.gov/vocabulary/descriptionConventions/aacr>",
            "I a bf:Instance",
            "I bf:issuance <http://id.loc.gov/vocabulary/issuance/mono>",
        ),
        Example(
            """LDR 00000cjs a2200000 i 4500
               336 ## $aperformed music$bprm$2rdacontent""",
            "W a bf:MusicAudio",
            "W a bf:Serial",
            "W bf:content <http://id.loc.gov/vocabulary/contentTypes/prm>",
            "I bf:issuance <http://id.loc.gov/vocabulary/issuance/serl>",
            "W bf:adminMetadata/bf:descriptionConventions <http://id.loc.gov/vocabulary/descriptionConventions/isbd>",
        ),
    ],
)
def leader(field: Field, c: Conversion) -> None:
    """Classes of the Work from positions 06 and 07; content and issuance only where no 336 or 334 names them."""
    value, tags = field.value, c.record.tags
    of_work, of_instance = _classes(value[6], value[7], "336" in tags, "334" in tags)
    c.work.out.extend(of_work)
    c.instance.out.extend(of_instance)
    c.administration.add(BFLC.encodingLevel, ENCODING_LEVEL.get(value[17]))
    convention = CONVENTION.get(value[18])
    if convention and not (value[18] in "apr" and "rda" in c.record.values("040", "e")):
        c.administration.add(BF.descriptionConventions, convention)


@lru_cache(maxsize=1024)
def _classes(kind: str, level: str, content_named: bool, issuance_named: bool) -> tuple[Said, Said]:
    """What leader/06 and 07 say of the Work and of the Instance."""
    work, instance = Node("work", BF.Work), Node("instance", BF.Instance)
    for name in WORK_CLASS.get(kind, ()):
        work.add(RDF.type, BF[name])
    if kind in CONTENT and not content_named:
        work.add(BF.content, CONTENT[kind])
    if level in MODE:
        name, issuance = MODE[level]
        work.add(RDF.type, BF[name])
        if not issuance_named:
            instance.add(BF.issuance, term("issuance", issuance))
    return tuple(work.out), tuple(instance.out)


@BIB.rule(
    "001 003",
    spec="ConvSpec-001-007",
    target="W bf:adminMetadata/bf:identifiedBy bf:Local",
    examples=[
        Example(
            """001 VNLIB0001
               003 VN-HaNLV""",
            'W bf:adminMetadata/bf:identifiedBy/rdf:value "VNLIB0001"',
            'W bf:adminMetadata/bf:identifiedBy/bf:assigner/bf:code "VN-HaNLV"',
        ),
        Example(
            """001 13600108
               003 DLC""",
            "W bf:adminMetadata/bf:identifiedBy/bf:assigner <http://id.loc.gov/vocabulary/organizations/dlc>",
        ),
    ],
)
def control_number(field: Field, c: Conversion) -> None:
    """The record's own number and who gave it.

    003 says who; without one, the member whose record it is (its profile). A conversion without any profile
    (``DEFAULT_PROFILE`` itself, not one equal to it) assumes what the reference assumes: the Library of Congress.
    """
    number = spaced(field.value)
    if field.tag != "001" or not number:
        return
    giver = c.record.control("003").strip() or c.profile.organization
    if not giver and c.profile is DEFAULT_PROFILE:
        giver = "DLC"
    identifier = Node("identifier", BF.Local).add(RDF.value, literal(number))
    if giver:
        identifier.add(BF.assigner, agency_or_iri(giver))
    c.administration.add(BF.identifiedBy, identifier)


@BIB.rule(
    "005",
    spec="ConvSpec-001-007",
    target="W bf:adminMetadata/bf:date (of the change)",
    examples=[
        Example(
            """LDR 00000cam a2200000 i 4500
               005 20240131094501.0""",
            "W bf:adminMetadata/bf:status <http://id.loc.gov/vocabulary/mstatus/c>",
            'W bf:adminMetadata/bf:date "2024-01-31T09:45:01"^^xsd:dateTime',
        ),
        Example(
            """LDR 00000cam a2200000 i 4500
               005 20241331094501.0""",
            '!W bf:adminMetadata/bf:date "2024-13-31T09:45:01"^^xsd:dateTime',
        ),
    ],
)
def last_change(field: Field, c: Conversion) -> None:
    """The moment itself is written by :func:`administration`; here it is only checked."""
    if not day_time(field.value) and field.value.strip(" 0"):
        c.problem("invalid-date", "005", f"“{field.value}” is no date and time; the date of change is unknown.")


@BIB.rule(
    "038",
    "a",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:adminMetadata/bflc:metadataLicensor",
    examples=[Example("038 ## $aUk", 'W bf:adminMetadata/bflc:metadataLicensor/rdfs:label "Uk"')],
)
def metadata_licensor(field: Field, c: Conversion) -> None:
    """The agency that licenses the description."""
    for label in c.each(field, "a", end=""):
        c.administration.add(BFLC.metadataLicensor, Node("licensor", BFLC.MetadataLicensor).add(RDFS.label, label))


@BIB.rule(
    "040",
    "abcde",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:adminMetadata: bf:descriptionLanguage, bf:descriptionConventions, bf:agent, bf:descriptionModifier",
    examples=[
        Example(
            """LDR 00000cam a2200000 i 4500
               008 990715s1999    vm            000 0 vie d
               040 ## $aDLC$bvie$erda$dVN-HaNLV""",
            "W bf:adminMetadata/bf:descriptionLanguage <http://id.loc.gov/vocabulary/languages/vie>",
            "W bf:adminMetadata/bf:descriptionConventions <http://id.loc.gov/vocabulary/descriptionConventions/rda>",
            "W bf:adminMetadata/bf:agent <http://id.loc.gov/vocabulary/organizations/dlc>",
            'W bf:adminMetadata/bf:descriptionModifier/bf:code "VN-HaNLV"',
            'W bf:adminMetadata/bf:date "1999-07-15T00:00:00"^^xsd:dateTime',
            'W bf:adminMetadata/bf:note/rdfs:label "040  $aDLC$bvie$erda$dVN-HaNLV"',
        ),
        Example("040 ## $eTCVN 4743-89", 'W bf:adminMetadata/bf:descriptionConventions/bf:code "TCVN 4743-89"'),
    ],
)
def cataloging_source(field: Field, c: Conversion) -> None:
    """Language and rules of the description; the chain of agencies is kept whole in a note, as LC does."""
    description = c.administration
    parts = [f"{field.tag}{field.ind1}{field.ind2}"]
    for code, raw in field.subfields:
        text = spaced(raw)
        if not text:
            continue
        parts.append(f"${code}{text}")
        if code == "b":
            found = coded(c, "languages", text, "040$b")
            description.add(BF.descriptionLanguage, found or Node("language", BF.Language).add(BF.code, literal(text)))
        elif code == "e":
            found = vocabulary("descriptionConventions", text)
            description.add(
                BF.descriptionConventions,
                found or Node("convention", BF.DescriptionConventions).add(BF.code, literal(text)),
            )
    if len(parts) > 1:
        note = Node("note", BF.Note, INTERNAL_NOTE).add(RDFS.label, literal("".join(parts)))
        description.add(BF.note, note)


@BIB.rule(
    "042",
    "a",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:adminMetadata/bf:descriptionAuthentication",
    examples=[
        Example(
            "042 ## $apcc$axyzzy",
            "W bf:adminMetadata/bf:descriptionAuthentication <http://id.loc.gov/vocabulary/marcauthen/pcc>",
            'W bf:adminMetadata/bf:descriptionAuthentication/bf:code "xyzzy"',
        )
    ],
)
def authentication(field: Field, c: Conversion) -> None:
    """Programmes that vouch for the description."""
    for raw in field.all("a"):
        code = raw.strip().rstrip(".")
        if code:
            found = coded(c, "marcauthen", code, "042$a")
            plain = Node("authentication", BF.DescriptionAuthentication).add(BF.code, literal(code))
            c.administration.add(BF.descriptionAuthentication, found or plain)


@BIB.rule(
    "883 884",
    "acdgqux",
    notes="k",
    drops={
        "0": "number of the record the data came from",
        "1": "URI of the thing the data is about, which the linked field states itself",
        "w": "number of the record the data came from",
        **PAIRING,
    },
    spec="ConvSpec-841-887",
    target="W bf:adminMetadata bf:generationProcess, bf:date, bf:agent",
    examples=[
        Example(
            "884 ## $aDLC bibframe2marc v2.1$g20230405112233.0$qDLC$uhttps://github.com/lcnetdev/bibframe2marc",
            "W bf:adminMetadata/bf:generationProcess <https://github.com/lcnetdev/bibframe2marc>",
            'W bf:adminMetadata/bf:date "2023-04-05T11:22:33"^^xsd:dateTime',
            "W bf:adminMetadata/bf:agent <http://id.loc.gov/vocabulary/organizations/dlc>",
        ),
        Example(
            "883 1# $aAnnif TV-2024$c0.85$d20240131$qVN-HaNLV",
            'W bf:adminMetadata/bf:generationProcess/rdfs:label "Annif TV-2024"',
            'W bf:adminMetadata/bf:note/rdfs:label "Confidence value: 0.85"',
        ),
    ],
)
def made_by_machine(field: Field, c: Conversion) -> None:
    """The record, or a part of it, was made by a program: which, when, for whom."""
    made = Node("description", BF.AdminMetadata).add(BF.status, CHANGED)
    moment = next((m for m in map(day_time, field.all("g" if field.tag == "884" else "d")) if m), "")
    if moment:
        made.add(BF.date, literal(moment, datatype=XSD.dateTime))
    for text in field.all("q"):
        if text.strip():
            made.add(BF.agent, agency_or_iri(text))
    process = next(filter(None, map(iri, field.all("u"))), None)
    label = spaced(" ".join(field.all("a")))
    if process:
        made.add(BF.generationProcess, process)
        made.add(RDFS.label, literal(label) if label else None)
    elif label:
        made.add(BF.generationProcess, Node("process", BF.GenerationProcess).add(RDFS.label, literal(label)))
    said = {"c": "Confidence value", "x": "Valid until", "k": "Source record"}
    if not moment:
        said |= {"d": "Date", "g": "Date"}
    if not process:
        said["u"] = "Process"
    for code, text in field.subfields:
        if code in said and text.strip() and not (code == "c" and field.tag == "884"):
            made.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(f"{said[code]}: {spaced(text)}")))
    c.work.add(BF.adminMetadata, made)


@BIB.step
def administration(c: Conversion) -> None:
    """The descriptions of the description: new, changed, as it stands."""
    record = c.record
    cataloged = record.first("040")
    changed = day_time(record.control("005"))
    made = entered(record.control("008")[:6])
    if made and changed and made > changed[:10].replace("-", ""):
        made = changed[:10].replace("-", "")
    creator = cataloged.get("a") if cataloged is not None else None
    new = Node("description", BF.AdminMetadata).add(BF.status, NEW)
    if made:
        new.add(BF.date, _midnight(made))
    if creator and creator.strip():
        new.add(BF.agent, agency_or_iri(creator))
    c.work.add(BF.adminMetadata, new)
    status = STATUS.get(record.leader[5])
    if record.problems and any(problem.code == "leader-missing" for problem in record.problems):
        # The leader that was supplied knows nothing of it.
        status = CHANGED if changed or any(t.strip() for t in record.values("040", "d")) else None
    if record.leader[5] != "n" or status == CHANGED:
        last = Node("description", BF.AdminMetadata).add(BF.status, status)
        if changed:
            last.add(BF.date, literal(changed, datatype=XSD.dateTime))
        modifiers = [t for t in record.values("040", "d") if t.strip()]
        if modifiers:
            last.add(BF.descriptionModifier, agency_or_iri(modifiers[-1]))
        elif creator and creator.strip():
            last.add(BF.agent, agency_or_iri(creator))
        if not last.bare:
            c.work.add(BF.adminMetadata, last)
    c.work.add(BF.adminMetadata, c.administration.add(BF.descriptionLevel, DESCRIPTION_LEVEL))


@lru_cache(maxsize=4096)
def _midnight(day: str) -> str:
    """The beginning of a day (``yyyymmdd``) as a literal."""
    return literal(f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00", datatype=XSD.dateTime)

"""The same two made-up records in every format that is read, as the databases write them."""

NBIB = """\
PMID- 31000001
OWN - NLM
STAT- MEDLINE
VI  - 12
IP  - 3
DP  - 2019 Mar-Apr
TI  - Made-up cryoneurolysis for phantom limb pain: a
      randomised trial.
PG  - 123-30
LID - 10.5555/Made.Up.1 [doi]
LID - S0000-0000(19)00001-1 [pii]
AB  - BACKGROUND: Nothing here is real. METHODS: It was
      made up.
FAU - Müller, Anna Maria
AU  - Müller AM
FAU - O'Brien, José
AU  - O'Brien J
LA  - eng
PT  - Journal Article
PT  - Randomized Controlled Trial
TA  - J Made-up Pain
JT  - Journal of made-up pain : official journal of nobody
SO  - J Made-up Pain. 2019 Mar;12(3):123-30. doi: 10.5555/Made.Up.1.

PMID- 31000002
OWN - NLM
DP  - 2020
TI  - Erratum: A made-up case.
FAU - Weiß, Čeněk
PT  - Published Erratum
TA  - J Made-up Pain
SO  - J Made-up Pain. 2020;13(1):e7.
"""
RIS = """\
TY  - JOUR
M3  - Article
Y1  - 2019
VL  - 12
IS  - 3
SP  - 123
EP  - 130
T1  - Made-up cryoneurolysis for phantom limb pain: a randomised trial
JF  - Journal of Made-up Pain
DO  - 10.5555/Made.Up.1
U2  - L2001000001
C5  - 31000001
A1  - Müller, A.M.
A1  - O'Brien, J.
N2  - BACKGROUND: Nothing here is real. METHODS: It was
made up.
LA  - English
ER  - 

TY  - JOUR
M3  - Erratum
Y1  - 2020
T1  - Erratum: A made-up case
U2  - L2001000002
A1  - Weiß, Č.
ER  - 
"""  # noqa: W291
COCHRANE_RIS = """\
Record #1 of 2
Provider: John Wiley & Sons, Ltd.
Content: text/plain; charset="UTF-8"

TY  -  JOUR
AN  -  CN-01000001
AU  -  Müller, AM
AU  -  O'Brien, J
TI  -  Made-up cryoneurolysis for phantom limb pain: a randomised trial
JA  -  Journal of made-up pain
PY  -  2019
VL  -  12
IS  -  3
CC  -  Made-up Group
SP  -  123‐130
C3  -  PUBMED 31000001,EMBASE 2001000001
M3  -  Journal article
DO  -  10.5555/Made.Up.1
AB  -  BACKGROUND: Nothing here is real. METHODS: It was made up.
UR  -  https://cochrane.example/central/CN-01000001/full
ER  -  


Record #2 of 2
Provider: John Wiley & Sons, Ltd.
Content: text/plain; charset="UTF-8"

TY  -  JOUR
AN  -  CN-01000002
AU  -  Weiß, Č
TI  -  Erratum: A made-up case
PY  -  2020
ER  -  

"""  # noqa: W291
OVID_RIS = """\
1. 
TY  - JOUR
DB  - Ovid MEDLINE(R) ALL <1946 to today>
ID  - 31000001
DO  - https://dx.doi.org/10.5555/Made.Up.1
T1  - Made-up cryoneurolysis for phantom limb pain: a randomised trial.
A1  - Müller, Anna Maria
A1  - O'Brien, Jose
AI  - Müller, Anna Maria; ORCID: https://orcid.example/0000-0000-0000-0000
Y1  - 2019//
N2  - BACKGROUND: Nothing here is real. METHODS: It was made up.
M3  - Journal Article
JF  - Journal of Made-up Pain
VL  - 12
IS  - 3
SP  - 123
EP  - 130
ER  - 
NL  - J Made-up Pain

Link to the Ovid Full Text or citation: https://ovid.example/cgi?T=JS&AN=31000001

2. 
TY  - JOUR
DB  - Ovid MEDLINE(R) ALL <1946 to today>
ID  - 31000002
T1  - Erratum: A made-up case.
A1  - Weiß, Č
Y1  - 2020//
ER  - 

"""  # noqa: W291
WOS = """\
FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Muller, AM
   O'Brien, J
AF Müller, Anna Maria
   O'Brien, José
TI Made-up cryoneurolysis for phantom limb pain: a
   randomised trial
SO JOURNAL OF MADE-UP PAIN
DT Article
AB BACKGROUND: Nothing here is real. METHODS: It was
   made up.
PY 2019
VL 12
IS 3
BP 123
EP 130
DI 10.5555/Made.Up.1
UT WOS:000100000100001
PM 31000001
ER

PT J
AU Weiss, C
TI Erratum: A made-up case
DT Correction
PY 2020
UT WOS:000100000100002
ER

EF
"""
EMBASE_CSV = """\
"SEARCH QUERY","made AND up; ""phantom limb"":ti"
-------------------------------------

"Title","Author Names","Source","Source title","Publication Year","Volume","Issue","First Page","Last Page",\
"Abstract","Publication Type","Embase Accession ID","Medline PMID","DOI"
"Made-up cryoneurolysis for phantom limb pain: a randomised trial","Müller A.M., O'Brien J.",\
"Journal of Made-up Pain (2019) 12:3 (123-130)","Journal of Made-up Pain","2019","12","3","123","130",\
"BACKGROUND: Nothing here is real. METHODS: It was made up.","Article","L2001000001","31000001","10.5555/Made.Up.1"
"Erratum: A made-up case","Weiß Č.","","","2020","","","","","","Erratum","L2001000002","",""
"""
EMBASE_ROWS = """\
"TITLE","Made-up cryoneurolysis for phantom limb pain: a randomised trial"
"AUTHOR NAMES","Müller A.M.","O'Brien J."
"SOURCE TITLE","Journal of Made-up Pain"
"PUBLICATION YEAR","2019"
"VOLUME","12"
"ISSUE","3"
"FIRST PAGE","123"
"LAST PAGE","130"
"ABSTRACT","BACKGROUND: Nothing here is real. METHODS: It was made up."
"PUBLICATION TYPE","Article"
"EMBASE ACCESSION ID","L2001000001"
"MEDLINE PMID","31000001","https://www.ncbi.nlm.nih.gov/pubmed/31000001"
"DOI","10.5555/Made.Up.1"
""
"TITLE","Erratum: A made-up case"
"AUTHOR NAMES","Weiß Č."
"PUBLICATION YEAR","2020"
"PUBLICATION TYPE","Erratum"
"EMBASE ACCESSION ID","L2001000002"
"""
EMBASE_SOURCE = """\
Title,Original Title,Author Names,Correspondence Address,Editors,Source,Abstract,Medline PMID,DOI,Open URL Link
Made-up cryoneurolysis for phantom limb pain: a randomised trial,,"Müller A.M., O'Brien J.",,,\
Journal of Made-up Pain (2019) 12:3 (123-130). Date of Publication: 1 Mar 2019,\
BACKGROUND: Nothing here is real. METHODS: It was made up.,31000001,10.5555/Made.Up.1,
Erratum: A made-up case,,Weiß Č.,,,(2020) Article Number: e7,,,,
"""
COCHRANE_CSV = """\
CENTRAL ID,Author(s),Title,Source,Year,Abstract,Volume,Issue,Pages,Database Name,PubMed ID,Embase ID,CTgov ID,\
CINAHL ID,ICTRP ID,Publication Type,Keywords,DOI,URL,Cochrane Review Group Code
"CN-01000001","Müller, AM; O'Brien, J","Made-up cryoneurolysis for phantom limb pain: a randomised trial",\
"Journal of made-up pain","2019","BACKGROUND: Nothing here is real. METHODS: It was made up.","12","3",\
"123‐130","Cochrane Central Register of Controlled Trials (CENTRAL)","PUBMED 31000001","EMBASE 2001000001",\
"","","","Journal article","Child; Pain","10.5555/Made.Up.1","https://cochrane.example/CN-01000001/full",\
"Made-up Group"
"CN-01000002","Weiß, Č","Erratum: A made-up case","","2020","","","","","","","","","","","","","","",""
"""
PUBMED_CSV = """\
PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI
31000001,Made-up cryoneurolysis for phantom limb pain: a randomised trial.,"Müller AM, O'Brien J.",\
J Made-up Pain. 2019 Mar;12(3):123-130. doi: 10.5555/Made.Up.1.,Müller AM,J Made-up Pain,2019,2019/03/01,,,\
10.5555/Made.Up.1
31000002,Erratum: A made-up case.,Weiß Č.,J Made-up Pain. 2020;13(1):e7.,Weiß Č,J Made-up Pain,2020,2020/01/01,,,
"""
SCOPUS_CSV = """\
Authors,Author full names,Author(s) ID,Title,Year,Source title,Volume,Issue,Art. No.,Page start,Page end,\
Page count,Cited by,DOI,Link,Affiliations,Abstract,Author Keywords,PubMed ID,Document Type,Publication Stage,\
Open Access,Source,EID
"Müller A.M.; O'Brien J.","Müller, Anna Maria (1); O'Brien, José (2)","1; 2",\
Made-up cryoneurolysis for phantom limb pain: a randomised trial,2019,Journal of Made-up Pain,12,3,,123,130,\
8,4,10.5555/Made.Up.1,https://scopus.example/1,,BACKGROUND: Nothing here is real. METHODS: It was made up.,\
Pain,31000001,Article,Final,,Scopus,2-s2.0-85000000001
Weiß Č.,"Weiß, Čeněk (3)",3,Erratum: A made-up case,2020,,,,e7,,,,,,,,,,,Erratum,Final,,Scopus,\
2-s2.0-85000000002
"""
ZOTERO_CSV = """\
"Key","Item Type","Publication Year","Author","Title","Publication Title","ISSN","DOI","Url","Abstract Note",\
"Date","Pages","Issue","Volume","Extra"
"AB12CD34","journalArticle","2019","Müller, Anna Maria; O'Brien, José",\
"Made-up cryoneurolysis for phantom limb pain: a randomised trial","Journal of Made-up Pain","0000-0000",\
"10.5555/Made.Up.1","","BACKGROUND: Nothing here is real. METHODS: It was made up.","2019-03","123-130","3","12",\
"PMID: 31000001"
"EF56GH78","journalArticle","2020","Weiß, Čeněk","Erratum: A made-up case","","","","","","2020","","","",""
"""
BIBTEX = """\
@article{muller2019,
  title = {Made-up cryoneurolysis for phantom limb pain: a randomised trial},
  author = {M{\\"u}ller, Anna Maria and O'Brien, Jos{\\'e}},
  journal = {Journal of Made-up Pain},
  year = 2019,
  volume = {12},
  number = {3},
  pages = {123--130},
  doi = {10.5555/Made.Up.1},
  pmid = {31000001},
  abstract = {BACKGROUND: Nothing here is real. METHODS: It was made up.},
}

@article{weiss2020,
  title = {Erratum: A made-up case},
  author = {Wei{\\ss}, {\\v C}en{\\v e}k},
  year = {2020},
}
"""
PUBMED_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN"
 "https://dtd.example/pubmed_240101.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">31000001</PMID><Article>
<Journal><JournalIssue><Volume>12</Volume><Issue>3</Issue><PubDate><Year>2019</Year></PubDate></JournalIssue>
<Title>Journal of made-up pain</Title></Journal>
<ArticleTitle>Made-up <i>cryoneurolysis</i> for phantom limb pain: a randomised trial.</ArticleTitle>
<Pagination><MedlinePgn>123-30</MedlinePgn></Pagination>
<Abstract><AbstractText Label="BACKGROUND">Nothing here is real.</AbstractText>
<AbstractText Label="METHODS">It was made up.</AbstractText></Abstract>
<AuthorList><Author><LastName>Müller</LastName><ForeName>Anna Maria</ForeName></Author>
<Author><LastName>O'Brien</LastName><ForeName>José</ForeName></Author></AuthorList>
<PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList>
</Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">31000001</ArticleId>
<ArticleId IdType="doi">10.5555/Made.Up.1</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>31000002</PMID><Article>
<Journal><JournalIssue><PubDate><MedlineDate>2020 Jan-Feb</MedlineDate></PubDate></JournalIssue></Journal>
<ArticleTitle>Erratum: A made-up case.</ArticleTitle>
<AuthorList><Author><LastName>Weiß</LastName><ForeName>Čeněk</ForeName></Author></AuthorList>
<PublicationTypeList><PublicationType>Published Erratum</PublicationType></PublicationTypeList>
</Article></MedlineCitation></PubmedArticle>
</PubmedArticleSet>
"""
ENDNOTE_XML = """\
<?xml version="1.0" encoding="UTF-8" ?><xml><records>
<record><rec-number>1</rec-number><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Müller, Anna Maria</style></author>
<author>O'Brien, José</author></authors></contributors>
<titles><title><style face="normal">Made-up </style><style face="italic">cryoneurolysis</style>\
<style face="normal"> for phantom limb pain: a randomised trial</style></title></titles>
<periodical><full-title>Journal of Made-up Pain</full-title></periodical>
<pages>123-130</pages><volume>12</volume><number>3</number><dates><year>2019</year></dates>
<accession-num>31000001</accession-num><remote-database-name>PubMed</remote-database-name>
<abstract>BACKGROUND: Nothing here is real. METHODS: It was made up.</abstract>
<electronic-resource-num>https://doi.org/10.5555/Made.Up.1</electronic-resource-num></record>
<record><rec-number>2</rec-number><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author>Weiß, Čeněk</author></authors></contributors>
<titles><title>Erratum: A made-up case</title></titles><dates><year>2020</year></dates></record>
</records></xml>
"""
EXPORTS = {
    "pubmed.nbib": NBIB,
    "embase.ris": RIS,
    "cochrane.ris": COCHRANE_RIS,
    "ovid.ris": OVID_RIS,
    "wos.txt": WOS,
    "embase.csv": EMBASE_CSV,
    "embase_source.csv": EMBASE_SOURCE,
    "embase_rows.csv": EMBASE_ROWS,
    "pubmed.csv": PUBMED_CSV,
    "scopus.csv": SCOPUS_CSV,
    "cochrane.csv": COCHRANE_CSV,
    "zotero.csv": ZOTERO_CSV,
    "references.bib": BIBTEX,
    "pubmed.xml": PUBMED_XML,
    "endnote.xml": ENDNOTE_XML,
}
MARKS = {  # what begins a record in each format, for a count that no importer makes
    "pubmed.nbib": r"^PMID- ",
    "embase.ris": r"^TY  -",
    "cochrane.ris": r"^TY  -",
    "ovid.ris": r"^TY  -",
    "wos.txt": r"^PT ",
    "references.bib": r"^@article\{",
    "pubmed.xml": r"<PubmedArticle>",
    "endnote.xml": r"<record>",
}

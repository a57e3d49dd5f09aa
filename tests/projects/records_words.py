"""Words of which made-up records are made."""

INTERVENTIONS = (
    "cryoneurolysis", "pulsed radiofrequency", "mirror therapy", "gabapentin", "pregabalin", "ketamine infusion",
    "spinal cord stimulation", "botulinum toxin A", "transcranial magnetic stimulation", "local anaesthetic block",
    "targeted muscle reinnervation", "cognitive behavioural therapy", "acupuncture", "calcitonin", "duloxetine",
    "capsaicin 8% patch", "virtual reality training", "transcutaneous electrical nerve stimulation", "memantine",
    "peripheral nerve stimulation", "dorsal root ganglion stimulation", "perineural catheter analgesia",
    "epidural analgesia", "amitriptyline", "morphine", "tramadol", "lidocaine infusion", "hypnosis", "yoga",
    "graded motor imagery", "β-blockers", "vitamin D", "low-dose naltrexone", "prosthesis training",
    "steroid injection", "music therapy", "mindfulness", "supervised exercise", "telerehabilitation",
    "nurse-led education",
)  # fmt: skip
CONDITIONS = (
    "phantom limb pain", "residual limb pain", "postherpetic neuralgia", "complex regional pain syndrome",
    "diabetic neuropathy", "chronic low back pain", "knee osteoarthritis", "trigeminal neuralgia", "fibromyalgia",
    "migraine", "post-thoracotomy pain", "spinal cord injury pain", "chemotherapy-induced neuropathy",
    "rotator cuff tears", "tumour-related pain", "chronic pelvic pain", "carpal tunnel syndrome", "sciatica",
    "intercostal neuralgia", "Morton's neuroma", "plantar fasciitis", "cluster headache", "neck pain",
    "rheumatoid arthritis", "ischaemic pain", "burn injury", "stroke-related shoulder pain", "tennis elbow",
    "postmastectomy pain", "central post-stroke pain", "haemophilic arthropathy", "hip fracture",
)  # fmt: skip
OUTCOMES = (
    "pain intensity", "quality of life", "sleep", "opioid use", "physical function", "depression", "return to work",
    "cortical reorganisation", "walking distance", "pain interference", "grip strength", "fatigue", "anxiety",
    "hospital stay", "catastrophizing", "cost", "patient satisfaction", "adverse events", "inflammatory markers",
    "brain activity", "range of motion", "wound healing", "postoperative nausea", "serum IL-6",
    "heart rate variability",
)  # fmt: skip
POPULATIONS = (
    "adults", "children", "older people", "veterans", "men", "women", "amputees", "people with diabetes",
    "patients after surgery", "athletes", "cancer survivors", "pregnant women", "military personnel", "adolescents",
)  # fmt: skip
TEMPLATES = (
    "effect of {intervention} on {outcome} in {population} with {condition}",
    "{intervention} for {condition} in {population}",
    "{intervention} versus usual care for {condition} in {population}",
    "efficacy and safety of {intervention} in {population} with {condition}",
    "{outcome} and {condition} after {intervention} in {population}",
    "does {intervention} improve {outcome} in {condition}?",
    "long-term {outcome} in {population} treated with {intervention} for {condition}",
    "predictors of {outcome} in {population} with {condition} treated by {intervention}",
    "a comparison of {intervention} and placebo for {outcome} in {condition}",
    "{intervention} reduces {outcome} in {population} with {condition}",
    "the role of {intervention} in the management of {condition}",
    "mechanisms of {intervention} in {condition} and {outcome}",
    "early {intervention} and {outcome} in {population} with {condition}",
    "ultrasound-guided {intervention} for {condition}",
    "the burden of {condition} and {outcome} among {population}",
)  # fmt: skip
DESIGNS = (
    "a randomised controlled trial", "a randomized, double-blind, placebo-controlled trial", "a pilot study",
    "a systematic review and meta-analysis", "a retrospective cohort study", "a case series", "a feasibility study",
    "results of a multicentre trial", "a 12-week open-label study", "a prospective observational study",
    "a crossover trial", "a case report", "a qualitative study", "one-year follow-up", "a cost-utility analysis",
)  # fmt: skip
JOURNALS = (
    ("The Cochrane database of systematic reviews", "Cochrane Database Syst Rev"),
    ("Trials", "Trials"),
    ("Journal of Made-up Pain", "J Made-up Pain"),
    ("Pain Medicine of Nowhere", "Pain Med Nowhere"),
    ("European Journal of Invented Anaesthesiology", "Eur J Invent Anaesthesiol"),
    ("Archives of Imaginary Rehabilitation", "Arch Imag Rehabil"),
    ("Annals of Fictional Neurology", "Ann Fict Neurol"),
    ("International Journal of Unreal Surgery", "Int J Unreal Surg"),
    ("Clinical Trials in Fantasy", "Clin Trials Fantasy"),
    ("Regional Anesthesia and Invention", "Reg Anesth Invent"),
    ("Acta Fabulosa Scandinavica", "Acta Fabul Scand"),
    ("Zeitschrift für erfundene Medizin", "Z Erfund Med"),
    ("Revista de Medicina Inventada", "Rev Med Invent"),
    ("Journal of Supposed Physical Therapy", "J Suppos Phys Ther"),
    ("PLoS Make-believe", "PLoS Make-believe"),
    ("Nowhere Medical Journal", "Nowhere Med J"),
    ("Canadian Journal of Pretended Pain", "Can J Pretend Pain"),
    ("Neuromodulation of Dreams", "Neuromodulation Dreams"),
)
FAMILIES = (
    "Smith", "Müller", "García", "van der Berg", "O'Brien", "Sørensen", "Çelik", "Nguyen", "Kowalski", "Dupont",
    "Rossi", "Johansson", "Åberg", "Novák", "Šimić", "de la Cruz", "Fernández", "Weiß", "Yılmaz", "Lee", "Kim",
    "Wang", "Zhang", "Li", "Chen", "Tanaka", "Suzuki", "Sato", "Patel", "Singh", "Kumar", "Ali", "Hassan", "Cohen",
    "Levy", "Ivanov", "Petrov", "Popescu", "Nagy", "Horváth", "Andersson", "Nielsen", "Hansen", "Virtanen",
    "Mäkinen", "Jónsson", "McDonald", "Murphy", "Brown", "Jones", "Taylor", "Wilson", "Evans", "Martin", "Bernard",
    "Lefèvre", "Moreau", "Silva", "Santos", "Oliveira", "Gonçalves", "Muñoz", "Rodríguez", "López", "Bianchi",
    "Ricci", "Schmidt", "Schneider", "Fischer", "Weber", "Bauer", "Koch", "Schäfer", "Größmann", "Öztürk", "Demir",
    "Papadopoulos", "Georgiou", "Kovač", "Jankowski", "Wiśniewski", "Łukasik", "Björk", "Lindqvist", "Ødegaard",
    "Haugen", "Vermeulen", "de Vries", "Janssen", "Bakker", "Peeters", "Maes", "Tremblay", "Gagnon", "Okafor",
    "Adeyemi", "Mensah", "Mbeki", "Gupta", "Sharma", "Rahman", "Hossain", "Perera", "Santoso", "Tan", "Lim", "Park",
)  # fmt: skip
GIVEN = (
    "Anna", "Peter", "Maria", "John", "Søren", "José", "Lucía", "Wei", "Hiroshi", "Fatma", "Ivan", "Olga", "Pierre",
    "Chloé", "Lars", "Ingrid", "Ahmed", "Leila", "David", "Ruth", "Thomas", "Katarzyna", "Giulia", "Marco", "Emma",
    "Liam", "Noah", "Priya", "Arjun", "Chinwe", "Kofi", "Minh", "Jürgen", "Björn", "Zoë", "Michael", "Sarah", "Ömer",
)  # fmt: skip
SWAPS = (  # spellings and abbreviations
    ("randomised", "randomized"), ("randomized", "randomised"), ("anaesthetic", "anesthetic"),
    ("behavioural", "behavioral"), ("tumour", "tumor"), ("multicentre", "multicenter"), ("ischaemic", "ischemic"),
    ("reorganisation", "reorganization"), ("β", "beta"), ("randomised controlled trial", "RCT"),
    ("transcutaneous electrical nerve stimulation", "TENS"), (" versus ", " vs. "), (" and ", " & "),
    ("follow-up", "follow up"), ("placebo-controlled", "placebo controlled"), ("haemophilic", "hemophilic"),
    ("long-term", "long term"), ("quality of life", "QoL"), ("meta-analysis", "metaanalysis"),
)  # fmt: skip
TWINS = (  # words of which one stands in a companion for the other
    ("men", "boys"), ("adults", "adolescents"), ("children", "infants"), ("pain intensity", "disability"),
    ("sleep", "appetite"), ("depression", "stress"), ("older people", "younger people"), ("cost", "uptake"),
    ("early", "late"), ("long-term", "short-term"), ("postoperative", "preoperative"), (" with ", " without "),
)  # fmt: skip

"""The names that FHIR R4 and the Plan-Net guide (HL7 Da Vinci PDex Plan Net 1.1, for R4) give to what a directory holds."""

PLAN_NET = "http://hl7.org/fhir/us/davinci-pdex-plan-net"
NEW_PATIENTS = f"{PLAN_NET}/StructureDefinition/newpatients"
NETWORK = f"{PLAN_NET}/StructureDefinition/network-reference"
DELIVERY_METHOD = f"{PLAN_NET}/StructureDefinition/delivery-method"
ACCEPTING_CODES = f"{PLAN_NET}/CodeSystem/AcceptingPatientsCS"
DELIVERY_CODES = f"{PLAN_NET}/CodeSystem/DeliveryMethodCS"
SNOMED = "http://snomed.info/sct"
BCP_47 = "urn:ietf:bcp:47"
REFERENCE = "urn:tandem:provider"  # the system of the identifier that is a listing's reference
COORDINATES_WITH = "urn:tandem:coordinates-with"  # our extension: no standard one says with whom care is coordinated

ACCEPTS, ACCEPTS_NOT = "newpt", "nopt"
VIRTUAL, PHYSICAL = "virtual", "physical"
PSYCHOTHERAPY = "394913002"  # as in HL7's own example of a HealthcareService

# What a type, specialty or role says is offered: words of its text, and beginnings of codes of the NUCC provider taxonomy
# (2084P08 psychiatrists, 363LP08 psychiatric nurse practitioners; 101Y counsellors, 103T psychologists, 1041C clinical
# social workers, 106H family therapists).
PRESCRIBES = r"medication|prescri|psychiatr|psychopharm|\b(2084P08|363LP08)"
TREATS = r"psychotherap|talking therap|talk therap|behaviou?ral therap|counsel|psycholog|family therap|\b(101Y|103T|1041C|106H)"

LANGUAGES = {
    "arabic": "ar",
    "bengali": "bn",
    "cantonese": "yue",
    "chinese": "zh",
    "dutch": "nl",
    "english": "en",
    "farsi": "fa",
    "french": "fr",
    "german": "de",
    "gujarati": "gu",
    "haitian creole": "ht",
    "hindi": "hi",
    "irish": "ga",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "mandarin": "cmn",
    "polish": "pl",
    "portuguese": "pt",
    "punjabi": "pa",
    "romanian": "ro",
    "russian": "ru",
    "somali": "so",
    "spanish": "es",
    "swahili": "sw",
    "tagalog": "tl",
    "turkish": "tr",
    "ukrainian": "uk",
    "urdu": "ur",
    "vietnamese": "vi",
    "welsh": "cy",
}

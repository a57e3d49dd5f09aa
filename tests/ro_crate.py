"""Validating RO-Crates without a network: the validator's store of contexts, filled by hand.

The terms are those of the RO-Crate 1.1 context (version 1.1.3) that our crates use; a crate with
another term is refused.
"""

import io
import json
import warnings

from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
SCHEMA_ORG = (
    *("ComputerLanguage", "ControlAction", "CreateAction", "CreativeWork", "Dataset", "HowTo"),
    *("HowToStep", "Organization", "OrganizeAction", "Person", "SoftwareApplication"),
    *("SoftwareSourceCode", "about", "actionStatus", "alternateName", "author", "contentSize"),
    *("datePublished", "description", "encodingFormat", "hasPart", "identifier", "instrument"),
    *("license", "mainEntity", "mentions", "name", "object", "position", "programmingLanguage"),
    *("result", "softwareVersion", "step", "subjectOf", "url", "version", "workExample"),
)
TERMS = {term: f"http://schema.org/{term}" for term in SCHEMA_ORG} | {
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "File": "http://schema.org/MediaObject",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}


class NoNetwork(HTTPAdapter):
    """Answers every request with the context."""

    def send(self, request, **_):
        body = io.BytesIO(json.dumps({"@context": TERMS}).encode())
        headers = {"Content-Type": "application/ld+json"}
        raw = HTTPResponse(
            body, headers, status=200, preload_content=False, request_url=request.url
        )
        return self.build_response(request, raw)


def fill_store(path):
    """Put the context into the validator's store at `path`."""
    with CachedSession(cache_name=str(path), backend="sqlite") as store:
        store.mount("https://", NoNetwork())
        store.get(CONTEXT, headers={"Accept": "application/ld+json, application/json"})


def crate_problems(crate, store, *, profile="provenance-run-crate", severity=Severity.REQUIRED):
    """What the validator has to say against a crate under one profile, one sentence each."""
    fill_store(store)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the validator's own libraries, about one another
        found = services.validate(
            ValidationSettings(
                rocrate_uri=str(crate),
                profile_identifier=profile,
                requirement_severity=severity,
                cache_path=str(store),
                offline=True,
            )
        )
    return [f"{issue.check.identifier}: {issue.message}" for issue in found.get_issues(severity)]

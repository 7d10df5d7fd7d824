"""What roles, grants and deeds are called."""

from datetime import date
from typing import assert_never

from catalog.audit import Break, Deed
from catalog.dates import PartialDate
from catalog.officers import Grant, OfficerRole
from catalog.places import Places
from handlers.phrases import Speech


def role_name(role: OfficerRole, say: Speech) -> str:
    """What a role is called."""
    match role:
        case OfficerRole.PROVINCE:
            return say("Province")
        case OfficerRole.COMMUNE:
            return say("Commune")
        case OfficerRole.PRODUCER:
            return say("Producer")
        case OfficerRole.VIEWER:
            return say("Viewer")
        case OfficerRole.INSPECTOR:
            return say("Inspector")
        case OfficerRole.ORGANISER:
            return say("Fair organiser")
        case _ as never:
            assert_never(never)


def scope_name(grant: Grant, places: Places, say: Speech) -> str:
    """How far a grant reaches."""
    if grant.producer:
        return grant.producer
    if grant.commune:
        unit = places.with_code(grant.commune)
        return str(unit) if unit else grant.commune
    return say("the whole province")


def deed_names(say: Speech) -> dict[str, str]:
    """What each deed is called."""
    return {
        Deed.OFFICER_ADDED: say("Officer added"),
        Deed.OFFICER_ENDED: say("Officer's access ended"),
        Deed.GRANT_GIVEN: say("Grant given"),
        Deed.GRANT_ENDED: say("Grant ended"),
        Deed.LINK_MADE: say("Sign-in link made"),
        Deed.SIGNED_IN: say("Signed in"),
        Deed.SIGNED_OUT: say("Signed out"),
        Deed.SESSION_REVOKED: say("Session ended from elsewhere"),
        Deed.PASSKEY_ADDED: say("Passkey added"),
        Deed.PASSKEY_REMOVED: say("Passkey removed"),
        Deed.CONTACT_CHANGED: say("E-mail address changed"),
        Deed.CHAT_BOUND: say("Known in a chat"),
        Deed.CHAT_UNBOUND: say("Forgotten in a chat"),
        Deed.MORNING_SET: say("Morning message chosen"),
        Deed.PROPOSED: say("Proposed"),
        Deed.CONFIRMED: say("Confirmed"),
        Deed.REFUSED: say("Refused"),
        Deed.PROPOSAL_TAKEN_BACK: say("Proposal taken back"),
        Deed.PROPOSAL_EXPIRED: say("Proposal expired"),
        Deed.PRODUCER_INVITED: say("Producer invited"),
        Deed.CODE_BOUND: say("Code given to a product"),
        Deed.CODE_UNBOUND: say("Code taken from a product"),
        Deed.ALIAS_ADDED: say("Other name added"),
        Deed.ALIAS_REMOVED: say("Other name removed"),
        Deed.CORRECTION_ACCEPTED: say("Correction accepted"),
        Deed.CORRECTION_REFUSED: say("Correction refused"),
        Deed.INQUIRY_OPENED: say("Words of an inquiry opened"),
        Deed.INQUIRY_ANSWERED: say("Inquiry answered"),
        Deed.INQUIRY_CLOSED: say("Inquiry closed"),
        Deed.INQUIRY_REOPENED: say("Inquiry opened again"),
        Deed.INQUIRY_HANDED: say("Inquiry handed over"),
        Deed.COMPLAINT_DECIDED: say("Report of something wrong decided"),
        Deed.LIST_UPLOADED: say("List uploaded"),
        Deed.LIST_IMPORTED: say("List imported"),
        Deed.LIST_UNDONE: say("Import undone"),
        Deed.LIST_EXPORTED: say("List exported"),
        Deed.AUDIT_EXPORTED: say("Audit exported"),
        Deed.PRODUCT_ADDED: say("Product added"),
        Deed.PRODUCT_EDITED: say("Product changed"),
        Deed.PRODUCT_RENAMED: say("Product renamed"),
        Deed.PRODUCTS_MERGED: say("Products joined"),
        Deed.PICTURES_CHANGED: say("Pictures changed"),
        Deed.PRODUCER_ADDED: say("Producer added"),
        Deed.PRODUCER_EDITED: say("Producer changed"),
        Deed.PRODUCERS_MERGED: say("Producers joined"),
        Deed.EDIT_UNDONE: say("Change undone"),
        Deed.CERTIFICATE_DECIDED: say("Decision about a certificate recorded"),
        Deed.CERTIFICATE_GIVEN: say("Recognition recorded"),
        Deed.INSPECTION_RECORDED: say("Inspection recorded"),
        Deed.INSPECTION_MENDED: say("Mending seen and noted"),
        Deed.INSPECTION_STRUCK: say("Inspection record struck out"),
        Deed.DOSSIER_BEGUN: say("Report begun"),
        Deed.DOSSIER_CHANGED: say("Report changed"),
        Deed.DOSSIER_HANDED_OVER: say("Report handed over to the province"),
        Deed.DOSSIER_RECEIVED: say("Report received by the province"),
        Deed.DOSSIER_SENT_BACK: say("Report sent back to the commune"),
        Deed.DOSSIER_DROPPED: say("Report dropped"),
        Deed.ROUND_OPENED: say("Round opened"),
        Deed.ROUND_ENTRY_ADDED: say("Product put into a round"),
        Deed.ROUND_ENTRY_REMOVED: say("Product taken out of a round"),
        Deed.ROUND_RESULTS_CHANGED: say("Results of a round entered"),
        Deed.ROUND_SUMS_ENTERED: say("Published sums of a round entered"),
        Deed.ROUND_CONCLUDED: say("Results of a round recorded as certificates"),
        Deed.TOTAL_ENTERED: say("Published total entered"),
        Deed.TOTAL_CHANGED: say("Published total changed"),
        Deed.TOTAL_ENDED: say("Published total taken out"),
        Deed.LABELS_PRINTED: say("Labels made for printing"),
        Deed.TARGET_ENTERED: say("Target entered"),
        Deed.TARGET_ENDED: say("Target ended"),
        Deed.FAIR_ENTERED: say("Fair entered"),
        Deed.FAIR_CHANGED: say("Fair changed"),
        Deed.FAIR_CANCELLED: say("Fair called off"),
        Deed.FAIR_RESTORED: say("Fair takes place again"),
        Deed.BOOTHS_ADDED: say("Booths added"),
        Deed.BOOTH_CHANGED: say("Booth changed"),
        Deed.BOOTH_REMOVED: say("Booth taken away"),
        Deed.FAIR_SALE_NOTED: say("What a producer sold at a fair noted"),
        Deed.FAIR_COUNTED: say("A fair's visits became counts"),
        Deed.FAIR_GATE_NOTED: say("What a fair's gate counted noted"),
        Deed.FAIR_GATE_UNDONE: say("A count of a fair's gate taken back"),
        Deed.SALE_POINT_ENTERED: say("Point of sale entered"),
        Deed.SALE_POINT_CHANGED: say("Point of sale changed"),
        Deed.SALE_POINT_REMOVED: say("Point of sale taken away"),
        Deed.FAIR_INVITED: say("Producers invited to a fair"),
        Deed.FAIR_ASKED_AGAIN: say("Producers asked again about a fair"),
        Deed.FAIR_ANSWER_NOTED: say("A producer's answer about a fair noted"),
        Deed.SUPPLY_NOTED: say("What a producer can supply noted"),
        Deed.RATING_SHOWN: say("A buyer's rating shown"),
        Deed.RATING_HIDDEN: say("A buyer's rating hidden"),
        Deed.RATING_CLEARED: say("A buyer's rating counted though it looked like part of a ring"),
        Deed.BUYER_ANSWER_NOTED: say("A producer's answer to a buyer noted"),
        Deed.RECALL_BEGUN: say("Recall begun"),
        Deed.RECALL_CHANGED: say("Recall corrected"),
        Deed.RECALL_ENDED: say("Recall ended"),
        Deed.RECALL_CANCELLED: say("Recall cancelled"),
        Deed.RECALL_DISMISSED: say("A producer's wish for a recall not followed"),
    }


def deed_name(deed: str, say: Speech) -> str:
    """What was done, in words; a deed of a newer version is told as it is kept."""
    return deed_names(say).get(deed, deed)


def break_words(found: Break, say: Speech) -> str:
    """Where the audit's chain is broken, and what that means."""
    how = {
        "missing": say("is missing"),
        "changed": say("was changed"),
        "unchained": say("does not follow the one before"),
    }
    return say("The audit is not whole: row {number} {how}.", number=found.number, how=how[found.how])


def day(at: date) -> str:
    """A day as people write it here: 27/11/2026."""
    return PartialDate.of(at).vietnamese_text()

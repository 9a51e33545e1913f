"""The published codes of problems: what each means and what to do about it. Clients may rely on them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A title for the kind of problem, the same each time, and the remedy."""

    title: str
    remedy: str


CODES: dict[str, Code] = {
    # The request as a whole.
    "bad_request": Code("The request cannot be understood", "Compare it with the API reference."),
    "unauthenticated": Code(
        "Nobody is signed in", "Send the header Authorization: Bearer with a token or key of yours."
    ),
    "forbidden": Code("You may not do this", "Ask somebody whose role allows it."),
    "csrf_failed": Code("The form could not be trusted", "Load the page again, and allow its cookie."),
    "not_found": Code("There is nothing at this address", "Check the address and the identifier."),
    "method_not_allowed": Code("This address does not take this method", "See the header Allow."),
    "not_acceptable": Code("No such representation", "Accept application/json."),
    "unsupported_media_type": Code(
        "The body is not of a kind that we read",
        "Send Content-Type: application/json, in UTF-8, and no Content-Encoding.",
    ),
    "body_too_large": Code("The body is too large", "Send at most 65,536 bytes."),
    "incomplete_body": Code("The body ended early", "Send as many bytes as announced."),
    "throttled": Code("Too many requests", "Wait as long as the header Retry-After says."),
    "busy": Code("The service is busy", "Try again after the time in the header Retry-After."),
    "internal_error": Code("Something broke on our side", "Try again; if it stays, open a support ticket."),
    "bad_cursor": Code("This page marker is not one of ours", "Begin at the first page of the same list."),
    # The document.
    "empty_body": Code("There is no body", "Send a JSON document."),
    "not_json": Code("The body is not JSON", "Check its syntax by RFC 8259."),
    "not_utf8": Code("The body is not UTF-8", "Encode it in UTF-8."),
    "byte_order_mark": Code("The body begins with a byte order mark", "Leave the mark out."),
    "too_deep": Code("The document is nested too deep", "Nest arrays and objects at most 32 deep."),
    "duplicate_key": Code("A name stands twice in one object", "Give each name once."),
    "not_a_number": Code("NaN and Infinity are not JSON", "Leave the value out."),
    "number_too_long": Code("A number is too long", "Use at most 100 digits."),
    "number_out_of_range": Code("A number cannot be held", "Use numbers that a double can hold."),
    "lone_surrogate": Code("Half a character", "Send surrogates in pairs."),
    "nul_character": Code("The character U+0000 is not accepted", "Leave it out."),
    # Its fields.
    "invalid_body": Code("Several fields are wrong", "Each one is named under errors."),
    "invalid": Code("A field is wrong", "See the field named under errors."),
    "required": Code("A field is missing", "Give the field named under errors."),
    "unknown_field": Code("A field is not known here", "Remove it, or check its spelling."),
    "wrong_type": Code("A field has the wrong type", "Types are exact: nothing is converted."),
    "wrong_length": Code("A field is too short or too long", "See the bounds under errors."),
    "wrong_format": Code("A field does not have its form", "See the rule under errors."),
    "outer_blank": Code("Blanks at the ends of a text", "Nothing is trimmed: remove them."),
    "refused_character": Code(
        "A character that no text may hold",
        "Remove control, invisible and bidirectional characters, line breaks included.",
    ),
    "unknown_value": Code("A word that is not on the list", "Use one of the words named under errors."),
    "out_of_range": Code("A number outside its bounds", "See the bounds under errors."),
    "refused_url": Code(
        "An address that we never call",
        "Use https, a public DNS name and port 443 or 8443. The command egress_check tells more.",
    ),
    "tier_too_high": Code(
        "A model begins at research or standard",
        "Propose one of these; high and critical are reached later, by the record.",
    ),
    # Its time and place.
    "refused": Code("The rules do not allow this now", "Each reason is named under errors."),
    "already_decided": Code("Somebody has decided this already", "Read the present state, then decide."),
    "conflict": Code("Somebody else was faster", "Read the present state and decide again."),
    "precondition_required": Code("Say which version you have read", "Send If-Match with the ETag that you read."),
    "precondition_failed": Code("The version that you read is no longer the present one", "Read it again."),
    "key_reused": Code("This Idempotency-Key was used for another body", "Use a new key for a new request."),
}


def register_codes(more: dict[str, Code]) -> None:
    """Let a room publish codes of its own; a code once published keeps its meaning."""
    for code, entry in more.items():
        if CODES.setdefault(code, entry) != entry:
            raise ValueError(f"The code {code} is published already, with another meaning.")

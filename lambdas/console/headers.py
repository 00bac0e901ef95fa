"""What browsers are told beside every answer: which origins a page may talk to, and that nobody may frame it."""

HSTS = f"max-age={2 * 365 * 86_400}"


def content_security_policy(sign_in: str) -> str:
    """No code and no style but our files'; `sign_in`: the one other origin that a page may ask, for its token.

    Pages show pictures that they fetched with a token as `blob:`. https://www.w3.org/TR/CSP3/
    """
    sources = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "connect-src": f"'self' {sign_in}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {allowed}" for name, allowed in sources.items())


def security_headers(sign_in: str) -> dict[str, str]:
    return {
        "content-security-policy": content_security_policy(sign_in),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "no-referrer",
        "strict-transport-security": HSTS,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }

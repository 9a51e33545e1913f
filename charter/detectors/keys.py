"""Shapes of the keys that services give out, by the prefix that each service publishes for its own.

Each line is a literal that the key's text holds, for a cheap look, and the shape of the whole key. ``LIVE`` keys open
something by themselves; ``NUMBERED`` ones name an account or need a second part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Span = tuple[int, int]

_STOP = r"(?![\w\-])"


@dataclass(frozen=True)
class Shape:
    """One kind of key: a literal that it holds, its whole pattern, and whether it begins with the literal."""

    literal: str
    pattern: re.Pattern[str]
    leading: bool

    def spans(self, text: str) -> Iterator[Span]:
        """Where such keys stand in a text, not behind a word or a dash."""
        if not self.leading:
            if self.literal in text:
                yield from (match.span() for match in self.pattern.finditer(text) if _free(text, match.start()))
            return
        at = text.find(self.literal)
        while at >= 0:
            match = self.pattern.match(text, at) if _free(text, at) else None
            if match:
                yield match.span()
            at = text.find(self.literal, match.end() if match else at + 1)


def _free(text: str, at: int) -> bool:
    before = text[at - 1 : at]
    return not (before.isalnum() or before in {"_", "-"})


def _shapes(*lines: tuple[str, str]) -> tuple[Shape, ...]:
    return tuple(
        Shape(literal, re.compile(shape), shape.replace("\\", "").startswith(literal)) for literal, shape in lines
    )


LIVE = _shapes(
    ("kz_live_", r"kz_live_[0-9A-Za-z]{20,60}\b"),  # our own
    ("whsec_", r"whsec_[0-9A-Za-z+/=_\-]{20,90}"),
    # Clouds
    ("AKIA", r"AKIA[A-Z0-9]{16}\b"),
    ("ASIA", r"ASIA[A-Z0-9]{16}\b"),
    ("ABSK", r"ABSK[A-Za-z0-9+/]{100,270}={0,2}"),  # Amazon Bedrock
    ("AIza", r"AIza[0-9A-Za-z_\-]{35}" + _STOP),  # Google
    ("GOCSPX-", r"GOCSPX-[0-9A-Za-z_\-]{28}" + _STOP),
    ("ya29.", r"ya29\.[0-9A-Za-z_\-]{20,400}"),
    ("8Q~", r"[0-9A-Za-z_\-.~]{3}\d8Q~[0-9A-Za-z_\-.~]{31,34}"),  # Microsoft Entra
    ("AzCa", r"[0-9A-Za-z+/]{30,40}AzCa[0-9A-Za-z+/]{4,12}={0,2}"),
    ("AccountKey=", r"AccountKey=[A-Za-z0-9+/]{86}=="),  # Azure Storage
    ("SharedAccessKey=", r"SharedAccessKey=[A-Za-z0-9+/]{42,44}={0,2}"),
    ("&sig=", r"(?<=&)sig=[A-Za-z0-9%+/]{40,80}"),
    ("_v1_", r"do[opr]_v1_[0-9a-f]{64}\b"),  # DigitalOcean
    ("HRKU-", r"HRKU-(?:AA[0-9A-Za-z_\-]{58}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"),  # Heroku
    ("v1.0-", r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b"),  # Cloudflare origin
    ("cf", r"cf(?:ut|at|k)_[A-Za-z0-9_\-]{32,80}"),  # Cloudflare
    ("FlyV1", r"FlyV1\sfm[12][ar]?_[A-Za-z0-9+/=,_\-]{50,1200}"),
    ("LTAI", r"LTAI[A-Za-z0-9]{12,20}\b"),  # Alibaba
    ("AKID", r"AKID[A-Za-z0-9]{32}\b"),  # Tencent
    ("dapi", r"dapi[a-f0-9]{32}(?:-\d)?\b"),  # Databricks
    ("sl.", r"sl\.(?:u\.)?[A-Za-z0-9_\-]{100,1400}"),  # Dropbox
    ("vc", r"vc[piark]_[A-Za-z0-9]{24,60}\b"),  # Vercel
    ("nfp_", r"nfp_[A-Za-z0-9]{36,40}\b"),  # Netlify
    ("sbp_", r"sbp_[a-f0-9]{40}\b"),  # Supabase
    ("sb_secret_", r"sb_secret_[A-Za-z0-9_\-]{20,60}"),
    ("hv", r"hv[sbr]\.[A-Za-z0-9_\-]{24,300}"),  # HashiCorp Vault
    (".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{60,70}"),  # Terraform
    ("pul-", r"pul-[a-f0-9]{40}\b"),  # Pulumi
    ("dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w\-]{2,35}\.)?[A-Za-z0-9]{40,44}\b"),  # Doppler
    ("tskey-", r"tskey-[a-z]{3,10}-[A-Za-z0-9]{10,40}(?:-[A-Za-z0-9]{10,60})?"),  # Tailscale
    ("ops_eyJ", r"ops_eyJ[A-Za-z0-9+/=_\-]{100,2000}"),  # 1Password
    # Code and packages
    ("gh", r"gh[pousr]_[0-9A-Za-z]{30,255}\b"),
    ("github_pat_", r"github_pat_[0-9A-Za-z_]{40,255}\b"),
    ("gl", r"gl(?:pat|dt|rt|ptt|soat|ft|imt|agent|oas|cbt|ffct|rtr)-[0-9A-Za-z_\-.]{20,300}"),
    ("GR1348941", r"GR1348941[0-9A-Za-z_\-]{20,50}"),
    ("npm_", r"npm_[0-9A-Za-z]{36}\b"),
    ("_authToken=", r"_authToken=(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9+/=_\-]{30,300})"),
    ("pypi-", r"pypi-[0-9A-Za-z_\-]{50,1000}"),
    ("rubygems_", r"rubygems_[a-f0-9]{48}\b"),
    ("cio", r"cio[A-Za-z0-9]{32}" + _STOP),  # crates.io
    ("dckr_", r"dckr_(?:pat|oat)_[A-Za-z0-9_\-]{27,60}"),  # Docker Hub
    ("oy2", r"oy2[a-z0-9]{43}\b"),  # NuGet
    ("AKCp", r"AKCp[A-Za-z0-9]{60,80}\b"),  # Artifactory
    ("CLOJARS_", r"CLOJARS_[a-z0-9]{60}\b"),
    ("ATATT3", r"ATATT3[A-Za-z0-9_\-=]{80,250}"),  # Atlassian
    ("ATBB", r"ATBB[A-Za-z0-9]{32}\b"),
    ("ATCTT3", r"ATCTT3[A-Za-z0-9_\-=]{80,250}"),
    ("lin_api_", r"lin_api_[A-Za-z0-9]{36,48}\b"),  # Linear
    ("ntn_", r"ntn_[A-Za-z0-9]{40,60}\b"),  # Notion
    ("secret_", r"secret_[A-Za-z0-9]{43}\b"),
    ("figd_", r"figd_[A-Za-z0-9_\-]{36,50}"),  # Figma
    ("PMAK-", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}\b"),  # Postman
    ("pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b"),  # Airtable
    ("CCIPAT_", r"CCIP(?:AT|RJ)_[A-Za-z0-9]{20,30}_[a-f0-9]{40}\b"),  # CircleCI
    # Messages and mail
    ("xox", r"xox[abeoprs]-[0-9A-Za-z\-]{10,250}"),
    ("xapp-", r"xapp-\d-[A-Z0-9]{8,14}-\d{8,14}-[a-z0-9]{40,80}\b"),
    (
        "hooks.slack.com",
        r"https://hooks\.slack\.com/(?:services|workflows|triggers)/T[0-9A-Z]{6,12}/[0-9A-Z]{6,14}/[0-9A-Za-z/]{18,60}",
    ),
    ("/api/webhooks/", r"https://(?:\w{1,10}\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[A-Za-z0-9_\-]{60,90}"),
    (".", r"[MNO](?<![\w\-].)[A-Za-z0-9_\-]{23,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,40}" + _STOP),  # Discord
    (":AA", r"\d{8,10}:AA[0-9A-Za-z_\-]{32,34}" + _STOP),  # Telegram
    ("SG.", r"SG\.[0-9A-Za-z_\-]{16,32}\.[0-9A-Za-z_\-]{32,64}"),
    ("SK", r"SK[0-9a-f]{32}\b"),  # Twilio
    ("-us", r"[0-9a-f]{32}-us\d{1,2}\b"),  # Mailchimp
    ("key-", r"key-[0-9a-f]{32}\b"),  # Mailgun
    ("xkeysib-", r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b"),  # Brevo
    ("EAA", r"EAA[A-Za-z0-9]{80,300}\b"),  # Meta
    (
        "webhook.office.com",
        r"https://[\w\-]{1,60}\.webhook\.office\.com/webhookb2/[0-9a-f\-]{36}@[0-9a-f\-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f\-]{36}",
    ),
    # Payments and shops
    ("k_live_", r"(?:sk|rk)_live_[0-9A-Za-z]{16,250}\b"),
    ("sq0", r"sq0(?:csp|atp|idp)-[0-9A-Za-z_\-]{22,43}" + _STOP),  # Square
    ("EAAA", r"EAAA[A-Za-z0-9_\-]{56,70}" + _STOP),
    ("access_token$production$", r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}\b"),  # Braintree
    ("shp", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),  # Shopify
    ("rzp_live_", r"rzp_live_[A-Za-z0-9]{14}\b"),  # Razorpay
    ("live_", r"(?:test_|live_)?(?:live|access)_[A-Za-z0-9]{30,60}\b"),  # Mollie
    # Watching and serving
    ("glsa_", r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}\b"),  # Grafana
    ("glc_", r"glc_[A-Za-z0-9+/=]{32,400}"),
    ("NRAK-", r"NRAK-[A-Z0-9]{27}\b"),  # New Relic
    ("dt0", r"dt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b"),  # Dynatrace
    ("sntry", r"sntry[us]_[A-Za-z0-9+/=_\-]{40,400}"),  # Sentry
    ("phx_", r"phx_[A-Za-z0-9]{40,60}\b"),  # PostHog
    # Models
    ("sk-", r"sk-(?:proj-|ant-|svcacct-|admin-|or-)?(?=[A-Za-z0-9_\-]{0,60}\d)[A-Za-z0-9_\-]{20,250}"),
    ("hf_", r"hf_(?=[A-Za-z]{0,40}\d|[a-z]*[A-Z])[0-9A-Za-z]{30,50}\b"),
    ("api_org_", r"api_org_[A-Za-z0-9]{34}\b"),
    ("gsk_", r"gsk_[A-Za-z0-9]{40,60}\b"),  # Groq
    ("r8_", r"r8_[A-Za-z0-9]{37,40}\b"),  # Replicate
    ("pplx-", r"pplx-[A-Za-z0-9]{40,60}\b"),  # Perplexity
    ("xai-", r"xai-[A-Za-z0-9]{60,100}\b"),
    ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
    # Tokens of any service
    ("eyJ", r"eyJ[A-Za-z0-9_\-]{12,4000}\.eyJ[A-Za-z0-9_\-]{8,8000}\.[A-Za-z0-9_\-]{16,2000}"),  # JWT
)
NUMBERED = _shapes(
    ("AC", r"AC[0-9a-f]{32}\b"),  # Twilio account
    ("sk_test_", r"(?:sk|rk)_test_[0-9A-Za-z]{16,250}\b"),
    ("AIPA", r"A[IRN][PO]A[A-Z0-9]{16}\b"),
)

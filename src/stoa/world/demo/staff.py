"""Who works in the demo shop: one person a role, all with the same password, which stands on the screen."""

PASSWORD = "stoa-demo-2026"  # noqa: S105 - a demo's, shown to everybody who starts one

STAFF = (
    ("owner@example.com", "Ines Keller", "owner"),
    ("manager@example.com", "Samir Haddad", "manager"),
    ("fulfilment@example.com", "Jule Brandt", "fulfilment"),
    ("support@example.com", "Tomás Reis", "support"),
    ("marketing@example.com", "Aylin Demir", "marketing"),
    ("analyst@example.com", "Mei Tanaka", "analyst"),
)
CUSTOMER = ("customer@example.com", "Nora Lindqvist")

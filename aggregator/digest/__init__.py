"""The digest: what the ledger holds and no digest has told yet, composed once and rendered in any form."""

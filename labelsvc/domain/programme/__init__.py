"""Rules of the OCOP programme by date: terms, stars, issuers, renewal, extension and withdrawal."""

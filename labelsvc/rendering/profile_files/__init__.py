"""Uploaded files of profiles: pictures made anew, files of certificates looked through. Runs confined."""

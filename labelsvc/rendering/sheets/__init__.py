"""Sheets of labels: stocks, positions, printer's marks, press files, proof, ticket."""

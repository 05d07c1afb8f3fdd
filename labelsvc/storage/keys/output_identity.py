"""Is this output the place that the database knows? Print machines whose outputs differ would not find the files.

The output bears a random name in its mark file, which the database keeps: the first one that is looked at is taken.
"""

from __future__ import annotations

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.kept_values import find_value, keep_value
from labelsvc.storage.files.folder_probe import place_answers
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.storage.keys.output_marks import IN_OUTPUT, marks_in

KEPT_AS = "output_name"
"""What the name is called among the values that the program makes for itself."""


class OutputIdentity:
    """Compares the output of this machine with the one that the database knows."""

    def __init__(self, database: Database, output: StoredFolder) -> None:
        self._database = database
        self._output = output
        self._marks = marks_in(output)

    def check(self) -> None:
        """Refuse (OutputRefused output.another_place) an output that is not the one that the database knows."""
        with self._database.reading() as connection:
            known = find_value(connection, KEPT_AS)
        if not known:
            known = self._keep(self._marks.give_name(), replace=False)
        if not self._marks.is_named(known):
            raise OutputRefused.from_code("output.another_place", path=self._output.place)

    def check_answers(self) -> None:
        """Refuse (OutputRefused output.no_answer) an output that does not answer within some seconds."""
        if not place_answers(self._output, IN_OUTPUT):
            raise OutputRefused.from_code("output.no_answer", path=self._output.place)

    def take(self) -> None:
        """Let this output replace the one that the database knew, for good."""
        self._keep(self._marks.give_name(), replace=True)

    def _keep(self, name: str, *, replace: bool) -> str:
        """Keep a name if there is none yet, or instead of the one there is; return the one that is kept."""
        with self._database.writing(asked_for=False) as connection:
            known = find_value(connection, KEPT_AS)
            if known and not replace:
                return known
            keep_value(connection, KEPT_AS, name)
        return name

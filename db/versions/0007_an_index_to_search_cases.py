"""Add the search index of cases, and the triggers that note which cases have changed

Revision: 0007, after 0006

All cases are noted as changed; `followup/store/search` writes their words at the end of the upgrade.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CASE_COLUMNS = "customer_id, order_ref, external_id, reason, verbatim, promised, facts"
_PERSON_COLUMNS = "name, email, phone, postal_address, erased_at, merged_into_id"

_TRIGGERS = (
    ("casesearch_case_added", "INSERT", "cases", "SELECT new.id"),
    ("casesearch_case_changed", f"UPDATE OF {_CASE_COLUMNS}", "cases", "SELECT new.id"),
    ("casesearch_case_removed", "DELETE", "cases", "SELECT old.id"),
    (
        "casesearch_customer_changed",
        f"UPDATE OF {_PERSON_COLUMNS}",
        "customer",
        "SELECT id FROM cases WHERE customer_id IN (new.id, new.merged_into_id)",
    ),
    ("casesearch_note_added", "INSERT", "note", "SELECT new.case_id"),
    (
        "casesearch_note_changed",
        "UPDATE OF case_id, body",
        "note",
        "SELECT new.case_id UNION SELECT old.case_id",
    ),
    ("casesearch_note_removed", "DELETE", "note", "SELECT old.case_id"),
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(
        "CREATE TABLE casesearchdue (case_id INTEGER NOT NULL CONSTRAINT pk_casesearchdue PRIMARY KEY)"
    )
    if is_sqlite:
        op.execute("CREATE VIRTUAL TABLE casesearch USING fts5(words, tokenize = 'ascii', prefix = '2 3')")
    else:
        op.execute(
            "CREATE TABLE casesearch "
            "(case_id INTEGER NOT NULL CONSTRAINT pk_casesearch PRIMARY KEY, words tsvector NOT NULL)"
        )
        # A search would read the list of pending entries from end to end.
        op.execute("CREATE INDEX ix_casesearch_words ON casesearch USING gin (words) WITH (fastupdate = off)")
    for name, event, table, changed in _TRIGGERS:
        if is_sqlite:
            note = f"INSERT OR IGNORE INTO casesearchdue (case_id) {changed};"
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {note} END")
            continue
        note = f"INSERT INTO casesearchdue (case_id) {changed} ON CONFLICT DO NOTHING;"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {note} RETURN NULL; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    op.execute("INSERT INTO casesearchdue (case_id) SELECT id FROM cases")

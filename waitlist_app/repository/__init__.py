"""Everything that touches the database: tables, SQL, transactions. Nothing else in the product does."""

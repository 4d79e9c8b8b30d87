"""Who is notified of a change, and the mails that wait in the database until a worker delivers them."""

"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SparingArgon2(Argon2PasswordHasher):
    """Argon2id at the OWASP minimum (19 MiB, 2 passes): twenty sign-ins at once fit in memory."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

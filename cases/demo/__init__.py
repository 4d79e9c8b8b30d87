"""The demo's world: five accounts, twenty people, sixty cases told through the lifecycle. See docs/demo.md.

Who and what is data: `people.toml`, `accounts.toml`, `stories/*.toml`. Nothing outside the demo imports this package.
"""

"""The demo's world: accounts, people, sixty-three cases and two incidents, told by the lifecycle. See docs/demo.md.

Who and what is data: `people.toml`, `accounts.toml`, `stories/*.toml`. Nothing outside the demo imports this package.
"""

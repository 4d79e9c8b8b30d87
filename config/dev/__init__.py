"""What a developer and the demo run on: engines, supervisor, mail catcher, checks, translations."""

"""Colours, icons, fonts and marks of the domain's scales, and the styleguide that shows them."""

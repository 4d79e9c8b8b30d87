"""The record of a case taken out of the house: what it holds (`document`), on paper (`paper`), who took it (`taking`).

Nothing here decides who may: cases come from `visible_to`, and what only our own people see is left out for customers.
"""

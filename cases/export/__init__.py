"""Exports of cases: the document, its JSON rows and PDF, who took it, and the job of a worker that makes a large one.

Nothing here decides who may: cases come from `visible_to`, and customers get nothing that only our own people see.
"""

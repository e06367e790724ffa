"""The sufficiency statement: measures become tables, tables become a workbook, a Word document, a page and CSV files.

Every number that leaves goes through :mod:`sufficiency.report.disclosure` first. The walk: :class:`facts.Facts` ->
drafts (``profile``, ``living``, ``flows``, ``ahead``, ``money``, ``market``) -> :func:`statement.make_statement` ->
writers (``workbook``, ``word``, ``page``, ``twins``). This package asks no other stage to work: values are passed in.
"""

"""The online interview: a panel scores a city, question by question, from invitation to publication.

Pure rules (`roles`, `stages`, `agreement`, `live`) know no database. `tables`, `store` and `audit` hold what is
remembered; `grants`, `rounds`, `answers`, `reading`, `evidence` are the services on top: each one transaction, each
checks role, city scope and stage itself, whatever a screen shows. `publication` writes a data package that
`kotacerdas.published` reads; nothing outside this package reads the store.
"""

"""Pictures as pure functions: a frame in, a Plotly figure or a deck.gl Deck out. No streamlit here."""

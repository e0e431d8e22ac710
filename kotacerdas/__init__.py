"""KotaCerdas: compares Indonesian cities on the government's Smart City evaluation."""

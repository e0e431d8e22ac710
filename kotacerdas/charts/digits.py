"""The ten digits of the page's font, for pictures by address: these cannot use what the page has loaded.

Source Sans (weight 500) by Adobe, under the SIL Open Font License 1.1 <https://openfontlicense.org>, reduced to 0-9
from the file that Streamlit brings, as WOFF2 in base64.
"""

from __future__ import annotations

DIGITS = (
    "d09GMgABAAAAAAQEAAoAAAAABigAAAO7AAMNUAAAAAAAAAAAAAAAAAAAAAAAAAAABmAANAqIEIZrATYCJAMaCxgABCAFBgcgG7gEIC4GnLKJB2"
    "0yl+jphdBC+CKYh/YPR4Pna7/fubsPff8jGt2aWRPTEhkq3rzj0aN7Y2h4MxuS0y5NJrOOxIKeHgAqrC9uMtv9XxgmErcuwG5AGW9Y05iSJs61"
    "DBzqgCe0m/m4iqLqoxdQlHRPXE7/bWwcE59e4UXmag/M2p4FVmZjcgl1EYQRc+rGgLuEKBvI++cNegFDuUJ+YQOqG6oEIGf8WuqBeMkCQJlaa0"
    "MrZQDCkDOyHVGwHotev/s7uGoywxi5Vzf0lTaxBmjAw1oInYbhCxqgDBL+/yEU+8+fQFjBBPIitHrmSgFkF2IGuwrBezVicUGxJLhMGSYNjYnN"
    "XTII8T8ivsA+eT1vhyD+ewM/Vz+w72sETe0oi38hAmZiytVVgNFGH17iZpKFx/05Ew8RmbLuwRcC5+EBREQFDQJOg7vY8oSPfczvad+hUtefAd"
    "9kU3NQWKSDNhTC8wF+VyJeoBiFY6l2calRZffgYLHRUJ/nx448gZ9PnVORnoV0ha6+KO9kaUXEpyrfIlbOWzllSwQm7Usu5IqQvefD/rUssH8/"
    "jX36i2ZOyL2yfgHLnxf0PD3pkYtBw6X+Yv04f1GQPPwYEf8vBEWnisFl10Cae6zfsp+qs/q9/j+a5aO7d3ccqKrsOLhreu9oRSRdzmovKWG1yN"
    "IzZId5/1Vol4NQ0eprvZZHWd6ngqJZcRCSUpw3Z5mnU6HS2XQcm+BEzooSldVYIJHm6s2Ovq4ZPv+aOdSzOeCZRKmX8v9vOREqrVsvz1TlMAMB"
    "e4AJ0iIqpRxbxtOU7iKh3lDAUfjUWpNfCStYAmxCgyFWKQTicTo0QBoL6vDcjYa8Z5k2g8p08KxHqBfrvu75w1XZp+gCs8upT329iinqQM5Pfl"
    "raytAWCtT5Lo+5oloBMGZMPNsUzOyOlvHmu5L5XLkmyr1ewmliibxKYW9tNK1uN5/5ZSWUuxAZwHZmTyodCyM52oRQnOewqooLlOAAXC6sFs52"
    "TpPaNDl7zTqPfxZvLmE9tA74lVIh0kSUfHZ0yqgqr0IpCyR5mpyqslDa5mkR2FHE53C5MlQmJrQ8fUhjzxz15SdEGWWvtKTrXvhwbvozTpNFdl"
    "56yjbgGVHetZLs5tKU5TDuxj9azoTWoSjqRkmBQiWNZ5lDGXuLAOXOG8hntLVQrPj/Njgn/ya0vgNws7lLAHAbzA+4/b/wWm0A2KIAEPjvC2oo"
    "AIKxB8JQvXx2ySfhhAiEBh4qEkTw4dicSQpQ5DYaZ4tG7/+QBgA="
)

STYLE = f"<style>@font-face{{font-family:d;src:url(data:font/woff2;base64,{DIGITS})}}</style>"
"""Goes into an SVG picture, whose text then asks for the family `d`."""

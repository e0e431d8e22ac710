"""The ten digits of the page's font, for pictures by address: these cannot use what the page has loaded.

Source Sans (weight 500) by Adobe, under the SIL Open Font License 1.1 <https://openfontlicense.org>, reduced to 0-9
from the file that Streamlit brings, as WOFF2 in base64.
"""

from __future__ import annotations

DIGITS = (
    "d09GMgABAAAAAAWcAAsAAAAACkQAAAVPAAMNUAAAAAAAAAAAAAAAAAAAAAAAAAAAGUYGYAA0CogQhmsBNgIkAxoLGAAEIAWHSgcgG8IIUVRu6g"
    "RfHGQCV2dRIlMuT1bLmuaZMMeivvb+71TickRQLWk9u/ch5BPy611KgZCEx1N4hEZZHMK9IpTHcos6dfFst11AGpFTuNYPAM+AAuTYoXX497SX"
    "tcesA1gOZjWIX7YOWXPnX0AFKB0L/j/3qmYsDViCoZwgRyT/J/tm7ZcxaQ4eCzBAQ2AuoGCtp1iQWmvVcoFKpLUZ27/ZTNnJEKPerUA9Cq3S+1"
    "fIBPN8kl9Zm2zI9fNJuOT6rUCHXH+SI59cK4KQ1GsW1U4GReqIL66RviQmYnv83XGnFnJIaso5FzmlAqFzdnGlNSfEuL/84v8KlT+suE/E31SH"
    "UgEJGd1yIpTmldyCG22T1X+MV6HjpxKFpvFP9yJaiBMkfgAKQBK9181iOXYunLgSt6wKpxQHpwqthAVlo3DpFYDQS++jUDbr3u2SOwhwdReGYM"
    "xtaBElwVgYwBCKsjRRCsG7bYJsfA6hDh7CMKCVsC6I5sNXs8xS005sgsam3XjCPSRtA+bP0c/hMNmo6O2mMSEqDrBDYTB2HfNly2EdWcLbeeHA"
    "bergol4qoITFMmxB03qCy8jJ7RJks1Wlq7NQ9gwdJ9Mn7blgtKPAYIdwAAlTaSUiud1LRWhFTLvzzVNrcqD/fBpAEM/RQjKx0n4HWD9nlp5OTs"
    "s2WHpLiGv7eJUE0X34GLWh5yRZmnJNL9MJZdoYEmg3qDWgjc8hfwLjR7u74wcCA+IHu8bnRv2dpFXF47y9xaNVpGVUEqb+VyFOFTi4Vq+lGB2Z"
    "C07Zk7NcgaKhFz2nzCpBTUPHREfBhDhBrfDWMNZnKinTdA3NUhMzbGxrcoRmqeCturPQEuP/mT1JQ9tSV1VWgypmZ2dqJwakSAHKCiYyp4ZJni"
    "RdPaaCmo2mtoGtOpZ5ImtC0tNzCSABSpsIxu4WdqH9Qe5+uOOZ2bWqxHTwVsNJaDH0/aktUUN+SoRoaGGuK3l3h5NX0476mXPEs1VU24OoybCw"
    "MvQPUgOcsLKrvIG9bJKzLz7fwp2hqKrlrLjurRApTrZWJ6WEOEuFdhPE3q3gFQvZZSXM5Z+x2Ry6kBW03UgUupmxhhdTHQxg6ILVpGzzNGUTLW"
    "qvoY6VbRY+l7ce4wP+GvqTtZzUCRLOz7F4DWs1dRU7d7wWNdDXQao5zQl7SXpLVFV38KXwRp++kpLIfCRFcCPL+N7BqEvrXEgqbNrKTAuQTfHS"
    "bG2gljN+zVs+yp58maDY+EdZ4SnG5sCVcsKbqaah7Cpn6CCzw7cXAcHnF4HccnBVSv51z2nwrx6T/8CL3fgS/MZHtc7qSzxLxaiVQPD7nekbS+"
    "JmitAxJ8avcRY/EU28uHLhEvXj05sMmszKgdB5lIzKiaIBX6FCLblMX/K7Uk1FTR1o0jAKBD6YIpFAg0SS9uKUzP2rKBXjkXz6AVKWiAmsoBAS"
    "EkgDehhfBMzIPAjKfmtMTFBhOWDDZAkhtqqgi6QwT4BPcVk+yxcqmeMEmjbADFDk40MTYC6A/Hp8IsT9wS6gkMXNgSraBxjsqm8wFZIlYcjipl"
    "xlHC8Fsj41LalFkQa44sqQSrBoeSREWcmvUIxgkMz1TAz1f1XQxogUCopYdGEcpjUE/yk6m9bA0Doh0KKZRHsxu/eGNgbmtja0atPKStOMhroS"
    "u+dWQNvcTAfEkNJyJHparPYIjA25hR8Ar4mQIOlfcAiECdis1OKRy6qWnwJrCB96HujYJ0GI5lQWHSDgXk6jISYzPgc/4HqO8ItQCEJoKCzWbE"
    "QWpWYjRCLB8bXiUXD69lEQWyNGT/p83DSV01FXXZgAAAA="
)

STYLE = f"<style>@font-face{{font-family:d;src:url(data:font/woff2;base64,{DIGITS})}}</style>"
"""Goes into an SVG picture, whose text then asks for the family `d`."""

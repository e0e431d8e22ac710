"""Signing in without a browser: the same door, provider and way back, in a tenth of a second instead of several."""

from __future__ import annotations

import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

from kotacerdas.interview.roles import Actor
from tests.e2e.direct import Direct
from tests.e2e.oidc import DOOR

_HEALTH = "/_stcore/health"


def sign_in_directly(address: str, person: Actor, named: str = "") -> dict[str, str]:
    """The cookies of somebody who has pressed the button at the door and given their name to the provider.

    What the page itself makes of it in a browser is asked where `oidc.sign_in` is used.
    """
    with Direct(address) as line:
        line.ask()
        told = [ForwardMsg.FromString(frame) for frame in line.frames]
        drawn = [one.delta.new_element.button for one in told if one.delta.new_element.HasField("button")]
        (button,) = [one for one in drawn if one.id.endswith(f"sign-in-{named or 'default'}")]
        pressed = WidgetStates(widgets=[WidgetState(id=button.id, trigger_value=True)])
        line.send(BackMsg(rerun_script=ClientState(page_name=DOOR.strip("/"), widget_states=pressed)))
        told = [ForwardMsg.FromString(frame) for frame in line.frames]
    (door,) = [one.auth_redirect.url for one in told if one.WhichOneof("type") == "auth_redirect"]
    jar = CookieJar()
    visitor = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar))
    with visitor.open(address + door, timeout=30) as form:
        place = form.url
    with visitor.open(place, urllib.parse.urlencode({"sub": person.who}).encode(), timeout=30) as back:
        assert back.url == f"{address}/", back.url
    visitor.open(address + _HEALTH, timeout=30).close()  # gives the cookie against forged requests, as any page does
    host = urllib.parse.urlsplit(address).hostname
    return {cookie.name: str(cookie.value) for cookie in jar if cookie.domain == host}


def bring(context: Any, address: str, cookies: dict[str, str]) -> Any:
    """Give a browser context these cookies."""
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context

"""Reflex settings: one process, one port, this machine only, no telemetry."""

import os

# Reflex reads these before it looks at the configuration.
os.environ.setdefault("REFLEX_TELEMETRY_ENABLED", "false")
os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")
# Characters of one websocket message, beyond which the connection is ended: three times what any page sends.
os.environ.setdefault("REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE", "200000")

import reflex as rx

from waitlist_app.serving import SameOriginPlugin, allowed_origins
from waitlist_app.settings import load_settings
from waitlist_app.styles import theme

_settings = load_settings()

config = rx.Config(
    app_name="waitlist_app",
    backend_host=_settings.host,
    backend_port=_settings.port,
    frontend_port=_settings.port,
    cors_allowed_origins=allowed_origins(_settings.app_url),
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    default_color_mode="system",
    plugins=[rx.plugins.RadixThemesPlugin(theme=theme()), SameOriginPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)

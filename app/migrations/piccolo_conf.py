"""Piccolo's configuration module, found through PICCOLO_CONF."""

from piccolo.conf.apps import AppRegistry

from app.database import DB

__all__ = ["APP_REGISTRY", "DB"]

APP_REGISTRY = AppRegistry(apps=["app.migrations.piccolo_app"])

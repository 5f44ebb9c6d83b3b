"""What Piccolo's migration runner needs to know of Daypart: one app, migrations written by hand."""

from piccolo.conf.apps import AppConfig

from app.migrations import APP_NAME, FOLDER

APP_CONFIG = AppConfig(app_name=APP_NAME, migrations_folder_path=str(FOLDER))

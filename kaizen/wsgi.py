import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaizen.settings")
application = get_wsgi_application()
# All views are imported before a worker takes its first request: otherwise whoever asks first waits for it for seconds.
import_module("kaizen.urls")

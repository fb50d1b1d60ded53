"""Addresses of the portal."""

urlpatterns = []

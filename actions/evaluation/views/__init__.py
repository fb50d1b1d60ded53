"""Pages: a queryset, a form, a permission, where to go next."""
